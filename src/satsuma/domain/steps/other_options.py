"""Other answers, options, words and choices that a field could have. Called by `candidates`.

Values that are in the same group of every parameter are alike: the first of them stands for all. Groups come in the
order of parameters, then the field's own options that are in no group (*anything else*).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import ne

from satsuma.domain.folding import fold
from satsuma.domain.model import Combine, Field, FieldType, Groups, Value, YesNo
from satsuma.domain.steps.asking import Asking, Effect, Gains, gained

Places = tuple[tuple[int, int], ...]
"""Where a value is listed: numbers of parameter and group. Empty: it is *anything else* to all parameters."""


def other_answers(asking: Asking, present: Value) -> Iterator[Effect]:
    """Yes and no, without the present one."""
    yes, no = asking.totals(_answers(asking, yes=True)), asking.totals(_answers(asking, yes=False))
    before = asking.without_data() if present is None else yes if present else no
    for answer, totals in ((True, yes), (False, no)):
        if answer is not present:
            yield answer, gained(totals, before), len(asking)


def other_option(field: Field, asking: Asking, present: str | None) -> Iterator[Effect]:
    """For a choice or a text: the first value of each kind but the present one's."""
    places = _places(field, asking)
    here = None if present is None else places.get(_compared(field, present), ())
    before = asking.without_data() if here is None else _totals(asking, here)
    for there, value in _first_of_each_kind(field, asking, places).items():
        if there != here:
            lines = len(asking) if here is None else len({parameter for parameter, _ in {*there} ^ {*here}})
            yield value, gained(_totals(asking, there), before), lines


def other_choices(field: Field, asking: Asking, present: frozenset[str] | None) -> Iterator[Effect]:
    """For choices: the present ones and one more, of each kind; the present ones without those of one group."""
    places = _places(field, asking)
    here = None if present is None else _lines(asking, places, present)
    before = asking.without_data() if here is None else _points(asking, here)
    for chosen in _more_or_fewer(field, asking, places, present or frozenset()):
        there = _lines(asking, places, chosen)
        moved = len(asking) if here is None else sum(map(ne, there, here))
        yield chosen, gained(_points(asking, there), before), moved


def _more_or_fewer(
    field: Field, asking: Asking, places: dict[str, Places], present: frozenset[str]
) -> Iterable[frozenset[str]]:
    """Without repeats, in a fixed order: additions first."""
    alike = {places.get(option, ()) for option in present}
    added = [
        present | {option} for kind, option in _first_of_each_kind(field, asking, places).items() if kind not in alike
    ]
    hit = dict.fromkeys(place for option in sorted(present) for place in places.get(option, ()))
    left = [frozenset(option for option in present if place not in places.get(option, ())) for place in sorted(hit)]
    return dict.fromkeys([*added, *filter(None, left)])


def _answers(asking: Asking, *, yes: bool) -> Iterator[int]:
    for parameter in asking.parameters:
        assert isinstance(parameter.ranges, YesNo)
        yield parameter.ranges.yes if yes else parameter.ranges.no


def _ranges(asking: Asking) -> Iterator[Groups]:
    for parameter in asking.parameters:
        assert isinstance(parameter.ranges, Groups)
        yield parameter.ranges


def _compared(field: Field, text: str) -> str:
    return fold(text) if field.type is FieldType.TEXT else text


def _places(field: Field, asking: Asking) -> dict[str, Places]:
    found: dict[str, dict[int, int]] = {}
    for number, ranges in enumerate(_ranges(asking)):
        for index, group in enumerate(ranges.groups):
            for value in group.values:
                found.setdefault(_compared(field, value), {}).setdefault(number, index)
    return {value: tuple(places.items()) for value, places in found.items()}


def _first_of_each_kind(field: Field, asking: Asking, places: dict[str, Places]) -> dict[Places, str]:
    listed = [value for ranges in _ranges(asking) for group in ranges.groups for value in group.values]
    first: dict[Places, str] = {}
    for value in [*listed, *(option.key for option in field.options)]:
        first.setdefault(places.get(_compared(field, value), ()), value)
    return first


def _totals(asking: Asking, places: Places) -> Gains:
    groups = dict(places)
    return asking.totals(
        ranges.groups[groups[number]].points if number in groups else ranges.anything_else
        for number, ranges in enumerate(_ranges(asking))
    )


def _lines(asking: Asking, places: dict[str, Places], chosen: frozenset[str]) -> list[tuple[int, ...]]:
    """Per parameter: the groups that earn points, in their order; none is *anything else*."""
    hits: list[set[int]] = [set() for _ in range(len(asking))]
    for option in chosen:
        for number, index in places.get(option, ()):
            hits[number].add(index)
    return [_earning(ranges, sorted(hit)) for ranges, hit in zip(_ranges(asking), hits, strict=True)]


def _earning(ranges: Groups, hit: list[int]) -> tuple[int, ...]:
    if ranges.combine is Combine.SUM or not hit:
        return tuple(hit)
    return (max(hit, key=lambda index: ranges.groups[index].points),)


def _points(asking: Asking, lines: list[tuple[int, ...]]) -> Gains:
    return asking.totals(
        sum(ranges.groups[index].points for index in hit) if hit else ranges.anything_else
        for ranges, hit in zip(_ranges(asking), lines, strict=True)
    )
