"""What metrics can be made of: the columns of deals, activities and people, how each can be used, and what conditions
can ask of it. Called by the metric builder and by `services.fields`, which refuses every other metric.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.app.accounts.currencies import current_currencies
from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import find_workspace
from satsuma.app.crm import catalogue
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import ExchangeRate, Product, Stage
from satsuma.app.crm.queries.fields import country_options, list_fields
from satsuma.domain.checks.codes import Code
from satsuma.domain.checks.fields import METRIC_RULES
from satsuma.domain.limits import MAX_AGE_DAYS, MAX_GROUP_VALUES
from satsuma.domain.metrics import Role, value_role
from satsuma.domain.model import Field, FieldType, Kind, Metric, Source

Choices = tuple[tuple[str, str], ...]
"""What a column can hold: key and name. Conditions on a column without choices take any words."""

SOURCES: Mapping[Kind, tuple[Source, ...]] = {
    Kind.COMPANY: (Source.DEALS, Source.ACTIVITIES, Source.PEOPLE),
    Kind.PERSON: (Source.DEALS, Source.ACTIVITIES),
}
"""What there is to count for each kind."""

STATES: Mapping[str, str | Promise] = {
    "open": gettext_lazy("open"),
    "won": gettext_lazy("won"),
    "lost": gettext_lazy("lost"),
}
ACTIVITY_KINDS: Mapping[str, str | Promise] = {
    "call": gettext_lazy("Call"),
    "email": gettext_lazy("E-mail"),
    "meeting": gettext_lazy("Meeting"),
    "note": gettext_lazy("Note"),
    "survey": gettext_lazy("Survey answer"),
}

_ROLES: Mapping[str, Role] = {
    "value": Role.AMOUNT,
    "rating": Role.AMOUNT,
    "opened_on": Role.DAY,
    "closed_on": Role.DAY,
    "happened_on": Role.DAY,
}
"""How columns are read; those that are not here are texts."""
_FIELD_ROLES: Mapping[FieldType, Role] = {
    FieldType.NUMBER: Role.AMOUNT,
    FieldType.MONEY: Role.AMOUNT,
    FieldType.RATING: Role.AMOUNT,
    FieldType.DATE: Role.DAY,
    FieldType.CHOICE: Role.TEXT,
    FieldType.YES_NO: Role.TEXT,
    FieldType.TEXT: Role.TEXT,
}
"""How a person's custom fields are read; answers to yes/no are the texts "yes" and "no"."""


@dataclass(frozen=True, slots=True)
class MetricColumn:
    """A column that metrics can use. `choices` is None where any words can be asked for."""

    key: str
    label: str
    role: Role
    is_money: bool = False
    choices: Choices | None = None


def list_metric_columns(of: Source) -> tuple[MetricColumn, ...]:
    """Every column of the source with what it can hold; fields of people that are retired too, as metrics go on reading
    them. At most six queries."""
    own = (_column(of, key, str(label)) for key, label in catalogue.METRIC_COLUMNS[of.value].items())
    if of is not Source.PEOPLE:
        return tuple(own)
    fields = (field for field in list_fields(Kind.PERSON, retired=True) if not field.is_column and field.is_typed_in)
    return (*own, *(column for field in fields if (column := _custom_column(field)) is not None))


def metric_type(metric: Metric) -> FieldType:
    """What kind of information such a metric is: a day, money where money is added up or compared, else a number."""
    if metric.aggregate.gives_date:
        return FieldType.DATE
    if metric.column is None or value_role(metric.aggregate) is not Role.AMOUNT:
        return FieldType.NUMBER
    columns = {column.key: column for column in list_metric_columns(metric.of)}
    return FieldType.MONEY if metric.column in columns and columns[metric.column].is_money else FieldType.NUMBER


def metric_problems(kind: Kind, type_: FieldType, metric: Metric) -> dict[str, str]:
    """What is wrong with the metric, by the answer that causes it: "of", "aggregate", "column", "day", "within_days",
    "where". Empty for one that can be kept."""
    if metric.of not in SOURCES[kind]:
        return {"of": _("Choose what is counted.")}
    found: dict[str, str] = {}
    for rule in METRIC_RULES:
        for problem in rule(Field("metric", type_, metric=metric), metric):
            found.setdefault(*_worded(problem.code))
    columns = {column.key: column for column in list_metric_columns(metric.of)}
    if metric.column is not None and not _reads(columns, metric.column, value_role(metric.aggregate)):
        found.setdefault("column", _("This cannot be taken over that. Choose another one."))
    if metric.day is not None and not _reads(columns, metric.day, Role.DAY):
        found.setdefault("day", _("Choose one of the days."))
    for column, values in metric.where:
        if not _reads(columns, column, Role.TEXT) or not _are_known(columns[column], values):
            found.setdefault("where", _("Choose conditions from the lists."))
        elif len(values) > MAX_GROUP_VALUES:
            found.setdefault("where", _("A condition can list at most %(most)d values.") % {"most": MAX_GROUP_VALUES})
    return found


def _reads(columns: Mapping[str, MetricColumn], key: str, role: Role) -> bool:
    return key in columns and columns[key].role is role


def _are_known(column: MetricColumn, values: tuple[str, ...]) -> bool:
    return column.choices is None or set(values) <= {key for key, _label in column.choices}


def _worded(code: str) -> tuple[str, str]:
    match code:
        case Code.METRIC_DOES_NOT_FIT:
            return "aggregate", _("This gives another kind of information than the field has.")
        case Code.METRIC_COLUMN_MISSING:
            return "column", _("Choose what it is taken over.")
        case Code.METRIC_COLUMN_NOT_ALLOWED:
            return "column", _("Counting takes whole rows. Leave this empty.")
        case Code.METRIC_DAY_MISSING:
            return "day", _("Choose the day that is counted back from.")
        case Code.METRIC_WINDOW:
            return "within_days", _("Enter a whole number of days from 1 to %(most)d.") % {"most": MAX_AGE_DAYS}
        case _:
            return "where", _("Check the conditions: list at least one value for each, each of them once.")


def _column(of: Source, key: str, label: str) -> MetricColumn:
    choices = _CHOICES[key]() if key in _CHOICES else None
    if of is Source.ACTIVITIES and key == "kind":
        choices = _words(ACTIVITY_KINDS)
    return MetricColumn(key, label, _ROLES.get(key, Role.TEXT), is_money=key == "value", choices=choices)


def _custom_column(field: FieldSpec) -> MetricColumn | None:
    role = _FIELD_ROLES.get(field.type)
    if role is None:
        return None
    choices: Choices | None = None
    if field.type is FieldType.CHOICE:
        choices = tuple((option.key, option.label) for option in field.options)
    elif field.type is FieldType.YES_NO:
        choices = (("yes", _("yes")), ("no", _("no")))
    label = _("%(name)s (retired)") % {"name": field.label} if field.retired else field.label
    return MetricColumn(field.key, label, role, is_money=field.type is FieldType.MONEY, choices=choices)


def _words(words: Mapping[str, str | Promise]) -> Choices:
    return tuple((key, str(word)) for key, word in words.items())


def _stages() -> Choices:
    return tuple(Stage.objects.order_by("position", "id").values_list("key", "label"))


def _products() -> Choices:
    return tuple(Product.objects.order_by("label_folded").values_list("key", "label"))


def _users() -> Choices:
    return tuple((str(user.pk), str(user)) for user in sorted(User.objects.all(), key=str))


def _currencies() -> Choices:
    """Every currency there is, those that the workspace uses first: looking through all deals would take too long."""
    workspace = find_workspace()
    used = [workspace.currency] if workspace else []
    used += ExchangeRate.objects.order_by("currency").values_list("currency", flat=True)
    return tuple((code, code) for code in dict.fromkeys([*used, *sorted(current_currencies())]))


def _countries() -> Choices:
    return tuple((country.key, country.label) for country in country_options())


_CHOICES: Mapping[str, Callable[[], Choices]] = {
    "product": _products,
    "stage": _stages,
    "state": lambda: _words(STATES),
    "owner": _users,
    "author": _users,
    "currency": _currencies,
    "country": _countries,
}
