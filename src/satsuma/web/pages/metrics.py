"""What the metric builder shows beside its form: the metric in words, and its value for a contact. Made by
`views.metrics`, and by the list of fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from satsuma.app import locale
from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries.contacts import get_contact, list_named
from satsuma.app.crm.queries.metric_columns import MetricColumn, list_metric_columns, metric_type
from satsuma.app.crm.queries.metric_values import measure_contact
from satsuma.domain.model import Aggregate, FieldType, Kind, Metric, Number, Source
from satsuma.web.forms.metrics import AGGREGATES, BESIDE, OF, MetricForm

IN_WORDS: Mapping[Aggregate, str | Promise] = {
    **AGGREGATES,
    Aggregate.COUNT: gettext_lazy("number"),
    Aggregate.SHARE: gettext_lazy("share"),
    Aggregate.DISTINCT: gettext_lazy("different ones"),
}


@dataclass(frozen=True, slots=True)
class MetricFigure:
    """The value of a metric for a contact. `value` is None where there is no data; `problem` says why there is no
    metric to work out yet."""

    contact: Contact | None = None
    value: str | None = None
    words: str = ""
    problem: str = ""


def metric_figure(form: MetricForm, contact_id: int | None, *, as_of: date) -> MetricFigure:
    """`form` is bound. Without a contact the first by name is taken. At most ten queries."""
    contact = find_example(form.kind, contact_id)
    form.full_clean()
    wrong = [sentence for name, found in form.errors.items() if name not in BESIDE for sentence in found]
    if wrong:
        return MetricFigure(contact, problem=str(wrong[0]))
    metric = form.metric()
    words = metric_words(metric, form.columns)
    if contact is None:
        return MetricFigure(None, words=words)
    value = measure_contact(form.kind, metric, contact.pk, as_of=as_of)
    return MetricFigure(contact, _shown(value, metric_type(metric), form.cleaned_data.get("unit", "")), words)


def find_example(kind: Kind, contact_id: int | None) -> Contact | None:
    """The contact that the value is shown for; another if that one is not there."""
    if contact_id is not None:
        with suppress(NotFoundError):
            return get_contact(kind, contact_id)
    return next(iter(list_named(kind, "", most=1)), None)


def _shown(value: Number | date | None, type_: FieldType, unit: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, date):
        return locale.day(value)
    return locale.money_to_cent(value) if type_ is FieldType.MONEY else f"{locale.number(value)} {unit}".strip()


def metrics_in_words(fields: Iterable[FieldSpec]) -> Mapping[int, str]:
    """Every metric among the fields in words, by the field's id."""
    metrics = {field.id: field.metric for field in fields if field.metric}
    columns = {
        source: list_metric_columns(source) for source in Source if any(m.of is source for m in metrics.values())
    }
    return {id_: metric_words(metric, columns[metric.of]) for id_, metric in metrics.items()}


def metric_words(metric: Metric, columns: Iterable[MetricColumn]) -> str:
    """Such as "Deals · Sum: Value · State: won · within 90 days"."""
    known = {column.key: column for column in columns}
    over = f": {_label(known, metric.column)}" if metric.column else ""
    conditions = [f"{_label(known, column)}: {_values(known.get(column), values)}" for column, values in metric.where]
    return " · ".join([str(OF[metric.of]), f"{IN_WORDS[metric.aggregate]}{over}", *conditions, *_window(metric)])


def _window(metric: Metric) -> list[str]:
    if metric.within_days is None:
        return []
    days = metric.within_days
    return [ngettext("within %(count)s day", "within %(count)s days", days) % {"count": locale.number(days)}]


def _label(columns: Mapping[str, MetricColumn], key: str) -> str:
    return columns[key].label if key in columns else _("something that is gone")


def _values(column: MetricColumn | None, values: Iterable[str]) -> str:
    names = dict(column.choices or ()) if column else {}
    return ", ".join(names.get(value, value) for value in values)
