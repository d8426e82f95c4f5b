"""What lists say of segments. Called by pages and jobs."""

from __future__ import annotations

from django.utils.translation import ngettext

from satsuma.app import locale
from satsuma.domain.model import Kind


def rescored_words(kind: Kind, contacts: int, moved: int) -> str:
    """ "12 companies scored, 3 changed segment"."""
    if kind is Kind.COMPANY:
        scored = ngettext("%(count)s company scored", "%(count)s companies scored", contacts)
    else:
        scored = ngettext("%(count)s person scored", "%(count)s people scored", contacts)
    changed = ngettext("%(count)s changed segment", "%(count)s changed segment", moved)
    return f"{scored % {'count': locale.number(contacts)}}, {changed % {'count': locale.number(moved)}}"
