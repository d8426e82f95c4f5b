"""Which single changes, and which pairs of them, lead to a higher segment, best first. Called by `steps`.

The gains of two fields add up, so pairs are found from single changes, without scoring each pair. A field, or a pair
of fields, is listed once, with its best change.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import add

from satsuma.domain.steps.candidates import Candidate
from satsuma.domain.steps.standing import Standing

MAX_PAIRED = 500
"""With rules, how many single changes are tried in pairs: 125,000 pairs, a third of a second. Those over the fewest
lines are kept, of these the strongest. With one axis every pair counts."""

Option = tuple[Candidate, ...]
"""Changes of different fields, to be made together."""

Rank = tuple[int, int, int, tuple[int, ...]]
"""Segment reached, lines moved over, what the scores gain together, places of the fields: the smallest is best."""


def rank(option: Option, standing: Standing) -> Rank:
    gains = option[0].gains if len(option) == 1 else tuple(map(add, option[0].gains, option[1].gains))
    lines = sum([candidate.lines for candidate in option])
    return standing.segment_after(gains), lines, sum(gains), tuple([candidate.position for candidate in option])


def best_options(options: Iterable[Option], standing: Standing, count: int) -> list[Option]:
    """The `count` best options that lead to a higher segment; of those of the same fields only the best."""
    best: dict[tuple[int, ...], tuple[Rank, Option]] = {}
    for option in options:
        its_rank = rank(option, standing)
        fields = its_rank[-1]
        if its_rank[0] > standing.segment and (fields not in best or its_rank < best[fields][0]):
            best[fields] = its_rank, option
    return [option for _, option in sorted(best.values(), key=lambda ranked: ranked[0])[:count]]


def best_pairs(weak: Sequence[Candidate], standing: Standing, count: int) -> list[Option]:
    """The `count` best pairs of candidates none of which leads to a higher segment alone."""
    if len({candidate.position for candidate in weak}) < 2:
        return []
    if len(standing.scores) == 1:
        return _best_pairs_on_one_axis(weak, standing, count)
    return best_options(_pairs(_most_promising(weak)), standing, count)


def _most_promising(weak: Sequence[Candidate]) -> list[Candidate]:
    """At most `MAX_PAIRED` candidates, in their old order; of a field's candidates with equal gains only the one over
    the fewest lines."""
    least: dict[tuple[object, ...], Candidate] = {}
    for candidate in sorted(weak, key=lambda one: one.lines):
        least.setdefault((candidate.position, candidate.gains), candidate)
    kept = sorted(least.values(), key=lambda one: (one.lines, -sum(map(abs, one.gains))))[:MAX_PAIRED]
    return sorted(kept, key=lambda one: one.position)


def _pairs(candidates: Sequence[Candidate]) -> Iterator[Option]:
    return ((one, other) for one, other in combinations(candidates, 2) if one.position != other.position)


def _best_pairs_on_one_axis(weak: Sequence[Candidate], standing: Standing, count: int) -> list[Option]:
    """Pairs by the lines they move over together, until a later one could not reach a lower segment."""
    [score], [edges] = standing.scores, standing.edges
    needed = edges[standing.segment] - score
    by_lines = _upward_by_lines(weak)
    best: list[Option] = []
    enough: int | None = None
    for total in sorted({few + many for few in by_lines for many in by_lines}):
        found = [
            pair
            for few, shelf in by_lines.items()
            if few <= total - few and total - few in by_lines
            for pair in _least_pairs(shelf, by_lines[total - few], needed, enough, count)
        ]
        best = best_options([*best, *found], standing, count)
        if len(best) == count:
            enough = edges[rank(best[-1], standing)[0] - 1] - score
            if enough <= needed:
                break
    return best


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Candidates that move over equally many lines, and their gains, the smallest first."""

    candidates: list[Candidate]
    gains: list[int]


def _upward_by_lines(candidates: Sequence[Candidate]) -> dict[int, _Shelf]:
    """Those that gain, by the lines they move over; of a field's candidates with equal gains there the first."""
    different = {(one.lines, one.gains[0], one.position): one for one in reversed(candidates) if one.gains[0] > 0}
    by_lines: dict[int, list[Candidate]] = defaultdict(list)
    for (lines, _, _), candidate in sorted(different.items()):
        by_lines[lines].append(candidate)
    return {lines: _Shelf(some, [one.gains[0] for one in some]) for lines, some in by_lines.items()}


def _least_pairs(shelf: _Shelf, partners: _Shelf, needed: int, enough: int | None, count: int) -> Iterator[Option]:
    """Each candidate with its partners of `count` other fields that gain least, `needed` or more together, but less
    than `enough`."""
    for candidate, gain in zip(shelf.candidates, shelf.gains, strict=True):
        fields = {candidate.position}
        for index in range(bisect_left(partners.gains, needed - gain), len(partners.gains)):
            partner = partners.candidates[index]
            if len(fields) > count or (enough is not None and gain + partners.gains[index] >= enough):
                break
            if partner.position not in fields:
                fields.add(partner.position)
                yield (candidate, partner) if candidate.position < partner.position else (partner, candidate)
