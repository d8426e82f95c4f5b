"""The smallest changes that lead to a higher segment: one field's, then two fields'. Called by `explanation`.

A field, or a pair of fields, is listed once, with the change that leads to the lowest higher segment over the fewest
lines. Neither change of a pair suffices alone. One change of a `choices` field adds one option, or drops those of one
group.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from satsuma.domain.model import Field, Record, Segmentation, Value
from satsuma.domain.scoring import Result, score
from satsuma.domain.steps.asking import Gains
from satsuma.domain.steps.candidates import Candidate, find_candidates
from satsuma.domain.steps.ranking import Option, best_options, best_pairs
from satsuma.domain.steps.standing import Standing


@dataclass(frozen=True, slots=True)
class Change:
    """Another value for one field. `gains` is what each axis' score gains by it, in the order of the axes."""

    field: Field
    before: Value
    after: Value
    gains: Gains

    @property
    def gain(self) -> int:
        """What the axes' scores gain together."""
        return sum(self.gains)


@dataclass(frozen=True, slots=True)
class Step:
    """Changes that lead to a higher segment when they are made together; `result` is the contact's result then."""

    changes: tuple[Change, ...]
    result: Result

    @property
    def segment_name(self) -> str:
        return self.result.segment_name

    @property
    def gain(self) -> int:
        return sum(change.gain for change in self.changes)

    def applied_to(self, record: Record) -> Record:
        """The record with the changes made."""
        return {**record, **{change.field.key: change.after for change in self.changes}}


def find_steps(
    segmentation: Segmentation, record: Record, as_of: date, result: Result, *, max_steps: int
) -> tuple[Step, ...]:
    """At most `max_steps` steps, best first: fewer changes, then the lowest segment reached, then the fewest lines
    moved over, then the smallest gain, then the order of parameters.

    `result` is what `score` gives for the record. Empty in the highest segment, and where no two changes lead higher.
    """
    if result.segment == len(segmentation.segments) - 1 or max_steps < 1:
        return ()
    standing = Standing(segmentation, result)
    enough, weak = _sorted_out(find_candidates(segmentation, record, as_of), standing)
    best = best_options([(candidate,) for candidate in enough], standing, max_steps)
    if len(best) < max_steps:
        best += best_pairs(weak, standing, max_steps - len(best))
    return tuple(_step(segmentation, record, as_of, option) for option in best)


def _sorted_out(candidates: list[Candidate], standing: Standing) -> tuple[list[Candidate], list[Candidate]]:
    """Those that lead to a higher segment alone, and those that do not."""
    enough: list[Candidate] = []
    weak: list[Candidate] = []
    for candidate in candidates:
        (enough if standing.segment_after(candidate.gains) > standing.segment else weak).append(candidate)
    return enough, weak


def _step(segmentation: Segmentation, record: Record, as_of: date, option: Option) -> Step:
    changes = tuple(_change(candidate, record) for candidate in option)
    after = {**record, **{change.field.key: change.after for change in changes}}
    return Step(changes, score(segmentation, after, as_of))


def _change(candidate: Candidate, record: Record) -> Change:
    return Change(candidate.field, record.get(candidate.field.key), candidate.value, candidate.gains)
