"""What *Why this segment* shows: the waterfall of each axis, what is missing, what would move the contact up. Made by
`views.explanations`, and by the wizard for a contact that is tried on a draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.segmentation.queries.segmentations import SegmentSpec
from satsuma.app.segmentation.range_wording import exact_value, lines_text, named_field, value_text
from satsuma.domain import model as domain
from satsuma.domain.explanation import Explanation, Reason
from satsuma.domain.grouping import is_grouping
from satsuma.domain.model import Rule, Scale
from satsuma.domain.scoring import AxisResult, Result, rule_fits
from satsuma.domain.steps import Change, Step
from satsuma.report.colors import palette_color
from satsuma.web.pages.waterfalls import Bar, Edge, Ruler, Strip

LONGEST = 120
"""Characters of a value or a range that are shown; a text may have thousands."""
SHOWN_ROWS = 12
"""Parameters of an axis that are shown at once; the others are folded away."""


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """What a parameter contributed. `line` is the range that was hit, "" where it would repeat the value; `share` how
    far, 0 to 1, the contribution is from the least to the most that the parameter can give. `bar` begins where the one
    before ended; `room` reaches from its end to what would be the most."""

    label: str
    value: str
    line: str
    is_missing: bool
    points: int
    relevance: int
    contribution: int
    most: int
    share: float
    bar: Bar
    room: Bar
    fill_url: str


@dataclass(frozen=True, slots=True)
class AxisBlock:
    """One score and what it is made of. `name` is empty with a single axis; `band` is the band that the score is in,
    `share` the percent score from 0 to 1."""

    name: str
    band: SegmentSpec
    score: int
    share: float
    lowest: int
    highest: int
    rows: Sequence[ReasonRow]
    more_rows: Sequence[ReasonRow]
    strips: Sequence[Strip]
    edges: Sequence[Edge]
    zero: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class MissingLine:
    """A field without data: where to fill it in ("" where it cannot be), and the most that it could add."""

    label: str
    url: str
    most: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """Changes that lead to a higher segment when they are made together, and what the score gains."""

    changes: Sequence[str]
    segment: SegmentSpec
    gain: int


@dataclass(frozen=True, slots=True)
class ReasonsPage:
    """The full reasons of one result. `rule` says which rule gave the segment, "" with a single axis. `next_segment` is
    the next one up, None at the top. `is_grouping`: the value names the segment, and points say nothing."""

    segment: SegmentSpec
    score: int
    share: float
    coverage: float
    axes: Sequence[AxisBlock]
    rule: str
    missing: Sequence[MissingLine]
    next_segment: SegmentSpec | None
    steps: Sequence[StepLine]
    is_grouping: bool


def reasons_page(
    explanation: Explanation,
    *,
    model: domain.Segmentation,
    segments: Sequence[SegmentSpec],
    fields: Mapping[str, FieldSpec],
    edit_url: str = "",
) -> ReasonsPage:
    """The explanation in the reader's language. `segments` are those of the model, lowest first; `fields` the
    workspace's by key, whose present names are shown; `edit_url` is the contact's form, for somebody who may use it."""
    known = {field.key: named_field(model.kind, field, fields) for field in model.fields}
    urls = {key: _fill_url(field, edit_url) for key, field in known.items()}
    result = explanation.result
    return ReasonsPage(
        segment=segments[result.segment],
        score=result.total.score,
        share=result.total.percent / 100,
        coverage=result.coverage,
        axes=[_axis(axis, explanation.reasons, segments, known, urls, model.has_rules) for axis in result.axes],
        rule=_rule_text(model, result),
        missing=[
            MissingLine(known[field.key].label, urls[field.key], _most(explanation.reasons, field.key))
            for field in explanation.missing
        ],
        next_segment=next(iter(segments[result.segment + 1 :]), None),
        steps=[_step(step, segments, known) for step in explanation.steps],
        is_grouping=is_grouping(model),
    )


def segments_of(model: domain.Segmentation) -> tuple[SegmentSpec, ...]:
    """The segments of a draft as badges take them, lowest first."""
    return _shown_bands(model.segments)


def _fill_url(field: FieldSpec, edit_url: str) -> str:
    can_be_filled = edit_url and field.is_typed_in and field.on_form and not field.retired
    return f"{edit_url}#id_{field.key}" if can_be_filled else ""


def _most(reasons: Iterable[Reason], key: str) -> int:
    return sum(reason.largest - reason.contribution for reason in reasons if reason.field.key == key)


def _axis(
    result: AxisResult,
    reasons: Iterable[Reason],
    segments: Sequence[SegmentSpec],
    known: Mapping[str, FieldSpec],
    urls: Mapping[str, str],
    has_rules: bool,
) -> AxisBlock:
    own = [reason for reason in reasons if reason.axis is result.axis]
    ruler = Ruler(result.scale, [reason.contribution for reason in own], [reason.largest for reason in own])
    bands = _shown_bands(result.axis.bands) if has_rules else segments
    rows = [
        _row(reason, known[reason.field.key], urls[reason.field.key], ruler, place) for place, reason in enumerate(own)
    ]
    shown = SHOWN_ROWS if len(rows) > SHOWN_ROWS + 2 else len(rows)
    return AxisBlock(
        name=result.axis.name if has_rules else "",
        band=bands[result.band],
        score=result.score,
        share=result.scale.percent / 100,
        lowest=result.scale.lowest,
        highest=result.scale.highest,
        rows=rows[:shown],
        more_rows=rows[shown:],
        strips=ruler.strips(result.axis, bands),
        edges=ruler.edges(result.axis, _edge_labels(result.axis)),
        zero=ruler.zero,
        bar=ruler.between(0, result.score),
    )


def _shown_bands(bands: Sequence[domain.Band | domain.Segment]) -> tuple[SegmentSpec, ...]:
    most = max(len(bands) - 1, 1)
    return tuple(
        SegmentSpec(0, band.name, band.color or palette_color(place / most), band.description or "")
        for place, band in enumerate(bands)
    )


def _edge_labels(axis: domain.Axis) -> list[str]:
    edges = [band.edge for band in axis.bands if band.edge is not None]
    if axis.scale is Scale.POINTS:
        return [locale.number(edge) for edge in edges]
    return [locale.percent(Decimal(repr(edge)) / 100, decimals=_decimals(edge)) for edge in edges]


def _decimals(edge: domain.Number) -> int:
    exponent = Decimal(repr(edge)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _row(reason: Reason, field: FieldSpec, fill_url: str, ruler: Ruler, place: int) -> ReasonRow:
    value = _cut(value_text(field, reason.value))
    line = _cut(lines_text(reason.parameter, field, reason.lines))
    return ReasonRow(
        label=field.label,
        value=value,
        line="" if line == value else line,
        is_missing=reason.value is None,
        points=reason.points,
        relevance=reason.relevance,
        contribution=reason.contribution,
        most=reason.largest,
        share=reason.share,
        bar=ruler.bar(place),
        room=ruler.room(place),
        fill_url=fill_url if reason.value is None else "",
    )


def _rule_text(model: domain.Segmentation, result: Result) -> str:
    """The rule that gave the segment, with what it asks for."""
    if not model.has_rules:
        return ""
    bands = {axis.axis.name: axis.band_name for axis in result.axes}
    place, rule = next((place, rule) for place, rule in enumerate(model.rules, start=1) if rule_fits(rule, bands))
    if not rule.when:
        return _("No other rule fits: the last one gives the segment.")
    return _("Rule %(number)s gives it: %(conditions)s.") % {
        "number": locale.number(place),
        "conditions": ", ".join(_conditions(rule)),
    }


def _conditions(rule: Rule) -> Iterable[str]:
    for axis, bands in rule.when:
        yield _("%(axis)s is %(bands)s") % {"axis": axis, "bands": _(" or ").join(bands)}


def _step(step: Step, segments: Sequence[SegmentSpec], known: Mapping[str, FieldSpec]) -> StepLine:
    changes = [change_text(known[change.field.key], change) for change in step.changes]
    return StepLine(changes, segments[step.result.segment], step.gain)


def change_text(field: FieldSpec, change: Change) -> str:
    """What to change: "Value of won deals from €4,200 to €5,000"."""
    after = _cut(exact_value(field, change.after))
    if change.before is None:
        return _("%(field)s is %(after)s (not known now)") % {"field": field.label, "after": after}
    before = _cut(value_text(field, change.before))
    return _("%(field)s from %(before)s to %(after)s") % {"field": field.label, "before": before, "after": after}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
