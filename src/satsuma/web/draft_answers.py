"""How a change of a draft ends: saved, with what follows from it, or as a conflict with what somebody else saved.
Called by the views of the wizard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from satsuma.app import locale
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.segmentation.differences import list_differences
from satsuma.app.segmentation.errors import DraftConflictError
from satsuma.app.segmentation.queries.drafts import DraftSpec, get_draft
from satsuma.app.segmentation.services.drafts import change_draft
from satsuma.web.answers import is_fragment, reader
from satsuma.web.forms.drafts import Reading, read_version

NOT_SENT_AGAIN = ("csrfmiddlewaretoken", "version", "over")
MOST_DIFFERENCES = 40


def save_or_show_conflict(
    request: HttpRequest, draft: DraftSpec, reading: Reading, *, as_one: bool
) -> HttpResponseBase | None:
    """Saves what was read; None if that is done, else the page or dialog that shows both drafts. `over` in the form is
    the version that somebody has seen and wants theirs to replace."""
    version = read_version(request.POST)
    if request.POST.get("over") == str(draft.version):
        version = draft.version
    try:
        if version != draft.version:
            raise DraftConflictError(version=draft.version, by=draft.updated_by)
        change_draft(
            segmentation_id=draft.segmentation_id,
            version=version,
            model=reading.model,
            segment_ids=reading.segment_ids,
            by=reader(request),
            at=timezone.now(),
            as_one=as_one,
        )
    except DraftConflictError as error:
        return _conflict(request, get_draft(draft.segmentation_id), reading, error)
    return None


def _conflict(request: HttpRequest, theirs: DraftSpec, ours: Reading, error: DraftConflictError) -> HttpResponse:
    differences = list_differences(theirs.model, ours.model)
    context = {
        "title": error.message,
        "error": error,
        "theirs": theirs,
        "differences": differences[:MOST_DIFFERENCES],
        "more": max(len(differences) - MOST_DIFFERENCES, 0),
        "fields": [
            (name, value) for name, values in request.POST.lists() if name not in NOT_SENT_AGAIN for value in values
        ],
        "address": request.get_full_path().replace("/saved/", "/"),
    }
    if is_fragment(request):
        return JsonResponse({"conflict": render_to_string("drafts/conflict.html", context, request)}, status=409)
    return render(request, "drafts/conflict_page.html", context, status=409)


class Answer:
    """What follows from a change, for the page's script: everything beside the controls themselves."""

    def __init__(self, request: HttpRequest, draft: DraftSpec, *, back: str) -> None:
        self.request, self.draft, self.back = request, draft, back
        self.as_of = workspace_day(timezone.now())

    def customers(self, axis: int) -> Sequence[Sequence[int] | None]:
        """Customers per line of each parameter of the axis."""
        return ()

    def json(self, page: Any, *, cards: Mapping[str, Any] | None = None) -> JsonResponse:
        context = {"page": page, "head": page.head, "back": self.back}
        said: dict[str, Any] = {
            "version": self.draft.version,
            "saved": render_to_string("drafts/saved.html", context, self.request),
            "problems": page.problem_texts(),
            "counts": {key: [locale.number(customers), width] for key, (customers, width) in page.counts().items()},
        }
        if cards is not None:
            said["cards"] = render_to_string("drafts/cards.html", {**cards, "back": self.back}, self.request)
        return JsonResponse(said)
