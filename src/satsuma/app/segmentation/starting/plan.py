"""What starting from a model would do in this workspace. Called through `satsuma.app.segmentation.starting`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.queries.metric_columns import metric_type
from satsuma.app.segmentation.starting.answers import in_answers_of, missing_options
from satsuma.app.segmentation.starting.known import Known
from satsuma.app.segmentation.starting.matching import find_field, find_metric
from satsuma.app.segmentation.starting.metrics import Untranslatable, translated
from satsuma.domain import model as domain
from satsuma.domain.limits import MAX_NAME_CHARACTERS
from satsuma.domain.model import Axis, FieldType, Groups, Kind, Metric, Parameter


@dataclass(frozen=True, slots=True)
class NewField:
    """A field that would be made: a question, or a metric. `wanted` is its key in the model, `options` the names of its
    options."""

    wanted: str
    label: str
    type: FieldType
    unit: str = ""
    options: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    metric: Metric | None = None


@dataclass(frozen=True, slots=True)
class NewOptions:
    """Options that a question here would be given."""

    wanted: str
    field: FieldSpec
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A parameter that the draft will not have, and why."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Answers, or values of a metric's conditions, that nothing here is called: what asks for them is kept without."""

    title: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class StartPlan:
    """`matched` are the fields here by their key in the model. `questions`, `metrics` and `options` are made only if
    somebody agrees to each, by its key in the model."""

    source: domain.Segmentation
    kind: Kind
    matched: Mapping[str, FieldSpec]
    questions: tuple[NewField, ...] = ()
    metrics: tuple[NewField, ...] = ()
    options: tuple[NewOptions, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    @property
    def proposed(self) -> tuple[str, ...]:
        """The keys in the model of all that could be made."""
        fields = (new.wanted for new in (*self.questions, *self.metrics))
        return (*fields, *(new.wanted for new in self.options))

    def draft(self, made: Mapping[str, FieldSpec]) -> domain.Segmentation:
        """The model with the fields here, `made` being those that were made or given options meanwhile. Parameters
        whose field is in neither are left out; a field that an axis asks twice is asked once."""
        fields = {**self.matched, **made}
        axes = tuple(replace(axis, parameters=tuple(self._parameters(axis, fields))) for axis in self.source.axes)
        asked = dict.fromkeys(parameter.field for axis in axes for parameter in axis.parameters)
        by_key = {spec.key: spec for spec in fields.values()}
        return replace(
            self.source, kind=self.kind, axes=axes, fields=tuple(by_key[key].domain_field() for key in asked)
        )

    def _parameters(self, axis: Axis, fields: Mapping[str, FieldSpec]) -> Iterator[Parameter]:
        seen: set[str] = set()
        for parameter in axis.parameters:
            spec = fields.get(parameter.field)
            if spec is None or spec.key in seen:
                continue
            answers = in_answers_of(spec, self.source.field(parameter.field), parameter.ranges)
            if isinstance(answers.ranges, Groups) and not answers.ranges.groups:
                continue
            seen.add(spec.key)
            yield replace(parameter, field=spec.key, ranges=answers.ranges)


@dataclass
class _Planning:
    source: domain.Segmentation
    known: Known
    matched: dict[str, FieldSpec] = field(default_factory=dict)
    questions: list[NewField] = field(default_factory=list)
    metrics: list[NewField] = field(default_factory=list)
    options: list[NewOptions] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    def plan(self) -> StartPlan:
        for wanted in _asked(self.source):
            if wanted.metric is not None:
                self._metric(wanted, wanted.metric)
            else:
                self._question(wanted)
        self._look_for_doubles()
        return StartPlan(
            source=self.source,
            kind=self.known.kind,
            matched=self.matched,
            questions=tuple(self.questions),
            metrics=tuple(self.metrics),
            options=tuple(self.options),
            left_out=tuple(self.left_out),
            unknown=tuple(self.unknown),
        )

    def _metric(self, wanted: domain.Field, metric: Metric) -> None:
        try:
            found = translated(metric, self.known)
        except Untranslatable as reason:
            self.left_out.append(LeftOut(wanted.title, str(reason)))
            return
        if found.unknown:
            self.unknown.append(Unknown(wanted.title, found.unknown))
        if (existing := find_metric(found.metric, self.known)) is not None:
            self.matched[wanted.key] = existing
            return
        new = NewField(
            wanted.key,
            self._free_label(wanted.title),
            metric_type(found.metric),
            unit=wanted.unit or "",
            metric=found.metric,
        )
        self.metrics.append(new)

    def _question(self, wanted: domain.Field) -> None:
        if (existing := find_field(wanted, self.known)) is None:
            self.questions.append(self._new_question(wanted))
            return
        self.matched[wanted.key] = existing
        asked = [value for parameter in self._parameters_of(wanted) for value in _values(parameter)]
        if missing := missing_options(existing, wanted, asked):
            self.options.append(NewOptions(wanted.key, existing, missing))
            return
        self._look_at_answers(wanted, existing)

    def _look_at_answers(self, wanted: domain.Field, existing: FieldSpec) -> None:
        """Says which words mean nothing here, and leaves out a parameter of which none does."""
        found = [in_answers_of(existing, wanted, parameter.ranges) for parameter in self._parameters_of(wanted)]
        if unknown := tuple(dict.fromkeys(value for answers in found for value in answers.unknown)):
            self.unknown.append(Unknown(wanted.title, unknown))
        if all(isinstance(answers.ranges, Groups) and not answers.ranges.groups for answers in found):
            del self.matched[wanted.key]
            self.unknown = [unknown for unknown in self.unknown if unknown.title != wanted.title]
            reason = _("None of its answers is an answer of “%(name)s” here.") % {"name": existing.label}
            self.left_out.append(LeftOut(wanted.title, reason))

    def _new_question(self, wanted: domain.Field) -> NewField:
        """With its options; a choice that lists none is asked as words."""
        labels = dict.fromkeys(option.label for option in wanted.options)
        for parameter in self._parameters_of(wanted) if wanted.type.has_options else ():
            labels |= dict.fromkeys(wanted.option_label(value) for value in _values(parameter))
        return NewField(
            wanted.key,
            self._free_label(wanted.title),
            wanted.type,
            unit=wanted.unit or "",
            options=tuple({fold_name(label): label for label in reversed(labels)}.values())[::-1],
            minimum=wanted.minimum,
            maximum=wanted.maximum,
        )

    def _look_for_doubles(self) -> None:
        """Two questions of an axis that are one field here: the second is left out."""
        for axis in self.source.axes:
            first: dict[str, str] = {}
            for parameter in axis.parameters:
                spec = self.matched.get(parameter.field)
                if spec is None:
                    continue
                before = first.setdefault(spec.key, parameter.field)
                if before != parameter.field:
                    reason = _("“%(name)s” is asked by another parameter already.") % {"name": spec.label}
                    self.left_out.append(LeftOut(self.source.field(parameter.field).title, reason))

    def _free_label(self, title: str) -> str:
        """The title, numbered if another field has it."""
        made = (new.label for new in (*self.questions, *self.metrics))
        taken = {fold_name(label) for label in (*self.known.taken, *made)}
        label = " ".join(title.split())[: MAX_NAME_CHARACTERS - 5]
        numbered = (f"{label} {number}" for number in range(2, len(taken) + 3))
        return next(free for free in (label, *numbered) if fold_name(free) not in taken)

    def _parameters_of(self, wanted: domain.Field) -> list[Parameter]:
        return [
            parameter for axis in self.source.axes for parameter in axis.parameters if parameter.field == wanted.key
        ]


def plan_start(source: domain.Segmentation, known: Known) -> StartPlan:
    """What a draft of the model, which has no problems, takes in this workspace."""
    return _Planning(source, known).plan()


def _asked(segmentation: domain.Segmentation) -> Iterator[domain.Field]:
    keys = dict.fromkeys(parameter.field for axis in segmentation.axes for parameter in axis.parameters)
    known = {field_.key: field_ for field_ in segmentation.fields}
    return (known[key] for key in keys if key in known)


def _values(parameter: Parameter) -> Iterator[str]:
    if isinstance(parameter.ranges, Groups):
        for group in parameter.ranges.groups:
            yield from group.values
