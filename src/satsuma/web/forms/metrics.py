"""The metric builder: what is counted, how, over which column, under which conditions, within which days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.queries.fields import SectionSpec
from satsuma.app.crm.queries.metric_columns import (
    SOURCES,
    MetricColumn,
    list_metric_columns,
    metric_problems,
    metric_type,
)
from satsuma.app.crm.services.fields import LONGEST_HELP, LONGEST_UNIT, FieldDraft
from satsuma.domain.limits import MAX_NAME_CHARACTERS
from satsuma.domain.metrics import Role, value_role
from satsuma.domain.model import Aggregate, Kind, Metric, Source
from satsuma.web.forms.fields import ENTER_NAME, WHOLE_NUMBER, SettingsForm, lines

OF: Mapping[Source, str | Promise] = {
    Source.DEALS: _("Deals"),
    Source.ACTIVITIES: _("Activities"),
    Source.PEOPLE: _("People"),
}
AGGREGATES: Mapping[Aggregate, str | Promise] = {
    Aggregate.COUNT: _("How many there are"),
    Aggregate.SUM: _("Sum"),
    Aggregate.MEAN: _("Average"),
    Aggregate.MIN: _("Smallest"),
    Aggregate.MAX: _("Largest"),
    Aggregate.LATEST: _("Latest day"),
    Aggregate.EARLIEST: _("Earliest day"),
    Aggregate.DISTINCT: _("How many different ones"),
    Aggregate.SHARE: _("Share that meets the conditions (0 to 1)"),
}
BESIDE = {"label", "help", "unit", "section"}
"""The answers that the metric itself does not depend on."""
WHERE = "where-"
"""Begins the names of conditions: the rest is the column."""


class MetricForm(SettingsForm):
    """The builder for contacts of a kind. What can be chosen depends on `of` and `aggregate`: `typed` are the answers
    so far, shown without looking for mistakes; `data` are those that are to be kept."""

    label = forms.CharField(label=_("Name"), max_length=MAX_NAME_CHARACTERS, error_messages=ENTER_NAME)
    of = forms.ChoiceField(label=_("Look at"))
    aggregate = forms.ChoiceField(label=_("Work out"))
    column = forms.ChoiceField(label=_("Of"), required=False)
    day = forms.ChoiceField(label=_("By the day"), required=False, help_text=_("Days to come never count."))
    within_days = forms.CharField(
        label=_("Within the last days"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=WHOLE_NUMBER,
        help_text=_("Leave it empty for all the time until today."),
    )
    unit = forms.CharField(label=_("Unit"), max_length=LONGEST_UNIT, required=False)
    help = forms.CharField(
        label=_("Help"), max_length=LONGEST_HELP, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    section = forms.ChoiceField(label=_("Section"))

    def __init__(
        self,
        kind: Kind,
        sections: Sequence[SectionSpec],
        *,
        data: Any = None,
        typed: Any = None,
        field: FieldSpec | None = None,
    ) -> None:
        begun = _typed(typed) if typed is not None else _initial(field, sections)
        super().__init__(data, initial=begun)
        self.kind = kind
        chosen = begun if data is None else data
        self.source = _member(Source, chosen.get("of"), Source.DEALS)
        if self.source not in SOURCES[kind]:
            self.source = Source.DEALS
        self.aggregated = _member(Aggregate, chosen.get("aggregate"), Aggregate.COUNT)
        self.columns = list_metric_columns(self.source)
        self._offer("section", [(str(section.id), section.label) for section in sections if section.id])
        self._offer("of", [(source.value, OF[source]) for source in SOURCES[kind]])
        self._offer("aggregate", [(aggregate.value, label) for aggregate, label in AGGREGATES.items()])
        self._offer_columns()
        for column in self.columns:
            if column.role is Role.TEXT:
                self.fields[WHERE + column.key] = _condition(column)

    def _offer(self, name: str, choices: Sequence[tuple[str, str | Promise]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _offer_columns(self) -> None:
        if self.aggregated.needs_column:
            role = value_role(self.aggregated)
            self._offer("column", [("", "–"), *((c.key, c.label) for c in self.columns if c.role is role)])
        else:
            del self.fields["column"]
        days = [(column.key, column.label) for column in self.columns if column.role is Role.DAY]
        self._offer("day", [("", _("any time")), *days])

    @property
    def conditions(self) -> list[tuple[Any, bool]]:
        """The bound fields of the conditions, and whether something is asked there."""
        return [(self[name], bool(self[name].value())) for name in self.fields if name.startswith(WHERE)]

    def clean(self) -> dict[str, Any]:
        if not set(self.errors) - BESIDE:
            metric = self.metric()
            for name, sentence in metric_problems(self.kind, metric_type(metric), metric).items():
                self.add_error(name if name in self.fields else None, sentence)
        return self.cleaned_data

    def clean_within_days(self) -> int | None:
        text = self.cleaned_data["within_days"].strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise forms.ValidationError(WHOLE_NUMBER["invalid"])
        return int(text)

    def metric(self) -> Metric:
        """What was built, after `is_valid`."""
        entered = self.cleaned_data
        asked = ((name.removeprefix(WHERE), entered[name]) for name in entered if name.startswith(WHERE))
        conditions = ((column, lines(found) if isinstance(found, str) else found) for column, found in asked)
        return Metric(
            of=Source(entered["of"]),
            aggregate=Aggregate(entered["aggregate"]),
            column=entered.get("column") or None,
            where=tuple((column, tuple(dict.fromkeys(values))) for column, values in conditions if values),
            day=entered["day"] or None,
            within_days=entered["within_days"],
        )

    def draft(self) -> FieldDraft:
        metric, entered = self.metric(), self.cleaned_data
        return FieldDraft(
            label=entered["label"],
            type=metric_type(metric),
            help=entered["help"],
            unit=entered["unit"],
            section_id=int(entered["section"]),
            metric=metric,
        )


def _condition(column: MetricColumn) -> forms.Field:
    if column.choices is None:
        widget = forms.Textarea(attrs={"rows": 2})
        return forms.CharField(
            label=column.label, required=False, widget=widget, help_text=_("One in each line; capitals do not count.")
        )
    return forms.MultipleChoiceField(
        label=column.label, required=False, choices=column.choices, widget=forms.CheckboxSelectMultiple
    )


def _initial(field: FieldSpec | None, sections: Sequence[SectionSpec]) -> dict[str, Any]:
    if field is None or field.metric is None:
        usual = next((section.id for section in sections if section.id and any(f.metric for f in section.fields)), "")
        return {"of": Source.DEALS.value, "aggregate": Aggregate.COUNT.value, "section": str(usual)}
    metric = field.metric
    words = {column.key for column in list_metric_columns(metric.of) if column.choices is None}
    return {
        "label": field.label,
        "help": field.help,
        "unit": field.unit,
        "section": str(field.section_id or ""),
        "of": metric.of.value,
        "aggregate": metric.aggregate.value,
        "column": metric.column,
        "day": metric.day,
        "within_days": metric.within_days,
        **{WHERE + column: "\n".join(values) if column in words else list(values) for column, values in metric.where},
    }


def _typed(data: Any) -> dict[str, Any]:
    """Answers as they were sent; those of conditions may be several."""
    several = {name: data.getlist(name) for name in data if name.startswith(WHERE)}
    return {**data.dict(), **{name: found if len(found) != 1 else found[0] for name, found in several.items()}}


def _member(choices: Any, text: Any, otherwise: Any) -> Any:
    try:
        return choices(text)
    except ValueError:
        return otherwise
