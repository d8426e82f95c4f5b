"""How kinds of activities are called and drawn. Used by forms, pages and template filters."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satsuma.app.crm.models import Activity

KINDS: Mapping[str, tuple[str | Promise, str]] = {
    Activity.Kind.CALL: (_("Call"), "phone"),
    Activity.Kind.EMAIL: (_("E-mail"), "mail"),
    Activity.Kind.MEETING: (_("Meeting"), "users"),
    Activity.Kind.NOTE: (_("Note"), "note"),
    Activity.Kind.SURVEY: (_("Survey answer"), "message-circle"),
}
"""Kind → name and icon, in the order of forms."""


def activity_kind(kind: str) -> str:
    """The name in the reader's language."""
    return str(KINDS[kind][0])


def activity_icon(kind: str) -> str:
    return KINDS[kind][1]
