"""The engine's preview and where customers stand today, added up to what publishing would give. Called by `drafts`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from satsuma.app.segmentation.previews.numbers import (
    Cells,
    Flow,
    FormerSegment,
    Moving,
    Numbers,
    SegmentNumbers,
    Standing,
)
from satsuma.app.segmentation.previews.standings import Stand
from satsuma.app.segmentation.queries.segmentations import SegmentSpec
from satsuma.app.segmentation.wording import Direction
from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import Segmentation
from satsuma.engine.preview import Preview


@dataclass(frozen=True)
class Places:
    """The draft's segments by place, which `Segment` each of them is (None: a new one), and how customers stand. What
    customers stand in and the draft does not have comes behind."""

    segment_ids: Sequence[int | None]
    stands: Sequence[Stand]

    @cached_property
    def former(self) -> tuple[int, ...]:
        """The ids of segments that the draft does not have."""
        used = {id_ for stand in self.stands for id_ in (stand.before, stand.keeps) if id_ is not None}
        return tuple(sorted(used - set(self.segment_ids)))

    @cached_property
    def _of(self) -> dict[int | None, int | None]:
        places: dict[int | None, int | None] = {
            id_: place for place, id_ in enumerate((*self.segment_ids, *self.former)) if id_ is not None
        }
        return {**places, None: None}

    @cached_property
    def standing(self) -> tuple[Standing, ...]:
        """Each stand, its segments by place."""
        return tuple(Standing(self._of[stand.before], self._of[stand.keeps]) for stand in self.stands)

    def direction(self, before: int | None, after: int) -> Direction | None:
        """As `SegmentationSpec.direction` has it once the draft is published; None for those who stay."""
        if before is None:
            return Direction.NEW
        if before == after:
            return None
        if max(before, after) >= len(self.segment_ids):
            return Direction.CHANGED
        return Direction.UP if after > before else Direction.DOWN


@dataclass(frozen=True)
class _Sums:
    """Customers, and their value in ten-thousandths, by where they are before and after."""

    customers: Counter[tuple[int | None, int]]
    values: Counter[tuple[int | None, int]]
    kept: Counter[int]

    def of(self, *, before: int | None = None, after: int | None = None) -> tuple[int, float]:
        """Of everybody who is there before, or after."""
        own = [pair for pair in self.customers if (pair[0] if after is None else pair[1]) in (before, after)]
        return sum(self.customers[pair] for pair in own), sum(self.values[pair] for pair in own) / PER_UNIT


def add_up(segmentation: Segmentation, preview: Preview, places: Places, known: dict[int, SegmentSpec]) -> Numbers:
    """What publishing would give. `known` are the segments that there are already."""
    sums = _sums(segmentation, preview, places)
    value = sum(sums.values.values()) / PER_UNIT
    return Numbers(
        value=value,
        coverage=preview.coverage,
        segments=tuple(_segments(segmentation, places, sums, preview.customers, value)),
        former=tuple(_former(places, sums, known)),
        histogram=preview.histogram,
        axes=preview.axes,
        moving=_moving(places, sums),
        cells=_cells(preview, places),
    )


def _sums(segmentation: Segmentation, preview: Preview, places: Places) -> _Sums:
    sums = _Sums(Counter(), Counter(), Counter())
    by_name = {segment.name: place for place, segment in enumerate(segmentation.segments)}
    for flow in preview.flows:
        standing = places.standing[int(flow.before or 0)]
        after = by_name[flow.after] if standing.keeps is None else standing.keeps
        sums.customers[standing.before, after] += flow.customers
        sums.values[standing.before, after] += round((flow.value or 0) * PER_UNIT)
        sums.kept[after] += flow.customers if standing.keeps is not None else 0
    return sums


def _segments(
    segmentation: Segmentation, places: Places, sums: _Sums, everybody: int, value: float
) -> Iterator[SegmentNumbers]:
    for place, (segment, id_) in enumerate(zip(segmentation.segments, places.segment_ids, strict=True)):
        customers, own_value = sums.of(after=place)
        now_customers, now_value = sums.of(before=place)
        yield SegmentNumbers(
            id=id_,
            name=segment.name,
            color=segment.color,
            customers=customers,
            share=customers / everybody if everybody else 0.0,
            value=own_value,
            value_share=own_value / value if value else 0.0,
            kept=sums.kept[place],
            now_customers=now_customers,
            now_value=now_value,
        )


def _former(places: Places, sums: _Sums, known: dict[int, SegmentSpec]) -> Iterator[FormerSegment]:
    for place, id_ in enumerate(places.former, start=len(places.segment_ids)):
        yield FormerSegment(id_, known[id_].name, known[id_].color, *sums.of(after=place), *sums.of(before=place))


def _moving(places: Places, sums: _Sums) -> Moving:
    pairs = sorted(sums.customers, key=lambda pair: (pair[1], -1 if pair[0] is None else pair[0]))
    flows = tuple(
        Flow(
            before,
            after,
            sums.customers[before, after],
            sums.values[before, after] / PER_UNIT,
            places.direction(before, after),
        )
        for before, after in pairs
    )
    counts: Counter[Direction | None] = Counter()
    for flow in flows:
        counts[flow.direction] += flow.customers
    return Moving(
        up=counts[Direction.UP],
        down=counts[Direction.DOWN],
        changed=counts[Direction.CHANGED],
        new=counts[Direction.NEW],
        stay=counts[None],
        flows=flows,
    )


def _cells(preview: Preview, places: Places) -> Cells | None:
    if (cells := preview.cells) is None:
        return None
    numbers = {current: int(current or 0) for current in set(cells.currents)}
    standings = tuple(numbers[current] for current in cells.currents)
    return Cells(cells.scores, standings, cells.customers, cells.values, places.standing)
