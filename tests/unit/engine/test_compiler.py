"""The largest segmentations compile, and equal the specification where parsers and planners are shallow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satsuma.domain.limits import MAX_PARAMETERS, MAX_RANGES, MAX_RULES, MAX_SEGMENTS
from satsuma.domain.model import Combine, Scale, Segmentation
from satsuma.engine.backends import Session, open_session
from satsuma.engine.compiler import balanced, whole_type
from satsuma.engine.facts import encode
from satsuma.engine.layout import Layout
from satsuma.engine.score import score
from satsuma.engine.verify import verify_engine, verify_specification
from support.contacts import AS_OF, contacts
from support.models import axis, by_age, by_answer, by_group, by_range, field, plain, with_rules

ENGINES = ["polars", "polars-in-memory", "duckdb", "sqlite"]


@pytest.fixture(params=ENGINES, scope="module")
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    with open_session(request.param) as opened:
        yield opened


def assert_equal(segmentation: Segmentation, session: Session, *, count: int = 40, as_of: date = AS_OF) -> None:
    everybody = contacts(segmentation, seed=11, count=count, as_of=as_of)
    reference = score(encode(Layout(segmentation), everybody), as_of)
    by_specification = verify_specification(segmentation, everybody, as_of, reference, at_most=count)
    assert (by_specification.examples, by_specification.equal) == ((), True)
    by_session = verify_engine(segmentation, everybody, as_of, session, reference)
    assert (by_session.examples, by_session.equal) == ((), True)


def test_two_hundred_parameters_of_fifty_ranges(session: Session) -> None:
    """Chains of conditions as deep as they are long would overflow SQLite's parser."""
    fields = [field(f"x{number}") for number in range(MAX_PARAMETERS)]
    points = [(-1) ** number * 20 * number for number in range(MAX_RANGES)]
    asked = [by_range(each.key, range(MAX_RANGES - 1), points, relevance=10, no_data=-1000) for each in fields]
    edges = {"lowest": None} | {str(edge): edge for edge in range(2, 2 * MAX_SEGMENTS, 2)}
    assert_equal(plain(fields, asked, edges, scale=Scale.PERCENT), session, count=20)


def test_five_hundred_rules_over_four_axes(session: Session) -> None:
    names = [str(number) for number in range(MAX_SEGMENTS)]
    fields = [field(f"x{number}") for number in range(4)]
    bands = {name: number if number else None for number, name in enumerate(names)}
    axes = [axis(f"axis {e.key}", [by_range(e.key, range(1, 50), range(50))], bands) for e in fields]
    boxes = [
        {each.name: [names[(7 * number + place) % 50], names[(11 * number) % 50]] for place, each in enumerate(axes)}
        for number in range(MAX_RULES - 1)
    ]
    rules = [(names[number % 50], {k: v for k, v in box.items() if k != f"axis x{number % 4}"}) for number, box in
             enumerate(boxes)]  # fmt: skip
    assert_equal(with_rules(fields, axes, names, [*rules, ("0", {})]), session, count=200)


@pytest.mark.parametrize("kind", ["choice", "text"])
def test_fifty_groups_of_scattered_values(kind: str, session: Session) -> None:
    """Two parameters list the same values in other groups, so that codes of a group do not stand together."""
    values = [f"v{number}" for number in range(1000)]
    near = {", ".join(values[start : start + 20]): start for start in range(0, 1000, 20)}
    scattered = {", ".join(values[start::50]): 10 * start for start in range(50)}
    asked = [by_group("x", near, anything_else=7, no_data=-3), by_group("y", {"v0": 1})]
    again = [by_group("x", scattered, anything_else=-7, relevance=3)]
    fields = [field("x", kind), field("y", kind)]
    bands = {"low": None, "high": 500}
    segmentation = with_rules(
        fields,
        [axis("one", asked, bands), axis("two", again, bands)],
        ["a", "b"],
        [("b", {"two": ["high"]}), ("a", {})],
    )
    assert_equal(segmentation, session, count=300)


@pytest.mark.parametrize("combine", Combine)
def test_fifty_groups_of_choices(combine: Combine, session: Session) -> None:
    groups = {f"v{number}, w{number}": (-1) ** number * 20 * number for number in range(MAX_RANGES)}
    asked = by_group("x", groups, anything_else=-5, combine=combine, relevance=10, no_data=-500)
    assert_equal(plain([field("x", "choices")], [asked], {"low": None, "high": 1000}), session, count=100)


@pytest.mark.parametrize("as_of", [date.min, date(2024, 2, 29), date.max])
def test_ages_beyond_both_ends_of_the_calendar(as_of: date, session: Session) -> None:
    cuts = [-1_000_000, -4_000_000 // 4, -365, 0, 1, 730_000, 1_000_000][:1] + [-365, 0, 1, 730_000, 1_000_000]
    asked = by_age("x", cuts, range(len(cuts) + 1), no_data=-1)
    assert_equal(plain([field("x", "date")], [asked], {"low": None, "high": 3}), session, as_of=as_of)


def test_a_segmentation_with_everything_off_scores_nothing(session: Session) -> None:
    asked = [by_range("x", [1], [0, 1], enabled=False), by_answer("y", yes=1, no=0, enabled=False)]
    fields = [field("x"), field("y", "yes_no")]
    assert_equal(plain(fields, asked, {"low": None, "high": 0}), session)


def test_one_range_without_cuts_still_tells_no_data_apart(session: Session) -> None:
    assert_equal(plain([field("x")], [by_range("x", [], [5], no_data=-5)], {"low": None, "high": 0}), session)


@given(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**31), 2**31 - 1))
def test_whole_types_hold_both_ends_and_are_the_smallest(one: int, other: int) -> None:
    least, most = min(one, other), max(one, other)
    bits = int(whole_type(least, most).removeprefix("Int"))
    assert -(2 ** (bits - 1)) <= least <= most < 2 ** (bits - 1)
    assert bits == 8 or not -(2 ** (bits // 2 - 1)) <= least <= most < 2 ** (bits // 2 - 1)


@given(st.lists(st.text(max_size=3), min_size=1, max_size=300))
def test_a_balanced_tree_keeps_the_order_and_is_flat(texts: list[str]) -> None:
    joined, depth = balanced(
        lambda left, right: (left[0] + right[0], max(left[1], right[1]) + 1), [(t, 0) for t in texts]
    )
    assert joined == "".join(texts)
    assert depth <= (len(texts) - 1).bit_length()
