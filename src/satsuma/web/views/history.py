"""A segmentation's past: sizes over time, movement between two days, members on a past day, moves. The same as files
is in `history_files`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from satsuma.app.accounts.permissions import Permission
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation
from satsuma.web.answers import form_status, reader
from satsuma.web.forms.history import MembersForm, MovesForm, PeriodForm, asked_flow
from satsuma.web.pages.history import history_page
from satsuma.web.pages.history_lists import flow_shown, members_shown, moves_shown
from satsuma.web.pages.segmentation_tabs import Place, segmentation_tabs
from satsuma.web.routes import route


@require_GET
def history(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """The last 7, 30, 90 or 365 days (`?days=`), or from `?from=` to `?to=`; `?stayed=yes` draws those who stayed."""
    segmentation = get_segmentation(segmentation_id)
    if not segmentation.segments:
        return _nothing(request, segmentation)
    form = PeriodForm(request.GET, timezone.localdate())
    with_stayed = request.GET.get("stayed") == "yes"
    page = history_page(segmentation, form, reader(request), with_stayed=with_stayed)
    return _page(request, "history/page.html", segmentation, page, status=form_status(form))


@require_GET
def members(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """Who was in the segment `?segment=` at the end of the day `?on=`."""
    segmentation = get_segmentation(segmentation_id)
    if not segmentation.segments:
        return _nothing(request, segmentation)
    form = MembersForm(request.GET, segmentation, timezone.localdate())
    page = members_shown(segmentation, form, request.GET, reader(request))
    return _page(request, "history/members.html", segmentation, page)


@require_GET
def flow(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """Who was in `?was=` at the end of `?from=` and in `?is=` at the end of `?to=`."""
    segmentation = get_segmentation(segmentation_id)
    asked = asked_flow(request.GET, segmentation, timezone.localdate())
    return _page(
        request, "history/flow.html", segmentation, flow_shown(segmentation, asked, request.GET, reader(request))
    )


@require_GET
def moves(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """All moves, the latest first, of a direction, a cause and days if these are named."""
    segmentation = get_segmentation(segmentation_id)
    page = moves_shown(segmentation, MovesForm(request.GET), request.GET, reader(request))
    return _page(request, "history/moves.html", segmentation, page)


def _nothing(request: HttpRequest, segmentation: SegmentationSpec) -> HttpResponse:
    """Nobody was ever in a segment."""
    tabs = segmentation_tabs(segmentation.id, Place.HISTORY, reader(request))
    return _page(request, "history/nothing.html", segmentation, {"tabs": tabs, "segmentation": segmentation})


def _page(
    request: HttpRequest, template: str, segmentation: SegmentationSpec, page: Any, *, status: int = 200
) -> HttpResponse:
    return render(request, template, {"page": page, "title": segmentation.name}, status=status)


urlpatterns = [
    route(f"segmentations/<int:segmentation_id>/history/{pattern}", view, name=name, needs=Permission.VIEW)
    for pattern, view, name in (
        ("", history, "history"),
        ("members/", members, "history_members"),
        ("flow/", flow, "history_flow"),
        ("moves/", moves, "history_moves"),
    )
]
