"""The top customers with their complete reasons, and what would move them up. Called by `page`; `cli` gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from satsuma.domain.explanation import Explanation, Reason
from satsuma.domain.steps import Step
from satsuma.domain.wording import change_text, lines_text, value_text
from satsuma.report.sizes import bar
from satsuma.report.texts import amount, cut, percent, signed, whole


@dataclass(frozen=True, slots=True)
class Customer:
    """One of the top customers: key, reasons, and what it is worth (None: no value, or no value field)."""

    key: str
    explanation: Explanation
    value: float | None


@dataclass(frozen=True, slots=True)
class AxisScore:
    name: str
    score: str
    band: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """What a parameter contributed: `sum` is points × relevance; the bar reaches from the least to the most that it
    can give. `line` is None where it would repeat the value."""

    title: str
    axis: str | None
    value: str
    line: str | None
    missing: bool
    points: str
    relevance: int
    sum: str
    bar: float


@dataclass(frozen=True, slots=True)
class StepRow:
    """Changes to make together, and what they lead to."""

    changes: tuple[str, ...]
    segment: int
    gain: str


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """All that is shown of one customer. `axes` is empty with a single axis; `no_step` says why there are no steps."""

    place: int
    key: str
    segment: int
    score: str
    percent: str
    coverage: str
    value: str
    axes: tuple[AxisScore, ...]
    reasons: tuple[ReasonRow, ...]
    missing: str | None
    steps: tuple[StepRow, ...]
    no_step: str | None


def list_customers(top: Iterable[Customer]) -> Iterator[CustomerCard]:
    """The customers in the order given."""
    for place, customer in enumerate(top, start=1):
        explanation = customer.explanation
        result, total = explanation.result, explanation.result.total
        several = len(result.axes) > 1
        yield CustomerCard(
            place=place,
            key=cut(customer.key),
            segment=result.segment,
            score=whole(total.score),
            percent=f"{total.percent:.1f} %",
            coverage=percent(result.coverage),
            value=amount(customer.value),
            axes=tuple(AxisScore(a.axis.name, whole(a.score), a.band_name) for a in result.axes if several),
            reasons=tuple(_reason(reason, several) for reason in explanation.reasons),
            missing=", ".join(field.title for field in explanation.missing) or None,
            steps=tuple(_step(step) for step in explanation.steps),
            no_step=_no_step(explanation),
        )


def _reason(reason: Reason, several: bool) -> ReasonRow:
    value = cut(value_text(reason.field, reason.value))
    line = cut(lines_text(reason.parameter, reason.field, reason.lines))
    return ReasonRow(
        title=reason.field.title,
        axis=reason.axis.name if several else None,
        value=value,
        line=None if line == value else line,
        missing=reason.value is None,
        points=whole(reason.points),
        relevance=reason.relevance,
        sum=whole(reason.contribution),
        bar=bar(reason.share, 1.0),
    )


def _step(step: Step) -> StepRow:
    changes = tuple(cut(change_text(each.field, each.before, each.after)) for each in step.changes)
    return StepRow(changes, step.result.segment, signed(step.gain))


def _no_step(explanation: Explanation) -> str | None:
    if explanation.steps:
        return None
    if explanation.next_segment is None:
        return "Already in the highest segment."
    return "No change of one or two values leads to a higher segment."
