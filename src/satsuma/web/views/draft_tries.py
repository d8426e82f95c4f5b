"""A draft tried on one customer: a fragment beside the wizard's steps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.segmentation.previews.trying import try_on
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.domain.checks import find_problems
from satsuma.web.ids import read_id
from satsuma.web.pages.explanations import reasons_page, segments_of
from satsuma.web.routes import route


@require_GET
def draft_try(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """What the draft says about `?contact=`, with every reason."""
    draft = get_draft(segmentation_id)
    contact_id = read_id(request.GET.get("contact", ""))
    if contact_id is None or find_problems(draft.model):
        return render(request, "drafts/tried.html", {"has_problems": contact_id is not None})
    found = try_on(draft.model, contact_id=contact_id, as_of=workspace_day(timezone.now()))
    if found is None:
        return render(request, "drafts/tried.html", {"nobody": True})
    reasons = reasons_page(found, model=draft.model, segments=segments_of(draft.model), fields=draft.fields)
    return render(request, "drafts/tried.html", {"reasons": reasons})


urlpatterns = [
    route(
        "segmentations/<int:segmentation_id>/draft/try/",
        draft_try,
        name="draft_try",
        needs=Permission.MANAGE_SEGMENTATIONS,
    ),
]
