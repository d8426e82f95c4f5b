"""Whatever a table holds: cuts that make sense, and a suggestion that can be used as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from satsuma.domain.checks import find_problems, find_warnings
from satsuma.domain.errors import InputError
from satsuma.domain.limits import MAX_DIGITS
from satsuma.domain.model import AgeRanges, FieldType, Kind, NumericRanges, Segmentation
from satsuma.engine.profile import ColumnProfile, NumberSpread, profile_table, profile_values
from satsuma.engine.suggest import suggest_segmentation
from satsuma.engine.suggest.round_cuts import STEPS, round_cuts, rounded
from support.columns import text_table

AS_OF = date(2026, 6, 30)
NUMBERS = st.one_of(
    st.integers(-(10**15), 10**15).map(float),
    st.integers(0, 12).map(float),
    st.floats(-1e15, 1e15, allow_nan=False),
    st.decimals(-1000, 1000, places=2, allow_nan=False).map(float),
)
NAMES = st.sampled_from(
    [
        "revenue",
        "seats",
        "nps",
        "rating",
        "age",
        "complaints",
        "signup_date",
        "last_order",
        "churn",
        "plan",
        "Année €",
        "x",
    ]
)
CELLS = (
    *("", "yes", "no", "1", "0", "7", "12.5", "1,5", "2026-01-31", "01-02-2026", "a;b", "b;a", "a"),
    *("low", "medium", "High", "NULL", "none", "Basic", "basic", "Pro", "10-50", "<10", "Other", "x\ny"),
)
WORDS = st.one_of(
    st.sampled_from(CELLS),
    st.text(max_size=8),
)


@st.composite
def columns_of_words(draw: st.DrawFn) -> dict[str, list[str]]:
    """Tables whose columns repeat few cells, so that all types come up."""
    height = draw(st.integers(1, 40))
    names = draw(st.lists(st.one_of(NAMES, st.text(min_size=1, max_size=5)), min_size=1, max_size=5, unique=True))
    columns = {}
    for name in names:
        cells = draw(st.lists(WORDS, min_size=1, max_size=6))
        columns[name] = draw(st.lists(st.sampled_from(cells), min_size=height, max_size=height))
    return columns


def spread(values: Sequence[float], field_type: FieldType = FieldType.NUMBER) -> NumberSpread:
    found = profile_values("n", field_type, pl.Series(values, dtype=pl.Float64)).numbers
    assert found is not None
    return found


def usable(profiles: Sequence[ColumnProfile]) -> Segmentation | None:
    """The suggestion, checked; None where there is none."""
    try:
        found = suggest_segmentation(profiles, name="Test", kind=Kind.COMPANY, as_of=AS_OF)
    except InputError as error:
        if error.code != "nothing_to_suggest":
            raise
        return None
    assert [str(remark) for remark in (*find_problems(found), *find_warnings(found))] == []
    return found


@settings(deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=60))
def test_cuts_rise_lie_between_the_ends_and_can_be_kept(values: list[float]) -> None:
    cuts = round_cuts(spread(values))
    assert len(cuts) <= 4
    assert all(lower < upper for lower, upper in pairwise(cuts))
    assert all(min(values) < cut <= max(values) for cut in cuts)
    assert all(len(Decimal(repr(cut)).normalize().as_tuple().digits) <= MAX_DIGITS for cut in cuts)


@settings(deadline=None)
@given(st.lists(st.integers(-(10**14), 10**14), min_size=2, max_size=60))
def test_whole_numbers_have_whole_cuts_and_at_least_one_if_they_differ(values: list[int]) -> None:
    assume(min(values) < max(values))
    cuts = round_cuts(spread([float(value) for value in values]))
    assert cuts
    assert all(isinstance(cut, int) for cut in cuts)


@given(
    st.decimals(-(10**6), 10**6, places=3),
    st.decimals(Decimal("0.001"), 10**5, places=3),
    st.decimals(0, 10**5, places=3),
)
def test_a_rounded_cut_is_near_round_and_not_beyond_the_largest(target: Decimal, gap: Decimal, above: Decimal) -> None:
    cut = rounded(target, gap, target + above)
    assert abs(cut - target) < gap
    assert cut <= target + above
    sizes = [step * Decimal(10) ** power for step in STEPS for power in range(-7, 6)]
    assert any(cut % size == 0 for size in sizes if gap * Decimal("0.3") <= size <= gap)


@settings(deadline=None)
@given(
    st.lists(st.tuples(NAMES, st.lists(st.none() | NUMBERS, min_size=3, max_size=30)), min_size=1, max_size=4),
    st.sampled_from([FieldType.NUMBER, FieldType.MONEY]),
)
def test_numbers_of_any_size_never_make_a_problem(
    columns: list[tuple[str, list[float | None]]], field_type: FieldType
) -> None:
    digits = 4 if field_type is FieldType.MONEY else 17
    profiles = [
        profile_values(name, field_type, pl.Series(cells, dtype=pl.Float64).round(digits)) for name, cells in columns
    ]
    usable(profiles)


@settings(deadline=None)
@given(NAMES, st.lists(st.none() | st.dates(), min_size=3, max_size=30))
def test_days_of_any_century_never_make_a_problem(name: str, days: list[date | None]) -> None:
    usable([profile_values(name, FieldType.DATE, pl.Series(days, dtype=pl.Date))])


@settings(deadline=None, max_examples=60)
@given(columns_of_words())
def test_a_table_of_any_words_has_a_usable_suggestion_or_none(columns: dict[str, list[str]]) -> None:
    found = usable(profile_table(text_table(columns)))
    if found is None:
        return
    for _, parameter in found.parameters:
        if isinstance(parameter.ranges, NumericRanges | AgeRanges):
            assert 2 <= len(parameter.ranges.points) <= 5
            assert len(set(parameter.ranges.points)) == len(parameter.ranges.points)
