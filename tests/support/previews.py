"""A preview worked out from the specification, one contact after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import Combine, Groups, Record, Segmentation
from satsuma.domain.scoring import asked_relevance, band_edges, lines, lines_hit, score, score_span
from satsuma.engine.facts import Contacts, records
from satsuma.engine.layout import Layout
from satsuma.engine.preview import MAX_BINS, Bin, LineCount, Move, Preview, SegmentSize


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
    moves = Counter(zip(current, (result.segment for result in results), strict=True)) if current is not None else {}
    names = [segment.name for segment in segmentation.segments]
    return Preview(
        customers=len(results),
        segments=tuple(segments),
        histogram=tuple(_bins(segmentation, [result.total.score for result in results])),
        edges=() if segmentation.has_rules else band_edges(segmentation.axes[0]),
        coverage=_coverage([result.present for result in results], asked),
        lines=tuple(
            (parameter, _line_counts(segmentation, everybody, as_of, place))
            for place, (_, parameter) in enumerate(segmentation.parameters)
        ),
        moves=tuple(
            Move(before, names[after], count)
            for (before, after), count in sorted(moves.items(), key=lambda item: (item[0][1], item[0][0] or ""))
            if before != names[after]
        ),
    )


def _value(own: Sequence[Record], value_field: str) -> float:
    units = [Decimal(value * PER_UNIT) for each in own if isinstance(value := each[value_field], int | float)]
    return sum(int(unit.to_integral_value(ROUND_HALF_EVEN)) for unit in units) / PER_UNIT


def _coverage(present: Sequence[int], asked: int) -> float:
    return sum(present) / (len(present) * asked) if present and asked else 1.0


def _bins(segmentation: Segmentation, scores: Sequence[int]) -> list[Bin]:
    spans = [score_span(axis) for axis in segmentation.axes]
    lowest, highest = sum(low for low, _ in spans), sum(high for _, high in spans)
    width = -(-(highest - lowest + 1) // MAX_BINS)
    edges = [(lower, min(lower + width - 1, highest)) for lower in range(lowest, highest + 1, width)]
    return [Bin(lower, upper, sum(lower <= score <= upper for score in scores)) for lower, upper in edges]


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
