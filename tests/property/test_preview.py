"""A preview counts what the specification says of each contact, whatever the model and whoever the contacts are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import Segmentation
from satsuma.domain.scoring import Result, score
from satsuma.engine.facts import Contacts, records
from satsuma.engine.layout import Layout
from satsuma.engine.preview import Preview
from satsuma.engine.snapshot import Snapshot
from support.contacts import AS_OF, contacts
from support.segmentations import segmentations

LARGEST_VALUE = 10**9
"""So that sums of values, and the values themselves, are exact to four decimals."""

examples = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@examples
@given(segmentation=segmentations(), seed=st.integers(0, 2**32), count=st.integers(0, 60), has_current=st.booleans())
def test_a_preview_counts_what_the_specification_says(
    segmentation: Segmentation, seed: int, count: int, has_current: bool
) -> None:
    everybody = contacts(segmentation, seed, count)
    current = _current(segmentation, count) if has_current else None
    value_field = _value_field(segmentation, everybody)
    preview = Snapshot(everybody, AS_OF, value_field, current).preview(segmentation)
    results = [score(segmentation, record, AS_OF) for record in records(Layout(segmentation), everybody, AS_OF)]
    assert _sizes(preview) == _counted(results)
    assert [bar.customers for bar in preview.histogram] == [
        sum(bar.lower <= result.total.score <= bar.upper for result in results) for bar in preview.histogram
    ]
    if current is not None:
        assert {(move.before, move.after): move.customers for move in preview.moves} == _moves(current, results)
    if value_field is not None:
        assert _values(preview) == _added(everybody.values[value_field], preview, results)


@examples
@given(segmentation=segmentations(), seed=st.integers(0, 2**32), count=st.integers(0, 20))
def test_with_every_parameter_off_everybody_is_counted_all_the_same(
    segmentation: Segmentation, seed: int, count: int
) -> None:
    axes = [
        replace(axis, parameters=tuple(replace(p, enabled=False) for p in axis.parameters))
        for axis in segmentation.axes
    ]
    off = replace(segmentation, axes=tuple(axes))
    assert Snapshot(contacts(off, seed, count), AS_OF).preview(off).customers == count


def _current(segmentation: Segmentation, count: int) -> pl.Series:
    names = [*(segment.name for segment in segmentation.segments), None]
    return pl.Series("current", [names[number % len(names)] for number in range(count)], dtype=pl.String)


def _value_field(segmentation: Segmentation, everybody: Contacts) -> str | None:
    """The first field of numbers that are not too large to add up."""
    for field in segmentation.fields:
        values = everybody.values.get(field.key)
        if field.type.is_numeric and values is not None and (values.abs() < LARGEST_VALUE).all():
            return field.key
    return None


def _sizes(preview: Preview) -> dict[str, int]:
    return {size.name: size.customers for size in preview.segments if size.customers}


def _counted(results: list[Result]) -> dict[str, int]:
    return dict(Counter(result.segment_name for result in results))


def _moves(current: pl.Series, results: list[Result]) -> dict[tuple[str | None, str], int]:
    pairs = zip(current.to_list(), (result.segment_name for result in results), strict=True)
    return dict(Counter(pair for pair in pairs if pair[0] != pair[1]))


def _values(preview: Preview) -> list[int]:
    return [round((size.value or 0) * PER_UNIT) for size in preview.segments]


def _added(values: pl.Series, preview: Preview, results: list[Result]) -> list[int]:
    added = dict.fromkeys((size.name for size in preview.segments), 0)
    for value, result in zip(values.to_list(), results, strict=True):
        added[result.segment_name] += round((value or 0) * PER_UNIT)
    return list(added.values())
