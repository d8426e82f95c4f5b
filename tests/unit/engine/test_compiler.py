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
from satsuma.engine.expressions import balanced, whole_type
from satsuma.engine.facts import encode
from satsuma.engine.layout import Layout
from satsuma.engine.score import score
from satsuma.engine.verify import verify_engine, verify_specification
from support.contacts import AS_OF, contacts
from support.models import axis, by_age, by_answer, by_group, by_range, field, plain, with_rules


@pytest.fixture(scope="module")
def sessions() -> Iterator[list[Session]]:
    with open_session("duckdb") as duckdb, open_session("sqlite") as sqlite:
        yield [duckdb, sqlite]


def assert_equal(segmentation: Segmentation, sessions: list[Session], *, count: int = 40, as_of: date = AS_OF) -> None:
    """Polars equals the specification, and the sessions equal Polars."""
    everybody = contacts(segmentation, seed=11, count=count, as_of=as_of)
    reference = score(encode(Layout(segmentation), everybody), as_of)
    found = [verify_specification(segmentation, everybody, as_of, reference, at_most=count)]
    found += [verify_engine(segmentation, everybody, as_of, session, reference) for session in sessions]
    assert [(verification.engine, verification.examples) for verification in found if not verification.equal] == []


def test_two_hundred_parameters_of_fifty_ranges(sessions: list[Session]) -> None:
    """Chains of conditions as deep as they are long would overflow SQLite's parser."""
    fields = [field(f"x{number}") for number in range(MAX_PARAMETERS)]
    points = [(-1) ** number * 20 * number for number in range(MAX_RANGES)]
    asked = [by_range(each.key, range(MAX_RANGES - 1), points, relevance=10, no_data=-1000) for each in fields]
    edges = {"lowest": None} | {str(edge): edge for edge in range(2, 2 * MAX_SEGMENTS, 2)}
    assert_equal(plain(fields, asked, edges, scale=Scale.PERCENT), sessions, count=20)


def boxes_over_four_axes(count: int) -> Segmentation:
    """Each rule names two scattered bands of each of three axes."""
    names = [str(number) for number in range(MAX_SEGMENTS)]
    fields = [field(f"x{number}") for number in range(4)]
    bands = {name: number if number else None for number, name in enumerate(names)}
    axes = [axis(f"axis {each.key}", [by_range(each.key, range(1, 50), range(50))], bands) for each in fields]
    rules = []
    for number in range(count - 1):
        named = [(place, each.name) for place, each in enumerate(axes) if place != number % 4]
        box = {name: [names[(7 * number + place) % 50], names[11 * number % 50]] for place, name in named}
        rules.append((names[number % 50], box))
    return with_rules(fields, axes, names, [*rules, ("0", {})])


def test_five_hundred_rules_over_four_axes(sessions: list[Session]) -> None:
    duckdb, _ = sessions
    assert_equal(boxes_over_four_axes(MAX_RULES), [duckdb], count=200)


def test_many_rules_on_sqlite(sessions: list[Session]) -> None:
    """SQLite plans each hundred in seconds."""
    _, sqlite = sessions
    assert_equal(boxes_over_four_axes(25), [sqlite], count=200)


@pytest.mark.parametrize("kind", ["choice", "text"])
def test_fifty_groups_of_scattered_values(kind: str, sessions: list[Session]) -> None:
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
    assert_equal(segmentation, sessions, count=300)


@pytest.mark.parametrize("combine", Combine)
def test_fifty_groups_of_choices(combine: Combine, sessions: list[Session]) -> None:
    groups = {f"v{number}, w{number}": (-1) ** number * 20 * number for number in range(MAX_RANGES)}
    asked = by_group("x", groups, anything_else=-5, combine=combine, relevance=10, no_data=-500)
    assert_equal(plain([field("x", "choices")], [asked], {"low": None, "high": 1000}), sessions, count=100)


@pytest.mark.parametrize("as_of", [date.min, date(2024, 2, 29), date.max])
def test_ages_beyond_both_ends_of_the_calendar(as_of: date, sessions: list[Session]) -> None:
    cuts = [-1_000_000, -365, 0, 1, 730_000, 1_000_000]
    asked = by_age("x", cuts, range(len(cuts) + 1), no_data=-1)
    assert_equal(plain([field("x", "date")], [asked], {"low": None, "high": 3}), sessions, as_of=as_of)


def test_a_segmentation_with_everything_off_scores_nothing(sessions: list[Session]) -> None:
    asked = [by_range("x", [1], [0, 1], enabled=False), by_answer("y", yes=1, no=0, enabled=False)]
    fields = [field("x"), field("y", "yes_no")]
    assert_equal(plain(fields, asked, {"low": None, "high": 0}), sessions)


def test_one_range_without_cuts_still_tells_no_data_apart(sessions: list[Session]) -> None:
    assert_equal(plain([field("x")], [by_range("x", [], [5], no_data=-5)], {"low": None, "high": 0}), sessions)


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
