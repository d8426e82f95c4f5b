"""What a snapshot keeps from one draft to the next is never wrong for the next."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from satsuma.domain.model import AgeRanges, Axis, Field, Groups, NumericRanges, Parameter, Segmentation, YesNo
from satsuma.engine.facts import Contacts
from satsuma.engine.snapshot import Snapshot
from support.contacts import AS_OF, contacts
from support.models import by_group, by_range, field, plain
from support.previews import worked_out
from support.segmentations import KINDS, TYPES, axes, fields

LARGEST = 1e9
"""Values beyond it are left out of the sums: in ten-thousandths, 1e15 does not fit 64 bits."""


@st.composite
def drafts(draw: st.DrawFn) -> tuple[list[Segmentation], Segmentation]:
    """A draft and what five edits make of it, one after another; and a draft that asks for every field."""
    listed = [draw(fields(draw(TYPES), f"field {number}")) for number in range(draw(st.integers(1, 4)))]
    every = Axis("Score", tuple(replace(each, enabled=True) for each in draw(axes(listed)).parameters), ())
    first = Segmentation("Test", draw(KINDS), tuple(listed), (draw(axes(listed)),))
    found = [first]
    for _ in range(5):
        found.append(draw(edits(found[-1])))
    return found, replace(first, axes=(every,))


@st.composite
def edits(draw: st.DrawFn, segmentation: Segmentation) -> Segmentation:
    (axis,) = segmentation.axes
    match draw(st.sampled_from(["points", "relevance", "ranges", "fewer", "fields", "switch", "label", "edges"])):
        case "points":
            changed = [replace(each, ranges=_with_other_points(each.ranges)) for each in axis.parameters]
            return _asking(segmentation, changed)
        case "relevance":
            changed = [replace(each, relevance=each.relevance % 10 + 1) for each in axis.parameters]
            return _asking(segmentation, changed)
        case "ranges":
            return replace(segmentation, axes=(draw(axes(list(segmentation.fields))),))
        case "fewer":
            kept = draw(st.lists(st.sampled_from(axis.parameters), min_size=1, unique=True))
            return _asking(segmentation, kept)
        case "fields":
            return replace(segmentation, fields=tuple(draw(st.permutations(segmentation.fields))))
        case "switch":
            changed = [replace(each, enabled=not each.enabled) for each in axis.parameters]
            return _asking(segmentation, changed)
        case "label":
            renamed = [replace(each, label=f"{each.title}!") for each in segmentation.fields]
            return replace(segmentation, fields=tuple(renamed))
        case _:
            bands = tuple(replace(band, name=f"{band.name}?") for band in axis.bands)
            return replace(segmentation, axes=(replace(axis, bands=bands),))


def _asking(segmentation: Segmentation, parameters: list[Parameter]) -> Segmentation:
    (axis,) = segmentation.axes
    return replace(segmentation, axes=(replace(axis, parameters=tuple(parameters)),))


def _with_other_points(ranges: Any) -> Any:
    match ranges:
        case NumericRanges() | AgeRanges():
            return replace(ranges, points=ranges.points[::-1])
        case YesNo():
            return YesNo(ranges.no, ranges.yes)
        case Groups():
            turned = [
                replace(one, points=other.points) for one, other in zip(ranges.groups, ranges.groups[::-1], strict=True)
            ]
            return replace(ranges, groups=tuple(turned))


def _small(everybody: Contacts) -> Contacts:
    values = {
        key: column.set(column.abs() > LARGEST, None) if column.dtype == pl.Float64 else column
        for key, column in everybody.values.items()
    }
    return replace(everybody, values=values)


def _to_add_up(listed: tuple[Field, ...]) -> str | None:
    """A field to add up; sums of metrics may be beyond the limit."""
    return next((each.key for each in listed if each.type in ("number", "money") and not each.metric), None)


@settings(max_examples=40, deadline=None)
@given(made=drafts(), seed=st.integers(0, 2**32), count=st.integers(0, 25))
def test_editing_on_one_snapshot_shows_what_a_fresh_one_would(
    made: tuple[list[Segmentation], Segmentation], seed: int, count: int
) -> None:
    edited, asking_everything = made
    everybody = _small(contacts(asking_everything, seed, count))
    value = _to_add_up(edited[0].fields)
    chance = random.Random(seed)
    names = [*(segment.name for segment in edited[0].segments), None]
    current = [chance.choice(names) for _ in range(count)]
    kept = Snapshot(everybody, AS_OF, value, pl.Series(current, dtype=pl.String))
    for draft in edited:
        assert kept.preview(draft) == worked_out(draft, everybody, AS_OF, value, current)


def test_fields_may_change_places_between_two_drafts() -> None:
    """Columns are called by the fields' places, so the same name means another field afterwards."""
    one, other = field("one"), field("other")
    asked = [by_range("one", [10], [0, 1]), by_range("other", [10], [0, 2])]
    everybody = Contacts(pl.Series("key", ["a"]), {"one": pl.Series([5.0]), "other": pl.Series([50.0])})
    snapshot = Snapshot(everybody, AS_OF)
    scores = [
        [each.lower for each in snapshot.preview(plain(listed, asked, {"all": None})).histogram if each.customers]
        for listed in ([one, other], [other, one], [one, other])
    ]
    assert scores == [[2], [2], [2]]


def test_a_group_that_gains_a_word_is_counted_anew() -> None:
    towns = Contacts(pl.Series("key", ["a", "b", "c"]), {"town": pl.Series(["Rome", "Oslo", None])})
    snapshot = Snapshot(towns, AS_OF)
    listed = [{"rome": 5}, {"rome, oslo": 5}, {"oslo": 5}, {"oslo, rome": 5}]
    counted = [
        [count.customers for count in lines]
        for groups in listed
        for _, lines in snapshot.preview(
            plain([field("town", "text")], [by_group("town", groups)], {"all": None})
        ).lines
    ]
    assert counted == [[1, 1, 1], [2, 0, 1], [1, 1, 1], [2, 0, 1]]


def test_numbers_of_more_than_four_decimals_are_added_rounded() -> None:
    everybody = Contacts(pl.Series("key", list("abc")), {"size": pl.Series([0.00004, 0.00006, 1 / 3])})
    segmentation = plain([field("size")], [by_range("size", [1], [0, 1])], {"low": None, "high": 1})
    low, _ = Snapshot(everybody, AS_OF, "size").preview(segmentation).segments
    assert low.value == 0.3334


def test_values_are_added_exactly_beyond_64_bits() -> None:
    model = plain([field("revenue", "money")], [by_range("revenue", [0], [0, 1])], {"low": None, "high": 1})
    everybody = Contacts(pl.Series("key", ["a", "b", "c"]), {"revenue": pl.Series([5e14, 1e15, 0.5])})
    preview = Snapshot(everybody, AS_OF, "revenue").preview(model)
    assert sum(size.value or 0 for size in preview.segments) == 1_500_000_000_000_000.5
