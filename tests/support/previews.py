"""A preview worked out from the specification, one contact after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeVar

from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import Combine, Groups, Record, Segmentation, Value
from satsuma.domain.scoring import Result, asked_relevance, band_edges, lines, lines_hit, score, score_span
from satsuma.engine.facts import Contacts, records
from satsuma.engine.layout import Layout
from satsuma.engine.preview import MAX_BINS, AxisPreview, Bin, Cells, LineCount, Move, Preview, SegmentSize

Place = TypeVar("Place", int, tuple[int, ...])
"""A segment's number, or a score for each axis."""


def worked_out(
    segmentation: Segmentation,
    contacts: Contacts,
    as_of: date,
    value_field: str | None = None,
    current: Sequence[str | None] | None = None,
) -> Preview:
    """What `Snapshot.preview` promises, moves in any order sorted by segment, then earlier segment."""
    everybody = list(records(Layout(segmentation, (value_field,) if value_field else ()), contacts, as_of))
    results = [score(segmentation, record, as_of) for record in everybody]
    asked = asked_relevance(segmentation)
    segments = []
    for number, segment in enumerate(segmentation.segments):
        own = [place for place, result in enumerate(results) if result.segment == number]
        segments.append(
            SegmentSize(
                segment.name,
                segment.color,
                len(own),
                len(own) / len(results) if results else 0.0,
                _value([everybody[place] for place in own], value_field) if value_field else None,
                _coverage([results[place].present for place in own], asked),
            )
        )
    values = [_ten_thousandths(record[value_field]) for record in everybody] if value_field else None
    flows = _flows(segmentation, results, current, values) if current is not None else ()
    return Preview(
        customers=len(results),
        segments=tuple(segments),
        histogram=_histogram(segmentation, results),
        edges=() if segmentation.has_rules else band_edges(segmentation.axes[0]),
        coverage=_coverage([result.present for result in results], asked),
        lines=tuple(
            (parameter, _line_counts(segmentation, everybody, as_of, place))
            for place, (_, parameter) in enumerate(segmentation.parameters)
        ),
        moves=tuple(flow for flow in flows if flow.before != flow.after),
        flows=flows,
        axes=tuple(_axis(segmentation, number, results) for number in range(len(segmentation.axes))),
        cells=_cells(len(segmentation.axes), results, current, values),
    )


def _flows(
    segmentation: Segmentation, results: Sequence[Result], current: Sequence[str | None], values: Sequence[int] | None
) -> tuple[Move, ...]:
    customers, added = _grouped(zip((result.segment for result in results), current, strict=True), values)
    names = [segment.name for segment in segmentation.segments]
    return tuple(
        Move(before, names[after], customers[after, before], added[after, before] / PER_UNIT if values else None)
        for after, before in sorted(customers, key=lambda pair: (pair[0], pair[1] or ""))
    )


def _cells(
    axes: int, results: Sequence[Result], current: Sequence[str | None] | None, values: Sequence[int] | None
) -> Cells:
    before = current if current is not None else [None] * len(results)
    scores = (tuple(axis.score for axis in result.axes) for result in results)
    customers, added = _grouped(zip(scores, before, strict=True), values)
    cells = sorted(customers, key=lambda cell: (cell[0], cell[1] or ""))
    return Cells(
        scores=tuple(tuple(scores[axis] for scores, _ in cells) for axis in range(axes)),
        currents=tuple(before for _, before in cells),
        customers=tuple(customers[cell] for cell in cells),
        values=tuple(added[cell] / PER_UNIT for cell in cells) if values is not None else (),
    )


def _grouped(
    keys: Iterable[tuple[Place, str | None]], values: Sequence[int] | None
) -> tuple[Counter[tuple[Place, str | None]], Counter[tuple[Place, str | None]]]:
    customers: Counter[tuple[Place, str | None]] = Counter()
    added: Counter[tuple[Place, str | None]] = Counter()
    for place, key in enumerate(keys):
        customers[key] += 1
        added[key] += values[place] if values else 0
    return customers, added


def _axis(segmentation: Segmentation, number: int, results: Sequence[Result]) -> AxisPreview:
    axis = segmentation.axes[number]
    placed = [(result.axes[number].score, result.axes[number].band) for result in results]
    return AxisPreview(axis.name, *score_span(axis), band_edges(axis), _bars(placed, score_span(axis), len(axis.bands)))


def _histogram(segmentation: Segmentation, results: Sequence[Result]) -> tuple[Bin, ...]:
    spans = [score_span(axis) for axis in segmentation.axes]
    placed = [(result.total.score, result.segment) for result in results]
    span = sum(low for low, _ in spans), sum(high for _, high in spans)
    return _bars(placed, span, len(segmentation.segments))


def _value(own: Sequence[Record], value_field: str) -> float:
    return sum(_ten_thousandths(each[value_field]) for each in own) / PER_UNIT


def _ten_thousandths(value: Value) -> int:
    return int(Decimal(value * PER_UNIT).to_integral_value(ROUND_HALF_EVEN)) if isinstance(value, int | float) else 0


def _coverage(present: Sequence[int], asked: int) -> float:
    return sum(present) / (len(present) * asked) if present and asked else 1.0


def _bars(placed: Sequence[tuple[int, int]], span: tuple[int, int], parts: int) -> tuple[Bin, ...]:
    """Of scores and what they are parted by."""
    lowest, highest = span
    width = -(-(highest - lowest + 1) // MAX_BINS)
    bars = []
    for lower in range(lowest, highest + 1, width):
        inside = [part for score, part in placed if lower <= score < lower + width]
        counted = tuple(inside.count(part) for part in range(parts))
        bars.append(Bin(lower, min(lower + width - 1, highest), len(inside), counted))
    return tuple(bars)


def _line_counts(
    segmentation: Segmentation, everybody: Sequence[Record], as_of: date, place: int
) -> tuple[LineCount, ...]:
    """Every group that a contact's choices hit counts, also where only the best one earns points."""
    parameter = [parameter for _, parameter in segmentation.parameters][place]
    field = segmentation.field(parameter.field)
    ranges = parameter.ranges
    every = replace(parameter, ranges=replace(ranges, combine=Combine.SUM)) if isinstance(ranges, Groups) else parameter
    hit = Counter(line.index for record in everybody for line in lines_hit(every, field, record[field.key], as_of))
    return tuple(LineCount(line, hit[line.index]) for line in lines(parameter))
