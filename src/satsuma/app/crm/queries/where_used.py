"""What uses a field, an option, a stage or a product, and so keeps it from being deleted. Called by services and pages.

Values are counted in one reading of all contacts of the kind; everything else costs a query or two.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import Contact, Deal, Field, SavedView
from satsuma.app.crm.queries.fields import list_fields
from satsuma.domain.model import FieldType, Kind, Metric, Source


class UsedBy(StrEnum):
    """What a use is. Further apps name their own."""

    VALUES = "values"
    METRIC = "metric"
    VIEW = "view"
    DEALS = "deals"


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that uses another. `sentence` names it to the reader; `id` is its row's, where it is one thing."""

    by: str
    sentence: str
    id: int | None = None


QUICKLY_COUNTED = 50_000
"""So many contacts take half a second."""

Finder = Callable[[Sequence[FieldSpec]], Mapping[int, Sequence[Use]]]
"""Gives the uses of fields of one kind, by their ids, that an app above this one knows about."""

_FINDERS: list[Finder] = []

OptionFinder = Callable[[FieldSpec, str], Sequence[Use]]
"""Gives the uses of an option of the field, by its key, that an app above this one knows about."""

_OPTION_FINDERS: list[OptionFinder] = []


def also_used_by(finder: Finder) -> Finder:
    """Registers the finder, once; to be called while the app starts."""
    if finder not in _FINDERS:
        _FINDERS.append(finder)
    return finder


def also_asked_by(finder: OptionFinder) -> OptionFinder:
    """The same for options."""
    if finder not in _OPTION_FINDERS:
        _OPTION_FINDERS.append(finder)
    return finder


def list_uses(field: FieldSpec) -> tuple[Use, ...]:
    """Everything that uses the field, its values first. Reads all contacts of the kind."""
    return (*value_uses(field), *named_uses(field))


def named_uses(field: FieldSpec) -> tuple[Use, ...]:
    """What uses the field, apart from its values: metrics, saved views, and what further apps add."""
    return named_uses_of([field])[field.id]


def named_uses_of(fields: Sequence[FieldSpec]) -> Mapping[int, tuple[Use, ...]]:
    """The same for fields of one kind at once, by their ids; what nothing uses has an empty entry. Three queries, and
    those of further apps."""
    if not fields:
        return {}
    kind = fields[0].kind
    metrics = _metrics_over_people() if kind is Kind.PERSON else []
    views = _views(_LISTS[kind])
    further = [finder(fields) for finder in _FINDERS]
    return {
        field.id: (
            *(_metric_use(metric) for metric in metrics if metric.metric and field.key in _columns(metric.metric)),
            *(_view_use(view) for view in views if _mentions(view.query, {field.key}, None)),
            *(use for found in further for use in found.get(field.id, ())),
        )
        for field in fields
    }


def value_uses(field: FieldSpec) -> tuple[Use, ...]:
    """How many contacts have a value, as a use; nothing for metrics, whose values are computed."""
    if not field.is_typed_in:
        return ()
    count = count_values(field.kind, [field])[field.key]
    return (Use(UsedBy.VALUES, contacts_sentence(field.kind, count)),) if count else ()


def count_values(kind: Kind, fields: Collection[FieldSpec]) -> Mapping[str, int]:
    """By field key, how many contacts have a value; those in the bin count too. One query over all contacts: about ten
    seconds for a million and 25 fields."""
    counts = {field.key: Count("pk", filter=_has_value(field)) for field in fields}
    return Contact.objects.filter(kind=kind).aggregate(**counts) if counts else {}


def is_quickly_counted(kind: Kind) -> bool:
    """Whether there are few enough contacts to count their values without being asked."""
    return not Contact.objects.filter(kind=kind).order_by()[QUICKLY_COUNTED : QUICKLY_COUNTED + 1].exists()


def has_values(field: FieldSpec) -> bool:
    """Whether any contact has a value. Stops at the first."""
    return field.is_typed_in and Contact.objects.filter(_has_value(field), kind=field.kind).exists()


def count_values_outside(field: FieldSpec, minimum: int, maximum: int) -> int:
    """How many contacts have a rating that such limits would not allow."""
    name = f"values__{field.key}"
    outside = Q(**{f"{name}__lt": minimum}) | Q(**{f"{name}__gt": maximum})
    return Contact.objects.filter(outside, kind=field.kind).count()


def count_options(field: FieldSpec) -> Mapping[str, int]:
    """By option key, how many contacts have it; options that nobody has are left out. One query over all contacts."""
    if field.is_column:
        held = Contact.objects.filter(kind=field.kind).exclude(**{field.key: ""}).values_list(field.key)
        return dict(held.annotate(Count("pk")).order_by())
    held = Contact.objects.filter(kind=field.kind, values__has_key=field.key)
    found: Counter[str] = Counter()
    for text, count in held.values_list(KT(f"values__{field.key}")).annotate(Count("pk")).order_by():
        for key in json.loads(text) if field.type is FieldType.CHOICES else [text]:
            found[key] += count
    return found


def list_option_uses(field: FieldSpec, key: str) -> tuple[Use, ...]:
    """Everything that uses the option: contacts, metrics that ask for it, saved views that filter by it, and what
    further apps add."""
    count = _with_option(field, key).count()
    values = (Use(UsedBy.VALUES, contacts_sentence(field.kind, count)),) if count else ()
    metrics = _metrics_over_people() if field.kind is Kind.PERSON else []
    asking = [metric for metric in metrics if metric.metric and _asks_for(metric.metric, field.key, key)]
    further = (use for finder in _OPTION_FINDERS for use in finder(field, key))
    return (*values, *map(_metric_use, asking), *_view_uses(_LISTS[field.kind], field.key, key), *further)


def list_deal_uses(column: str, row_id: int, key: str) -> tuple[Use, ...]:
    """Everything that uses a stage or a product (`column` says which): deals, metrics, saved views."""
    count = Deal.objects.filter(**{f"{column}_id": row_id}).count()
    sentence = ngettext("%(count)d deal", "%(count)d deals", count) % {"count": count}
    deals = (Use(UsedBy.DEALS, sentence),) if count else ()
    asking = [
        metric
        for metric in _all_metrics()
        if metric.metric and metric.metric.of is Source.DEALS and _asks_for(metric.metric, column, key)
    ]
    return (*deals, *map(_metric_use, asking), *_view_uses(SavedView.List.DEALS, column, key))


def contacts_sentence(kind: Kind, count: int) -> str:
    if kind is Kind.COMPANY:
        return ngettext("%(count)d company has a value", "%(count)d companies have a value", count) % {"count": count}
    return ngettext("%(count)d person has a value", "%(count)d people have a value", count) % {"count": count}


def _has_value(field: FieldSpec) -> Q:
    if not field.is_column:
        return Q(values__has_key=field.key)
    empty = {"isnull": True} if field.type in (FieldType.NUMBER, FieldType.MONEY) else {"exact": ""}
    (lookup, nothing), *_rest = empty.items()
    return ~Q(**{f"{field.key}__{lookup}": nothing})


def _with_option(field: FieldSpec, key: str) -> QuerySet[Contact]:
    contacts = Contact.objects.filter(kind=field.kind)
    if field.is_column:
        return contacts.filter(**{field.key: key})
    if field.type is FieldType.CHOICE:
        return contacts.filter(**{f"values__{field.key}": key})
    return contacts.annotate(chosen=KT(f"values__{field.key}")).filter(chosen__contains=json.dumps(key))


def _all_metrics() -> tuple[FieldSpec, ...]:
    return tuple(field for kind in Kind for field in list_fields(kind, retired=True) if field.metric)


def _metrics_over_people() -> list[FieldSpec]:
    """The metrics that read people's fields: those of companies that look at their people."""
    metrics = list_fields(Kind.COMPANY, retired=True)
    return [metric for metric in metrics if metric.metric and metric.metric.of is Source.PEOPLE]


def _columns(metric: Metric) -> set[str | None]:
    return {metric.column, metric.day, *(column for column, _values in metric.where)}


def _asks_for(metric: Metric, asked: str, value: str) -> bool:
    return any(column == asked and value in values for column, values in metric.where)


def _metric_use(metric: FieldSpec) -> Use:
    return Use(UsedBy.METRIC, _("metric “%(name)s”") % {"name": metric.label}, metric.id)


_LISTS: Mapping[Kind, str] = {Kind.COMPANY: SavedView.List.COMPANIES, Kind.PERSON: SavedView.List.PEOPLE}
_WORD = re.compile(r"\w+")


def _views(shown: str) -> list[SavedView]:
    return list(SavedView.objects.filter(list=shown).order_by("name", "id"))


def _view_use(view: SavedView) -> Use:
    return Use(UsedBy.VIEW, _("saved view “%(name)s”") % {"name": view.name}, view.id)


def _view_uses(shown: str, column: str, value: str) -> list[Use]:
    """The saved views whose address gives the column that value."""
    return [_view_use(view) for view in _views(shown) if _mentions(view.query, {column}, value)]


def _mentions(query: str, names: set[str], value: str | None) -> bool:
    """Free search is left out: it holds words, no keys."""
    asked = [(name, text) for name, text in parse_qsl(query, keep_blank_values=True) if name != "q"]
    if value is not None:
        return any(names & set(_WORD.findall(name)) and value in _WORD.findall(text) for name, text in asked)
    return any(names & {*_WORD.findall(name), *_WORD.findall(text)} for name, text in asked)


def list_option_fields() -> QuerySet[Field]:
    """The rows of fields whose options the workspace says; countries are those of the world."""
    own = ~Q(source=Field.Source.BUILT_IN, key="country")
    return Field.objects.filter(own, type__in=[FieldType.CHOICE, FieldType.CHOICES])
