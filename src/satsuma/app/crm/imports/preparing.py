"""A plan as rows of the database, made before the write lock is taken: columns of values, ready to be written.
Called by `writing`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.folding import domain_of, fold_name
from satsuma.app.crm.imports.contact_plans import ACTION, CHANGED, COMPANY, GROUP, ID, NEW, ContactPlan
from satsuma.app.crm.imports.context import Context, Part
from satsuma.app.crm.imports.lookups import SEPARATOR
from satsuma.app.crm.imports.plan import Plan
from satsuma.app.crm.imports.targets import OWNER
from satsuma.app.crm.models import Contact
from satsuma.domain.folding import fold
from satsuma.domain.model import FieldType

JSON = json.JSONEncoder().encode
"""As Django writes JSON, so that rows are the same to the letter, whoever wrote them."""
CONTACT_COLUMNS = tuple(field.attname for field in Contact._meta.concrete_fields)
TEXTS = tuple(
    field.attname
    for field in Contact._meta.concrete_fields
    if field.get_internal_type() in ("CharField", "TextField", "FoldedField") and field.attname != "kind"
)
FOLLOWING: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "name_folded": ("name", lambda text: fold_name(text)[:400]),
    "email_folded": ("email", fold),
    "domain": ("website", domain_of),
}
"""Columns that follow from others."""


@dataclass
class NewContacts:
    """Contacts to insert: `columns` by name, all of the same height, in the order of the plan; `links` are the groups
    of the companies of people, by place."""

    part: Part
    groups: list[int]
    links: list[int | None]
    columns: dict[str, Sequence[Any]]

    def rows(
        self, names: Sequence[str], fixed: Mapping[str, Any], first_id: int, ids: Mapping[int, int]
    ) -> Iterator[tuple[Any, ...]]:
        """The rows in the order of `names`, numbered from `first_id`; `ids` are the companies' ids by group."""
        height = len(self.groups)
        given = {
            **{name: [value] * height for name, value in fixed.items()},
            **self.columns,
            "id": range(first_id, first_id + height),
            "company_id": [None if link is None else ids[link] for link in self.links],
        }
        return zip(*(given[name] for name in names), strict=True)


@dataclass
class ChangedContacts:
    """Contacts to change: id → what they held and what they will hold, by column or key. `links` are the groups of new
    companies, whose ids are not known yet, by id."""

    before: dict[int, dict[str, Any]]
    after: dict[int, dict[str, Any]]
    links: dict[int, int]


def new_contacts(
    plan: ContactPlan, specs: Mapping[str, FieldSpec], keys: Mapping[str, str], at: datetime
) -> NewContacts:
    """`keys` are the keys of new fields and options by their stand-ins."""
    frame = plan.frame.filter(pl.col(ACTION) == NEW) if plan.frame.height else plan.frame
    columns: dict[str, Sequence[Any]] = {name: [""] * frame.height for name in TEXTS}
    for name in plan.names:
        if name == OWNER:
            columns["owner_id"] = frame[name].to_list()
        elif specs[name].is_column:
            columns[name] = _column(frame[name], keys)
    for name, (source, follow) in FOLLOWING.items():
        columns[name] = [follow(text) if text else "" for text in columns[source]]
    columns["values"] = _documents(frame, plan.names, specs, keys)
    links = frame[COMPANY].to_list() if COMPANY in frame.columns else []
    return NewContacts(plan.part, frame[GROUP].to_list(), links, columns)


def _column(values: pl.Series, keys: Mapping[str, str]) -> list[Any]:
    if values.dtype == pl.String:
        return [keys.get(text, text) if text is not None else "" for text in values.to_list()]
    return values.to_list()


def _documents(
    frame: pl.DataFrame, names: Sequence[str], specs: Mapping[str, FieldSpec], keys: Mapping[str, str]
) -> list[str]:
    """The custom values of each contact as JSON."""
    custom = [name for name in names if name != OWNER and not specs[name].is_column]
    if not custom:
        return ["{}"] * frame.height
    stored = [keys.get(name, name) for name in custom]
    columns = [_stored(frame[name], specs[name].type, keys) for name in custom]
    return [
        JSON({key: value for key, value in zip(stored, row, strict=True) if value is not None})
        for row in zip(*columns, strict=True)
    ]


def _stored(values: pl.Series, type_: FieldType, keys: Mapping[str, str]) -> list[Any]:
    """Values as JSON keeps them."""
    if type_ in (FieldType.NUMBER, FieldType.MONEY):
        return [int(value) if value is not None and value == int(value) else value for value in values.to_list()]
    if type_ is FieldType.DATE:
        return values.dt.to_string("%Y-%m-%d").to_list()
    if type_ is FieldType.CHOICES:
        return [
            None if text is None else sorted(keys.get(key, key) for key in text.split(SEPARATOR)) for text in values
        ]
    if type_ is FieldType.CHOICE:
        return [keys.get(text, text) if text is not None else None for text in values.to_list()]
    return values.to_list()


def changed_contacts(
    plan: ContactPlan, specs: Mapping[str, FieldSpec], keys: Mapping[str, str], companies: ContactPlan
) -> ChangedContacts:
    found = ChangedContacts({}, {}, {})
    if not plan.frame.height:
        return found
    is_changed = plan.frame[ACTION] == CHANGED
    frame, before = plan.frame.filter(is_changed), plan.before.filter(is_changed)
    ids = frame[ID].to_list()
    found.before, found.after = {id_: {} for id_ in ids}, {id_: {} for id_ in ids}
    for name in plan.names:
        differs = (frame[name].is_not_null() & frame[name].ne_missing(before[name])).to_list()
        column, old, new = _both(name, frame[name], before[name], specs, keys)
        for id_, is_other, held, written in zip(ids, differs, old, new, strict=True):
            if is_other:
                found.before[id_][column], found.after[id_][column] = held, written
    if plan.part is Part.PERSON:
        _link(found, ids, frame[COMPANY].to_list(), before["company_id"].to_list(), companies)
    return found


def _both(
    name: str, after: pl.Series, before: pl.Series, specs: Mapping[str, FieldSpec], keys: Mapping[str, str]
) -> tuple[str, list[Any], list[Any]]:
    """The column or key, what was there and what comes, as JSON keeps them."""
    if name == OWNER:
        return "owner_id", before.to_list(), after.to_list()
    spec = specs[name]
    if not spec.is_column:
        return keys.get(name, name), _stored(before, spec.type, keys), _stored(after, spec.type, keys)
    return name, _column(before, {}), _column(after, keys)


def _link(
    found: ChangedContacts,
    ids: Sequence[int],
    groups: Sequence[int | None],
    held: Sequence[int | None],
    companies: ContactPlan,
) -> None:
    known = dict(zip(companies.frame[GROUP], companies.frame[ID], strict=True))
    for id_, group, before in zip(ids, groups, held, strict=True):
        if group is None or (known[group] is not None and known[group] == before):
            continue
        found.before[id_]["company_id"] = before
        if known[group] is None:
            found.links[id_] = group
        else:
            found.after[id_]["company_id"] = known[group]


def specs_of(plan: Plan, part: Part, context: Context) -> dict[str, FieldSpec]:
    """The fields of a part that the plan fills, new ones under their stand-ins."""
    new = {item.target.name: item.target.field for item in plan.mapped if item.is_new and item.target.part is part}
    return {**context.fields.get(part, {}), **{name: spec for name, spec in new.items() if spec is not None}}


def as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
