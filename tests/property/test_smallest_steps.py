"""The smallest steps of every explanation, against trying everything out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations
from math import ceil

from hypothesis import given, settings
from hypothesis import strategies as st

from satsuma.domain.explanation import explain
from satsuma.domain.folding import fold
from satsuma.domain.limits import MAX_NUMBER
from satsuma.domain.model import (
    AgeRanges,
    Aggregate,
    Field,
    FieldType,
    Groups,
    Number,
    NumericRanges,
    Parameter,
    Record,
    Segmentation,
    Value,
)
from satsuma.domain.scoring import LineKind, lines_hit, score
from satsuma.domain.steps import Step
from support.models import AS_OF, axis, by_range, field, plain, with_rules
from support.records import Case, cases_within_reach, law

MANY = 1000

Rank = tuple[int, int, int, int, list[int]]
"""Number of changes, segment reached, lines moved over, gain, places of the fields: what steps are ordered by."""


@law
@given(cases_within_reach())
def test_every_step_applied_gives_the_promised_result_and_a_higher_segment(case: Case):
    for record in case.records:
        explanation = explain(case.segmentation, record, case.as_of)
        for step in explanation.steps:
            applied = score(case.segmentation, step.applied_to(record), case.as_of)
            assert applied == step.result
            assert applied.segment > explanation.result.segment


@law
@given(cases_within_reach())
def test_gains_of_changes_add_up_to_the_change_of_each_score(case: Case):
    for record in case.records:
        explanation = explain(case.segmentation, record, case.as_of)
        before = [axis.score for axis in explanation.result.axes]
        for step in explanation.steps:
            gained = [sum(gains) for gains in zip(*(change.gains for change in step.changes), strict=True)]
            after = [axis.score for axis in step.result.axes]
            assert [old + gain for old, gain in zip(before, gained, strict=True)] == after


@law
@given(cases_within_reach())
def test_steps_change_asked_fields_to_values_that_the_fields_can_have(case: Case):
    for record in case.records:
        for step in explain(case.segmentation, record, case.as_of).steps:
            for change in step.changes:
                assert change.before == record.get(change.field.key)
                assert can_have(change.field, change.after)


@law
@given(cases_within_reach(most_fields=4))
def test_steps_are_the_best_of_all_single_changes_and_all_pairs(case: Case):
    for record in case.records:
        trial = Trial(case.segmentation, record, case.as_of)
        found = explain(case.segmentation, record, case.as_of, max_steps=MANY).steps

        assert [trial.rank(step) for step in found] == trial.best_ranks()


@law
@given(cases_within_reach(most_fields=4))
def test_fewer_steps_are_the_first_of_many(case: Case):
    for record in case.records:
        few, many = (explain(case.segmentation, record, case.as_of, max_steps=most).steps for most in (2, MANY))

        assert few == many[:2]


@st.composite
def close_calls(draw: st.DrawFn) -> Case:
    """Two to five numbers over short ranges and bands near the score: seldom enough alone, often in pairs."""
    keys = "abcde"[: draw(st.integers(2, 5))]
    questions = [by_range(key, [1, 2, 3], draw(st.tuples(*[st.integers(-2, 5)] * 4))) for key in keys]
    record: Record = {key: draw(st.sampled_from([None, 0, 1, 2, 3])) for key in keys}
    edges = st.lists(st.integers(1, 25), min_size=2, max_size=2, unique=True).map(sorted)
    if draw(st.booleans()):
        low, high = draw(edges)
        model = plain(map(field, keys), questions, {"low": None, "mid": low, "high": high})
        return Case(model, (record,), AS_OF)
    (low, high), (few, many) = draw(edges), draw(edges)
    axes = [
        axis("One", questions[::2], {"low": None, "mid": low, "high": high}),
        axis("Other", questions[1::2], {"few": None, "some": few, "many": many}),
    ]
    best = {"One": ["high", "mid"], "Other": ["some", "many"]}
    model = with_rules(
        map(field, keys),
        axes,
        ["D", "C", "B", "A"],
        [("A", best), ("B", {"Other": ["many"]}), ("C", {"One": ["low"]}), ("D", {})],
    )
    return Case(model, (record,), AS_OF)


@settings(max_examples=200, deadline=None)
@given(close_calls(), st.integers(1, 4))
def test_where_pairs_are_needed_the_best_are_found(case: Case, most: int):
    [record] = case.records
    trial = Trial(case.segmentation, record, case.as_of)

    found = explain(case.segmentation, record, case.as_of, max_steps=most).steps

    assert [trial.rank(step) for step in found] == trial.best_ranks()[:most]


def can_have(field: Field, value: Value) -> bool:
    if field.type is FieldType.CHOICES:
        return isinstance(value, frozenset) and len(value) > 0
    if isinstance(value, bool) or not isinstance(value, int | float):
        return isinstance(value, {FieldType.YES_NO: bool, FieldType.DATE: date}.get(field.type, str))
    lowest, highest, whole = number_limits(field)
    return lowest <= value <= highest and (not whole or value == int(value))


def number_limits(field: Field) -> tuple[int, int, bool]:
    """The smallest and the largest value, and whether only whole ones are possible."""
    aggregate = field.metric.aggregate if field.metric else None
    if field.type is FieldType.RATING:
        assert field.minimum is not None
        assert field.maximum is not None
        return field.minimum, field.maximum, True
    if aggregate in (Aggregate.COUNT, Aggregate.DISTINCT):
        return 0, MAX_NUMBER, True
    return (0, 1, False) if aggregate is Aggregate.SHARE else (-MAX_NUMBER, MAX_NUMBER, False)


class Trial:
    """Every change worth trying for one contact, applied and scored one by one."""

    def __init__(self, segmentation: Segmentation, record: Record, as_of: date) -> None:
        self.segmentation = segmentation
        self.record = record
        self.as_of = as_of
        self.before = score(segmentation, record, as_of)
        self.asked: dict[str, list[Parameter]] = {}
        for _, parameter in segmentation.parameters:
            self.asked.setdefault(parameter.field, []).append(parameter)

    def best_ranks(self) -> list[Rank]:
        """Of each field, and each pair of fields, the best rank that leads higher; sorted."""
        singles = [{key: value} for key in self.asked for value in self.values(key)]
        ranks = [self.rank_of(change) for change in singles]
        weak = [change for change, rank in zip(singles, ranks, strict=True) if rank[1] <= self.before.segment]
        ranks += [self.rank_of({**one, **other}) for one, other in combinations(weak, 2) if one.keys() != other.keys()]
        best: dict[tuple[int, ...], Rank] = {}
        for rank in sorted(ranks):
            if rank[1] > self.before.segment:
                best.setdefault(tuple(rank[-1]), rank)
        return sorted(best.values())

    def rank(self, step: Step) -> Rank:
        return self.rank_of({change.field.key: change.after for change in step.changes})

    def rank_of(self, changes: dict[str, Value]) -> Rank:
        after = score(self.segmentation, {**self.record, **changes}, self.as_of)
        gain = after.total.score - self.before.total.score
        lines = sum(self.lines_moved(key, value) for key, value in changes.items())
        return len(changes), after.segment, lines, gain, [list(self.asked).index(key) for key in changes]

    def lines_moved(self, key: str, value: Value) -> int:
        field = self.segmentation.field(key)
        moved = 0
        for parameter in self.asked[key]:
            before = lines_hit(parameter, field, self.record.get(key), self.as_of)
            after = lines_hit(parameter, field, value, self.as_of)
            over_ranges = isinstance(parameter.ranges, NumericRanges | AgeRanges)
            if over_ranges and before[0].kind is LineKind.RANGE:
                moved += abs(after[0].index - before[0].index)
            else:
                moved += before != after
        return moved

    def values(self, key: str) -> list[Value]:
        """At least one value of every kind that the parameters tell apart, also such as earn the same."""
        field, present = self.segmentation.field(key), self.record.get(key)
        found: Iterator[Value]
        match field.type:
            case FieldType.YES_NO:
                found = iter([True, False])
            case FieldType.DATE:
                found = self.days(key)
            case FieldType.CHOICE:
                found = iter([*self.listed(key), *(option.key for option in field.options)])
            case FieldType.TEXT:
                found = iter(self.listed(key))
            case FieldType.CHOICES:
                assert present is None or isinstance(present, frozenset)
                found = self.choices(key, present or frozenset())
            case _:
                found = numbers(field, self.cuts(key))
        return [value for value in found if self.is_other(field, value, present)]

    @staticmethod
    def is_other(field: Field, value: Value, present: Value) -> bool:
        if isinstance(value, str) and isinstance(present, str) and field.type is FieldType.TEXT:
            return fold(value) != fold(present)
        return value != present

    def cuts(self, key: str) -> list[Number]:
        ranges = [parameter.ranges for parameter in self.asked[key]]
        return [cut for each in ranges if isinstance(each, NumericRanges | AgeRanges) for cut in each.cuts]

    def days(self, key: str) -> Iterator[date]:
        for cut in [0, *self.cuts(key)]:
            for age in (int(cut) - 1, int(cut)):
                ordinal = self.as_of.toordinal() - age
                if 1 <= ordinal <= date.max.toordinal():
                    yield date.fromordinal(ordinal)

    def groups(self, key: str) -> Sequence[tuple[str, ...]]:
        ranges = [parameter.ranges for parameter in self.asked[key]]
        return [group.values for each in ranges if isinstance(each, Groups) for group in each.groups]

    def listed(self, key: str) -> list[str]:
        return [value for values in self.groups(key) for value in values]

    def choices(self, key: str, present: frozenset[str]) -> Iterator[frozenset[str]]:
        for option in [*self.listed(key), *(option.key for option in self.segmentation.field(key).options)]:
            yield present | {option}
        for values in self.groups(key):
            if present - {*values}:
                yield present - {*values}


def numbers(field: Field, cuts: Sequence[Number]) -> Iterator[Number]:
    """Both sides of every cut, as far as the field can have them."""
    lowest, highest, whole = number_limits(field)
    for cut in [0, lowest, highest, *cuts]:
        for number in [ceil(cut) - 1, ceil(cut)] if whole else [cut]:
            if lowest <= number <= highest:
                yield number
