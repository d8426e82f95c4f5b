"""What is shown before a segmentation begins from a model: what is asked of fields that are here, what would be made,
what is left out. Made by `views.segmentation_starts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from satsuma.app import locale
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec
from satsuma.app.segmentation.scheme_wording import WordedScheme
from satsuma.app.segmentation.starting import Known, LeftOut, NewField, StartPlan, Unknown
from satsuma.domain.errors import Problem
from satsuma.domain.model import Kind
from satsuma.web.forms.fields import TYPES
from satsuma.web.pages.metrics import metric_words

SHOWN_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Match:
    """A question of the model and the field here that answers it."""

    title: str
    field: FieldSpec


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that would be made: `key` is what the form names it by. `detail` is the kind of information and its
    options, or a metric in words."""

    key: str
    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """`segments` are the names, highest first; `model` is the file that the form carries on, "" for what has an address
    of its own. The form goes to `action`: a file that is sent by a script leaves the browser where it was."""

    title: str
    kind: Kind
    description: str
    segments: Sequence[str]
    matches: Sequence[Match]
    questions: Sequence[Proposal]
    metrics: Sequence[Proposal]
    options: Sequence[Proposal]
    left_out: Sequence[LeftOut]
    unknown: Sequence[Unknown]
    action: str
    cancel_url: str
    model: str = ""
    draft_version: int | None = None

    @property
    def proposals(self) -> bool:
        return bool(self.questions or self.metrics or self.options)


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Something wrong in a file; `line` is 0 where nobody can say it."""

    place: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """All ways to begin."""

    title: str
    kind: Kind
    schemes: Sequence[WordedScheme]
    others: Sequence[SegmentationSpec]


def plan_page(
    plan: StartPlan,
    known: Known,
    *,
    action: str,
    cancel_url: str,
    model: str = "",
    draft_version: int | None = None,
) -> PlanPage:
    return PlanPage(
        title=plan.source.name,
        kind=plan.kind,
        description=plan.source.description or "",
        segments=[segment.name for segment in reversed(plan.source.segments)],
        matches=list(_matches(plan)),
        questions=[Proposal(new.wanted, new.label, _question_detail(new)) for new in plan.questions],
        metrics=[Proposal(new.wanted, new.label, _metric_detail(new, known)) for new in plan.metrics],
        options=[Proposal(new.wanted, new.field.label, ", ".join(new.labels)) for new in plan.options],
        left_out=plan.left_out,
        unknown=plan.unknown,
        action=action,
        cancel_url=cancel_url,
        model=model,
        draft_version=draft_version,
    )


def file_problems(problems: Sequence[Problem]) -> list[FileProblem]:
    """As many as anybody reads at once."""
    return [
        FileProblem(problem.place, int(str(problem.facts.get("line", 0))), problem.message)
        for problem in problems[:SHOWN_PROBLEMS]
    ]


def _matches(plan: StartPlan) -> Iterator[Match]:
    for wanted in plan.source.fields:
        if wanted.key in plan.matched:
            yield Match(wanted.title, plan.matched[wanted.key])


def _question_detail(new: NewField) -> str:
    parts = [str(TYPES[new.type]), new.unit, ", ".join(new.options)]
    if new.minimum is not None and new.maximum is not None:
        parts.append(f"{locale.number(new.minimum)}–{locale.number(new.maximum)}")
    return " · ".join(filter(None, parts))


def _metric_detail(new: NewField, known: Known) -> str:
    assert new.metric is not None
    return metric_words(new.metric, known.columns[new.metric.of])
