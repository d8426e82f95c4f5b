"""How a change of a draft ends: saved, with what follows from it, or as a conflict with what somebody else saved.
Called by the views of the wizard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from satsuma.app import locale
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.segmentation.differences import list_differences
from satsuma.app.segmentation.errors import DraftConflictError
from satsuma.app.segmentation.previews.drafts import preview_draft
from satsuma.app.segmentation.previews.numbers import DraftPreview
from satsuma.app.segmentation.queries.drafts import DraftSpec, get_draft
from satsuma.app.segmentation.services.drafts import change_draft, undo_draft
from satsuma.domain.grouping import is_grouping
from satsuma.web.answers import is_fragment, reader
from satsuma.web.forms.drafts import Reading, edge_text, read_version
from satsuma.web.pages.draft_places import find_place
from satsuma.web.pages.draft_preview import Panel, preview_panel

NOT_SENT_AGAIN = ("csrfmiddlewaretoken", "version", "over")
MOST_DIFFERENCES = 40
MOST_PLACES = 5
"""Problems that the preview names while there are no numbers."""


def save_or_show_conflict(
    request: HttpRequest, draft: DraftSpec, reading: Reading, *, as_one: bool
) -> DraftSpec | HttpResponse:
    """Saves what was read and gives the draft as it is then; or the page or dialog that shows both drafts. `over` in
    the form is the version that somebody has seen and wants theirs to replace; who wants to keep the other one all the
    same (`keep`) finds theirs behind redo."""
    version = read_version(request.POST)
    if request.POST.get("over") == str(draft.version):
        version = draft.version
    try:
        if version != draft.version:
            raise DraftConflictError(version=draft.version, by=draft.updated_by)
        saved = change_draft(
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
    if saved == draft.version:
        return draft
    if "over" in request.POST and request.POST.get("keep") == "theirs":
        undo_draft(segmentation_id=draft.segmentation_id, version=saved, by=reader(request), at=timezone.now())
        return redirect(request.get_full_path())
    return replace(
        draft,
        version=saved,
        model=reading.model,
        segment_ids=reading.segment_ids,
        can_undo=True,
        can_redo=False,
    )


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
    """What follows from a draft as it is now: the preview beside the step, and, for the page's script, everything that
    changes beside the controls themselves. `axis` is the one that is shown, None for all."""

    def __init__(self, request: HttpRequest, draft: DraftSpec, *, back: str, axis: int | None = None) -> None:
        self.request, self.draft, self.back, self.axis = request, draft, back, axis
        self.as_of = workspace_day(timezone.now())

    @cached_property
    def preview(self) -> DraftPreview:
        return preview_draft(
            self.draft.model,
            segmentation_id=self.draft.segmentation_id,
            segment_ids=self.draft.segment_ids,
            as_of=self.as_of,
        )

    @cached_property
    def panel(self) -> Panel:
        return preview_panel(self.draft.segmentation_id, self.draft.model, self.preview, axis=self.axis)

    def customers(self, axis: int) -> Sequence[Sequence[int] | None]:
        """Customers per line of each parameter of the axis; None where they cannot be counted."""
        return [found.customers if found else None for found in self.preview.parameters[axis]]

    def context(self, page: Any) -> dict[str, Any]:
        """What every step's template needs beside its page."""
        kind = self.draft.model.kind.value
        return {
            "panel": self.panel,
            "places": [find_place(self.draft, problem) for problem in self.preview.problems[:MOST_PLACES]],
            "head": page.head,
            "back": self.back,
            "options_url": reverse(f"{kind}_options"),
            "edges": self._edges(),
        }

    def json(self, page: Any, *, cards: tuple[str, Mapping[str, Any]] | None = None) -> JsonResponse:
        """The answer to the page's script; with `cards`, a template and its context, also the controls anew."""
        context = self.context(page)
        said: dict[str, Any] = {
            "version": self.draft.version,
            "saved": render_to_string("drafts/saved.html", context, self.request),
            "problems": page.problem_texts(),
            "notes": page.notes(),
            "counts": {key: [locale.number(customers), width] for key, (customers, width) in page.counts().items()},
            "customers": render_to_string("drafts/preview_customers.html", context),
            "preview": render_to_string("drafts/preview_numbers.html", context),
            "live": self.panel.live,
        }
        if cards is not None:
            template, shown = cards
            said["cards"] = render_to_string(template, {**context, **shown}, self.request)
            said["edges"] = render_to_string("drafts/edges.html", context)
        return JsonResponse(said)

    def _edges(self) -> list[tuple[str, str]]:
        """Where bands begin, for steps without controls for it: thresholds are dragged beside every step. A grouping
        has none."""
        if is_grouping(self.draft.model):
            return []
        shown = (
            enumerate(self.draft.model.axes) if self.axis is None else [(self.axis, self.draft.model.axes[self.axis])]
        )
        return [
            (f"b.{number}.{place}.from", edge_text(band))
            for number, axis in shown
            for place, band in enumerate(axis.bands)
            if place
        ]
