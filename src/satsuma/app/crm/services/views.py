"""Keeps lists that somebody wants to see again: their own, or everybody's. Called by the pages of lists."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission, allows, require
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.models import SavedView
from satsuma.app.crm.values import ValueRefusedError, checked_text

LONGEST_NAME = 100
MOST_VIEWS = 50
"""Of one list, for one person, and for everybody."""
LONGEST_QUERY = 4_000


@transaction.atomic
def save_view(*, list_name: str, name: str, query: str, shared: bool, by: User) -> SavedView:
    """Keeps the list under this name, in the place of one that was called so: for everybody if `shared`, which takes
    the right to manage fields, else for `by` alone. Raises ValuesError, NotAllowedError."""
    require(by, Permission.MANAGE_FIELDS if shared else Permission.VIEW)
    views = SavedView.objects.filter(list=list_name, owner=None if shared else by)
    try:
        called = checked_text(name, LONGEST_NAME)
    except ValueRefusedError as error:
        raise ValuesError({"name": str(error)}) from error
    if not called:
        raise ValuesError({"name": _("Enter a name for the view.")})
    if len(query) > LONGEST_QUERY:
        raise ValuesError({"name": _("This filter is too long to be kept. Take out some conditions.")})
    view = views.filter(name=called).first()
    if view is None and views.count() >= MOST_VIEWS:
        raise ValuesError({"name": _("There are %(most)d views already. Delete one first.") % {"most": MOST_VIEWS}})
    view = view or SavedView(list=list_name, name=called, owner=None if shared else by)
    view.query = query
    view.save()
    return view


@transaction.atomic
def delete_view(*, view_id: int, by: User) -> SavedView:
    """Forgets the view and gives what it was. Raises NotFoundError, also for the view of somebody else;
    RefusedError `view_shared` for everybody's, without the right to manage fields."""
    view = SavedView.objects.filter(id=view_id).first()
    if view is None or view.owner_id not in (None, by.pk):
        raise NotFoundError(_("This view is no longer there."), view_id=view_id)
    if view.owner_id is None and not allows(by, Permission.MANAGE_FIELDS):
        raise RefusedError(
            "view_shared", _("This view is everybody's."), remedy=_("Ask a manager of your workspace to delete it.")
        )
    view.delete()
    return view
