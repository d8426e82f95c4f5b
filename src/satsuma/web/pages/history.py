"""The page of a segmentation's past: sizes over time, movement between two days, the latest moves. Made by
`views.history`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app import locale
from satsuma.app.accounts.models import User
from satsuma.app.segmentation.queries.history import SizesOverTime, list_sizes
from satsuma.app.segmentation.queries.history_movement import Ends, Movement, get_movement
from satsuma.app.segmentation.queries.history_moves import ContactMove, MovesAsked, list_moves
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.app.segmentation.wording import DIRECTIONS, ICONS, Direction
from satsuma.report.colors import Shade, shade
from satsuma.web.forms.history import OUTSIDE, PERIODS, Period, PeriodForm, end_text
from satsuma.web.pages.chart_kinds import Flow, Line, Node, areas_chart, flows_chart
from satsuma.web.pages.charts import Chart, Datum
from satsuma.web.pages.segmentation_tabs import Place, Tab, segmentation_tabs

MOST_POINTS = 92
"""Days that the chart shows; of a longer period every second, third … one."""
LATEST = 10
GREY = shade("#9aa3b2")
"""Of what is no segment."""


@dataclass(frozen=True, slots=True)
class Size:
    """A segment's size at both ends of the period, each with the list behind it; `change` is like +3."""

    segment: SegmentSpec
    before: int
    before_url: str
    after: int
    after_url: str
    change: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many went one way, in words."""

    direction: Direction
    icon: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class FlowCell:
    """How many went from the row's segment to the column's; `url` is the list of them, "" for nobody."""

    count: int
    url: str
    direction: Direction | None


@dataclass(frozen=True, slots=True)
class FlowRow:
    """`segment` is None for those who were not there before."""

    segment: SegmentSpec | None
    cells: Sequence[FlowCell]


@dataclass(frozen=True, slots=True)
class MovementShown:
    """The movement of the period as a picture, as counts, and as a table with a list behind every number. `columns`
    has None for those who are not there any more, if there are any."""

    chart: Chart
    counts: Sequence[Count]
    rows: Sequence[FlowRow]
    columns: Sequence[SegmentSpec | None]
    erased: str
    shows_stayed: bool
    other_url: str


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    label: str
    url: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class HistoryPage:
    segmentation: SegmentationSpec
    tabs: Sequence[Tab]
    periods: Sequence[PeriodChoice]
    form: PeriodForm
    period: Period
    sizes_chart: Chart
    sizes: Sequence[Size]
    movement: MovementShown
    moves: Sequence[ContactMove]
    moves_url: str
    members_url: str


def history_page(segmentation: SegmentationSpec, form: PeriodForm, reader: User, *, with_stayed: bool) -> HistoryPage:
    """Six queries."""
    period = form.period
    sizes = list_sizes(segmentation.id, period.first, period.last)
    links = _Links(segmentation.id, period)
    moves = MovesAsked(first=None, last=period.last)
    return HistoryPage(
        segmentation=segmentation,
        tabs=segmentation_tabs(segmentation.id, Place.HISTORY, reader),
        periods=_periods(segmentation.id, period),
        form=form,
        period=period,
        sizes_chart=_sizes_chart(segmentation, sizes, links),
        sizes=_sizes(segmentation, sizes, links),
        movement=_movement(segmentation, get_movement(sizes), links, with_stayed=with_stayed),
        moves=list_moves(segmentation, moves, most=LATEST).rows,
        moves_url=reverse("history_moves", args=[segmentation.id]),
        members_url=links.members(None, period.first),
    )


class _Links:
    """The addresses of the lists behind the numbers."""

    def __init__(self, segmentation_id: int, period: Period) -> None:
        self.segmentation_id, self.period = segmentation_id, period

    def members(self, segment_id: int | None, on: date) -> str:
        asked = {"on": on.isoformat()} | ({} if segment_id is None else {"segment": str(segment_id)})
        return f"{reverse('history_members', args=[self.segmentation_id])}?{urlencode(asked)}"

    def flow(self, ends: Ends) -> str:
        asked = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        asked |= {"was": end_text(ends[0]), "is": end_text(ends[1])}
        return f"{reverse('history_flow', args=[self.segmentation_id])}?{urlencode(asked)}"

    def page(self, **asked: str) -> str:
        period = self.period
        days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
        shown = {**(days if period.days is None else {"days": str(period.days)}), **asked}
        return f"{reverse('history', args=[self.segmentation_id])}?{urlencode(shown)}"


def _periods(segmentation_id: int, period: Period) -> list[PeriodChoice]:
    path = reverse("history", args=[segmentation_id])
    return [
        PeriodChoice(
            ngettext("%(count)s day", "%(count)s days", days) % {"count": locale.number(days)},
            f"{path}?days={days}",
            period.days == days,
        )
        for days in PERIODS
    ]


def _sizes_chart(segmentation: SegmentationSpec, sizes: SizesOverTime, links: _Links) -> Chart:
    shown = [segment for segment in segmentation.segments if segment.id in sizes.by_segment]
    step = -(-len(sizes.days) // MOST_POINTS)
    places = range((len(sizes.days) - 1) % step, len(sizes.days), step)
    lines = [
        Line(
            segment.name,
            [
                Datum(segment.name, size, locale.number(size), links.members(segment.id, sizes.days[place]))
                for place in places
                for size in (sizes.by_segment[segment.id][place],)
            ],
            shade(segment.color),
        )
        for segment in shown
    ]
    return areas_chart("sizes", _("Sizes over time"), [sizes.days[place] for place in places], lines, of=_("Day"))


def _sizes(segmentation: SegmentationSpec, sizes: SizesOverTime, links: _Links) -> list[Size]:
    first, last = sizes.first, sizes.last
    return [
        Size(
            segment,
            first.get(segment.id, 0),
            links.members(segment.id, sizes.days[0]),
            last.get(segment.id, 0),
            links.members(segment.id, sizes.days[-1]),
            _signed(last.get(segment.id, 0) - first.get(segment.id, 0)),
        )
        for segment in _highest_first(segmentation, first.keys() | last.keys())
    ]


def _signed(change: int) -> str:
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return f"{sign}{locale.number(abs(change))}"


def _highest_first(segmentation: SegmentationSpec, used: set[int]) -> list[SegmentSpec]:
    """The present segments, the highest first, then the retired ones that had members."""
    retired = [segment for segment in segmentation.segments if segment.retired and segment.id in used]
    return [*reversed(segmentation.present_segments), *retired]


def _movement(segmentation: SegmentationSpec, movement: Movement, links: _Links, *, with_stayed: bool) -> MovementShown:
    used = {end for ends in movement.flows for end in ends if end is not None}
    segments = _highest_first(segmentation, used | movement.erased_before.keys() | movement.erased_after.keys())
    rows: list[SegmentSpec | None] = [*segments, None] if movement.new else [*segments]
    columns: list[SegmentSpec | None] = [*segments, None] if movement.gone else [*segments]
    return MovementShown(
        chart=_flows_chart(segments, movement, links, with_stayed=with_stayed),
        counts=_counts(segmentation, movement.flows),
        rows=[FlowRow(row, [_cell(segmentation, movement, row, column, links) for column in columns]) for row in rows],
        columns=columns,
        erased=_erased(movement.erased),
        shows_stayed=with_stayed,
        other_url=links.page() if with_stayed else links.page(stayed="yes"),
    )


def _direction(segmentation: SegmentationSpec, ends: Ends) -> Direction | None:
    return None if ends[0] == ends[1] else segmentation.direction(*ends)


def _counts(segmentation: SegmentationSpec, flows: Mapping[Ends, int]) -> list[Count]:
    counted: Counter[Direction] = Counter()
    for ends, count in flows.items():
        if way := _direction(segmentation, ends):
            counted[way] += count
    shown = [way for way in DIRECTIONS if way is not Direction.CHANGED or counted[way]]
    return [Count(way, ICONS[way], str(DIRECTIONS[way]), counted[way]) for way in shown]


def _cell(
    segmentation: SegmentationSpec,
    movement: Movement,
    before: SegmentSpec | None,
    after: SegmentSpec | None,
    links: _Links,
) -> FlowCell:
    ends = (before.id if before else None, after.id if after else None)
    count = movement.flows.get(ends, 0)
    return FlowCell(count, links.flow(ends) if count else "", _direction(segmentation, ends) if count else None)


def _erased(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s contact has been erased since. It counts in the sizes; where it went cannot be told.",
        "%(count)s contacts have been erased since. They count in the sizes; where they went cannot be told.",
        count,
    ) % {"count": locale.number(count)}


def _flows_chart(segments: Sequence[SegmentSpec], movement: Movement, links: _Links, *, with_stayed: bool) -> Chart:
    ends: list[SegmentSpec | None] = [*segments, None]
    names = (_("Not there before"), _("Not there any more"))
    nodes = [
        Node(_key(side, each), each.name if each else names[side], side, _shade(each))
        for side in (0, 1)
        for each in ends
    ]
    flows = []
    for before in ends:
        for after in ends:
            pair = (before.id if before else None, after.id if after else None)
            count = movement.flows.get(pair, 0)
            if count and (with_stayed or pair[0] != pair[1]):
                flows.append(Flow(_key(0, before), _key(1, after), count, locale.number(count), links.flow(pair)))
    return flows_chart(
        "flows",
        _("Who went where"),
        nodes,
        flows,
        before=locale.day(movement.first),
        after=locale.day(movement.last),
        value=_("Contacts"),
    )


def _key(side: int, segment: SegmentSpec | None) -> str:
    return f"{side}-{segment.id if segment else OUTSIDE}"


def _shade(segment: SegmentSpec | None) -> Shade:
    return shade(segment.color) if segment else GREY
