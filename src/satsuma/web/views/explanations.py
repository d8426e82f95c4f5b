"""A contact's segments and the reasons for them: the card of its profile, *Why this segment*, its moves, re-scoring it.

For htmx each is a fragment, which profiles load; else a page of its own.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from satsuma.app.accounts.permissions import Permission, allows
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.queries.linked import get_linked
from satsuma.app.segmentation.errors import NotScoredError
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.queries.segmentations import list_published
from satsuma.app.segmentation.services.rescoring import rescore_contacts
from satsuma.domain.model import Kind
from satsuma.web.answers import is_fragment, reader, tell
from satsuma.web.ids import read_id
from satsuma.web.pages.contact_results import moves_page, segments_page, why_page
from satsuma.web.routes import route


@require_GET
def segments(request: HttpRequest, contact_id: int) -> HttpResponse:
    """What is said of the contact by every segmentation in use."""
    contact = get_linked(contact_id)
    shown = {
        "segments": segments_page(contact, workspace_day(timezone.now())),
        "title": _("Segments of %(name)s") % {"name": contact.name},
    }
    return render(request, _template(request, "explanations/segments.html", "explanations/segments_page.html"), shown)


@require_GET
def why(request: HttpRequest, contact_id: int, segmentation_id: int) -> HttpResponse:
    """Why the contact is in its segment, worked out now, and how it came there."""
    contact = get_linked(contact_id)
    user = reader(request)
    page = why_page(
        contact,
        segmentation_id,
        as_of=workspace_day(timezone.now()),
        may_edit=allows(user, Permission.EDIT_CONTACTS),
        may_import=allows(user, Permission.IMPORT),
    )
    shown = {"page": page, "title": _("Why this segment")}
    return render(request, _template(request, "explanations/why.html", "explanations/why_page.html"), shown)


@require_GET
def moves(request: HttpRequest, contact_id: int, segmentation_id: int) -> HttpResponse:
    """All moves of the contact in one segmentation; `?before=` goes on after a move."""
    contact = get_linked(contact_id)
    page = moves_page(
        contact,
        segmentation_id,
        before_id=read_id(request.GET.get("before", "")),
        may_import=allows(reader(request), Permission.IMPORT),
    )
    title = _("Moves in %(segmentation)s") % {"segmentation": page.segmentation.name}
    return render(request, "explanations/moves_page.html", {"page": page, "title": title})


@require_POST
def rescore(request: HttpRequest, contact_id: int) -> HttpResponseBase:
    """Scores the contact again in every segmentation in use."""
    contact = get_linked(contact_id)
    made = rescore_contacts(contact_ids=[contact_id], cause=Cause.REQUEST, at=timezone.now())
    sentence = _("%(name)s is scored again.") if made else _("%(name)s is scored again: the segment stays.")
    tell(request, sentence % {"name": contact.name})
    if stale := [found.name for found in list_published(Kind(contact.kind)) if found.stale_since]:
        messages.warning(request, str(NotScoredError(stale)))
    return redirect(f"{contact.kind}_profile", contact_id=contact_id)


def _template(request: HttpRequest, fragment: str, page: str) -> str:
    return fragment if is_fragment(request) else page


_CONTACT = "contacts/<int:contact_id>/"
_RESULT = _CONTACT + "segmentations/<int:segmentation_id>/"
urlpatterns = [
    route(_CONTACT + "segments/", segments, name="contact_segments", needs=Permission.VIEW),
    route(_RESULT, why, name="contact_why", needs=Permission.VIEW),
    route(_RESULT + "moves/", moves, name="contact_moves", needs=Permission.VIEW),
    route(_CONTACT + "rescore/", rescore, name="contact_rescore", needs=Permission.EDIT_CONTACTS),
]
