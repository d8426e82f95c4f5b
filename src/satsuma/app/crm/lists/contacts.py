"""The lists of companies and people. Called by their pages, by saved views, by exports and by bulk changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import JSONField, prefetch_related_objects
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.catalogue import LABELS
from satsuma.app.crm.fields import FieldOption, FieldSpec
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.lists.columns import (
    ANSWERS,
    Answer,
    Column,
    Expression,
    LazyOptions,
    Link,
    column_expression,
    json_expression,
)
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.crm.models import Contact, Field, SavedView, Tag
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.crm.search.tables import Thing
from satsuma.app.crm.values import loaded_value
from satsuma.domain.model import Aggregate, FieldType, Kind, Source, Value

LISTS = {Kind.COMPANY: SavedView.List.COMPANIES, Kind.PERSON: SavedView.List.PEOPLE}
FOLDED = {"name": "name_folded", "email": "email_folded"}
"""Columns whose texts are sorted and searched by a folded twin."""

Provider = Callable[[Kind], Sequence[Column]]
_PROVIDERS: list[Provider] = []
_LOADED: dict[str, Expression] = {}


def add_columns(provider: Provider) -> Provider:
    """Registers further columns for contacts, such as segments; to be called while the app starts."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


def load_with_contacts(name: str, expression: Expression) -> None:
    """Has lists load a value with each contact, as an attribute of this name: JSON that the SQL gives for a row that is
    called `crm_contact`. To be called while the app starts."""
    _LOADED[name] = expression


def contact_list(kind: Kind) -> ListDefinition:
    """The list of companies or people, with every field that is in use. Two queries; owners and tags are
    read when they are needed."""
    fields = list_fields(kind)
    further = [column for provider in _PROVIDERS for column in provider(kind)]
    name, *others = _columns(kind, fields)
    columns = (name, *further, *others)
    usual = [column.key for column in further if column.is_usual]
    return ListDefinition(
        name=LISTS[kind],
        thing=Thing(kind),
        table="crm_contact",
        scope=f"t.kind = '{kind}' AND t.binned_at IS NULL",
        joins="LEFT JOIN crm_contact employer ON employer.id = t.company_id" if kind is Kind.PERSON else "",
        columns=columns,
        default_columns=_default_columns(kind, fields, usual),
        default_order=("name", False),
        load=_load,
        walkable=frozenset({"name", "updated"}),
        indexed=frozenset({"owner", "tag", "country", "industry"}),
        shortcuts=("owner", "tag"),
    )


def _columns(kind: Kind, fields: Iterable[FieldSpec]) -> Iterable[Column]:
    shown = {field.key: field_column(field) for field in fields}
    yield shown.pop("name") if "name" in shown else field_column(_name(kind))
    if kind is Kind.PERSON:
        yield _company()
    yield _owner()
    yield _tags()
    yield from shown.values()
    yield _moment("updated", _("Changed"), "updated_at")
    yield _moment("created", _("Added"), "created_at")


def _name(kind: Kind) -> FieldSpec:
    """Stands in before a workspace has its fields."""
    return FieldSpec(0, kind, "name", Field.Source.BUILT_IN, FieldType.TEXT, str(LABELS["name"]))


def field_column(field: FieldSpec) -> Column:
    """The column that shows a field."""
    is_text = field.type is FieldType.TEXT
    return Column(
        key=field.key,
        label=field.label,
        answer=ANSWERS[field.type],
        sql=_expression(field),
        value=_reader(field),
        options=field.options,
        unit=field.unit,
        blank=field.is_column and (is_text or field.type is FieldType.CHOICE),
        always=field.is_column and field.key == "name",
        folded=field.is_column and field.key in FOLDED,
        is_sortable=field.type is not FieldType.CHOICES,
        field=field,
    )


def _expression(field: FieldSpec) -> Expression:
    if field.is_column:
        return column_expression(FOLDED.get(field.key, field.key))
    return json_expression("values" if field.is_typed_in else "metrics", field.key, field.type)


def _reader(field: FieldSpec) -> Callable[[Any], Value]:
    if field.is_column:
        return lambda row: loaded_value(field.type, getattr(row, field.key))
    holder = "values" if field.is_typed_in else "metrics"
    return lambda row: loaded_value(field.type, getattr(row, holder).get(field.key))


def _owner() -> Column:
    return Column(
        key="owner",
        label=_("Owner"),
        answer=Answer.CHOICE,
        sql=column_expression("owner_id"),
        value=lambda row: str(row.owner_id) if row.owner_id else None,
        options=LazyOptions(owner_options),
        labels=lambda row: [str(row.owner)] if row.owner_id else [],
    )


def owner_options() -> tuple[FieldOption, ...]:
    """Everybody by name, with those who own no new contacts as retired. One query."""
    users = sorted(User.objects.all(), key=lambda user: (not user.is_active, fold_name(str(user)), user.pk))
    return tuple(FieldOption(str(user.pk), str(user), retired=not user.is_active) for user in users)


def tag_options() -> tuple[FieldOption, ...]:
    """Every tag by name. One query."""
    return tuple(FieldOption(str(tag.pk), tag.name) for tag in Tag.objects.order_by("name_folded"))


def _tags() -> Column:
    return Column(
        key="tag",
        label=_("Tags"),
        answer=Answer.CHOICES,
        sql=column_expression("id"),
        value=lambda row: frozenset(str(tag.pk) for tag in row.tags.all()) or None,
        options=LazyOptions(tag_options),
        labels=lambda row: sorted((tag.name for tag in row.tags.all()), key=fold_name),
        link=Link("crm_contacttag", "contact_id", "tag_id"),
        is_sortable=False,
        attach=_load_tags,
    )


def _company() -> Column:
    return Column(
        key="company",
        label=_("Company"),
        answer=Answer.TEXT,
        sql=Expression.same("employer.name_folded"),
        value=lambda row: row.company.name if row.company else None,
        folded=True,
    )


def _moment(key: str, label: str, name: str) -> Column:
    return Column(
        key=key,
        label=label,
        answer=Answer.MOMENT,
        sql=column_expression(name),
        value=lambda row: getattr(row, name),
        always=True,
        native=True,
    )


def _default_columns(kind: Kind, fields: Sequence[FieldSpec], usual: Sequence[str]) -> tuple[str, ...]:
    """What a salesperson looks for first; a row should fit on a screen."""
    first = ("company",) if kind is Kind.PERSON else () if usual else ("industry", "country")
    there = {field.key for field in fields} | {"company"}
    won = [field.key for field in fields if kind is Kind.COMPANY and _is_metric(field, Source.DEALS, Aggregate.SUM)]
    touched = [field.key for field in fields if _is_metric(field, Source.ACTIVITIES, Aggregate.LATEST)]
    return ("name", *usual, *(key for key in first if key in there), "owner", *won[:1], *touched[:1])


def _is_metric(field: FieldSpec, of: Source, aggregate: Aggregate) -> bool:
    return field.metric is not None and (field.metric.of, field.metric.aggregate) == (of, aggregate)


def _load(ids: Sequence[int]) -> Sequence[Contact]:
    further = {
        name: RawSQL(expression.on(connection.vendor), (), output_field=JSONField())  # noqa: S611  (ours)
        for name, expression in _LOADED.items()
    }
    rows = Contact.objects.filter(id__in=ids).annotate(**further)
    return list(rows.select_related("owner", "company").order_by())


def _load_tags(contacts: Sequence[Contact]) -> None:
    prefetch_related_objects(contacts, "tags")
