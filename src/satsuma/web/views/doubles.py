"""Contacts that may be the same: finding them, and merging two side by side."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import ConflictError
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries.contacts import find_doubles, get_contact
from satsuma.app.crm.services.merging import merge_contacts
from satsuma.domain.model import Kind
from satsuma.web.answers import reader, tell
from satsuma.web.ids import read_id
from satsuma.web.pages.contacts import doubles_page, merge_page
from satsuma.web.routes import route
from satsuma.web.views.contacts import PLACES


@require_GET
def doubles(request: HttpRequest, *, kind: Kind) -> HttpResponse:
    return render(request, "contacts/doubles.html", {"page": doubles_page(kind), "title": _("Doubles")})


@require_GET
def choose(request: HttpRequest, contact_id: int, *, kind: Kind) -> HttpResponseBase:
    """Asks for the contact to merge with."""
    contact = get_contact(kind, contact_id)
    if other_id := read_id(request.GET.get("with", "")):
        return redirect(f"{kind}_merge", contact_id=contact_id, other_id=other_id)
    suggested = find_doubles(
        kind, name=contact.name, email=contact.email, website=contact.website, except_id=contact_id
    )
    page = {"contact": contact, "kind": kind, "suggested": suggested, "title": _("Merge")}
    return render(request, "contacts/merge_choose.html", page)


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, contact_id: int, other_id: int, *, kind: Kind) -> HttpResponseBase:
    """Both contacts side by side; sending it merges the second into the first."""
    kept, other = get_contact(kind, contact_id), get_contact(kind, other_id)
    if request.method == "POST":
        try:
            return _merged(request, kept, other)
        except ConflictError as error:
            messages.warning(request, f"{error.message} {_('Look at both again, then merge.')}")
    return render(request, "contacts/merge.html", {"page": merge_page(kept, other), "title": _("Merge")})


def _merged(request: HttpRequest, kept: Contact, other: Contact) -> HttpResponse:
    versions = {
        contact.id: read_id(request.POST.get(name, "")) or 0
        for name, contact in (("version", kept), ("other_version", other))
    }
    from_other = [name.removeprefix("take-") for name, side in request.POST.items() if side == "other"]
    saved = merge_contacts(
        kept_id=kept.id,
        other_id=other.id,
        versions=versions,
        from_other=from_other,
        by=reader(request),
        at=timezone.now(),
    )
    tell(request, _("%(other)s is now part of %(name)s.") % {"other": other.name, "name": kept.name}, saved.says)
    return redirect(f"{kept.kind}_profile", contact_id=kept.id)


urlpatterns = [
    route(f"{place}/{pattern}", partial(view, kind=kind), name=f"{kind}_{name}", needs=Permission.EDIT_CONTACTS)
    for kind, place in PLACES.items()
    for pattern, view, name in (
        ("doubles/", doubles, "doubles"),
        ("<int:contact_id>/merge/", choose, "merge_choose"),
        ("<int:contact_id>/merge/<int:other_id>/", merge, "merge"),
    )
]
