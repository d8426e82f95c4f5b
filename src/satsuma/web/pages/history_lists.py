"""The lists behind the numbers of history: members on a past day, those of one flow, moves. Made by `views.history`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext

from satsuma.app import locale
from satsuma.app.accounts.models import User
from satsuma.app.segmentation.queries.history import count_erased, get_sizes
from satsuma.app.segmentation.queries.history_members import Flow, Members, MembersPage, count_known, list_members
from satsuma.app.segmentation.queries.history_moves import ContactMove, list_moves
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.app.segmentation.wording import origin_text
from satsuma.web.forms.history import MembersForm, MovesForm, end_text
from satsuma.web.ids import read_id
from satsuma.web.pages.segmentation_tabs import Place, Tab, segmentation_tabs

MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class MemberRow:
    """`now` is None for who has no segment any more; `url` is "" for who is in the bin."""

    name: str
    url: str
    is_binned: bool
    now: SegmentSpec | None


@dataclass(frozen=True, slots=True)
class MembersShown:
    """Who was in a segment on a day. `count` and `erased` are sentences, "" if there is nothing to say."""

    segmentation: SegmentationSpec
    tabs: Sequence[Tab]
    form: MembersForm
    segment: SegmentSpec
    on: date
    count: str
    erased: str
    rows: Sequence[MemberRow]
    previous_url: str
    next_url: str
    export_url: str


@dataclass(frozen=True, slots=True)
class FlowShown:
    """Who went from one segment to another between two days; None is outside."""

    segmentation: SegmentationSpec
    tabs: Sequence[Tab]
    flow: Flow
    before: SegmentSpec | None
    after: SegmentSpec | None
    count: str
    rows: Sequence[MemberRow]
    previous_url: str
    next_url: str
    export_url: str
    history_url: str


@dataclass(frozen=True, slots=True)
class MovesShown:
    """Moves; `origin` says what made them, "" if that does not matter."""

    segmentation: SegmentationSpec
    tabs: Sequence[Tab]
    form: MovesForm
    origin: str
    rows: Sequence[ContactMove]
    is_filtered: bool
    previous_url: str
    next_url: str
    export_url: str
    clear_url: str


def members_shown(segmentation: SegmentationSpec, form: MembersForm, asked: QueryDict, reader: User) -> MembersShown:
    """Five queries."""
    segment, on = form.segment, form.on
    around = _around(asked)
    page = list_members(Members(segmentation.id, segment.id, on), **around)
    path, known = reverse("history_members", args=[segmentation.id]), {"on": on.isoformat(), "segment": str(segment.id)}
    return MembersShown(
        segmentation=segmentation,
        tabs=segmentation_tabs(segmentation.id, Place.HISTORY, reader),
        form=form,
        segment=segment,
        on=on,
        count=_contacts(get_sizes(segmentation.id, on).get(segment.id, 0)),
        erased=_erased(count_erased(segmentation.id, on).get(segment.id, 0)),
        rows=_rows(segmentation, page),
        previous_url=_beside(path, known, "before", page.before),
        next_url=_beside(path, known, "after", page.after),
        export_url=f"{reverse('history_members_export', args=[segmentation.id])}?{urlencode(known)}",
    )


def flow_shown(segmentation: SegmentationSpec, flow: Flow, asked: QueryDict, reader: User) -> FlowShown:
    """Six queries."""
    page = list_members(flow, **_around(asked))
    path = reverse("history_flow", args=[segmentation.id])
    days = {"from": flow.first.isoformat(), "to": flow.last.isoformat()}
    known = {**days, "was": end_text(flow.before), "is": end_text(flow.after)}
    count = count_known(flow, most=MOST_COUNTED)
    return FlowShown(
        segmentation=segmentation,
        tabs=segmentation_tabs(segmentation.id, Place.HISTORY, reader),
        flow=flow,
        before=segmentation.by_id.get(flow.before or 0),
        after=segmentation.by_id.get(flow.after or 0),
        count=_contacts(count, is_more=count == MOST_COUNTED),
        rows=_rows(segmentation, page),
        previous_url=_beside(path, known, "before", page.before),
        next_url=_beside(path, known, "after", page.after),
        export_url=f"{reverse('history_flow_export', args=[segmentation.id])}?{urlencode(known)}",
        history_url=f"{reverse('history', args=[segmentation.id])}?{urlencode(days)}",
    )


def moves_shown(segmentation: SegmentationSpec, form: MovesForm, asked: QueryDict, reader: User) -> MovesShown:
    """One query, three for an origin."""
    page = list_moves(segmentation, form.asked, **_around(asked))
    path = reverse("history_moves", args=[segmentation.id])
    known = {name: value for name, value in form.address.items() if value}
    return MovesShown(
        segmentation=segmentation,
        tabs=segmentation_tabs(segmentation.id, Place.HISTORY, reader),
        form=form,
        origin=origin_text(form.asked.origin) if form.asked.origin else "",
        rows=page.rows,
        is_filtered=bool(known),
        previous_url=_beside(path, known, "before", page.before),
        next_url=_beside(path, known, "after", page.after),
        export_url=f"{reverse('history_moves_export', args=[segmentation.id])}?{urlencode(known)}",
        clear_url=path,
    )


def _around(asked: QueryDict) -> dict[str, Any]:
    return {name: read_id(asked.get(name, "")) for name in ("after", "before")}


def _beside(path: str, known: Mapping[str, str], name: str, place: int | None) -> str:
    return "" if place is None else f"{path}?{urlencode({**known, name: str(place)})}"


def _rows(segmentation: SegmentationSpec, page: MembersPage) -> list[MemberRow]:
    profile = f"{segmentation.kind}_profile"
    return [
        MemberRow(
            row.name,
            "" if row.is_binned else reverse(profile, args=[row.id]),
            row.is_binned,
            segmentation.by_id.get(row.segment_now or 0),
        )
        for row in page.rows
    ]


def _contacts(count: int, *, is_more: bool = False) -> str:
    shown = locale.number(count) + "+" * is_more
    return ngettext("%(count)s contact", "%(count)s contacts", count) % {"count": shown}


def _erased(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s of them is erased by now and has no name any more.",
        "%(count)s of them are erased by now and have no names any more.",
        count,
    ) % {"count": locale.number(count)}
