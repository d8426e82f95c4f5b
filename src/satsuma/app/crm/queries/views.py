"""Reads of saved views. Called by the pages of lists."""

from __future__ import annotations

from django.db.models import Q

from satsuma.app.accounts.models import User
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.models import SavedView


def list_views(list_name: str, reader: User) -> list[SavedView]:
    """The reader's own views of the list and everybody's, by name. One query."""
    views = SavedView.objects.filter(Q(owner=reader) | Q(owner=None), list=list_name)
    return sorted(views, key=lambda view: (fold_name(view.name), view.pk))
