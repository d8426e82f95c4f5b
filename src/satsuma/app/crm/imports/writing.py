"""Writes a plan: fields, options and products first, then contacts and deals by the thousand, what undo needs, the
search and the metrics. Called by `services.imports` inside of one transaction; everything that can be made before it is
made by `prepare`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.hooks import Cause, announce
from satsuma.app.crm.imports.contact_plans import CHANGED, GROUP, ID, NEW, ContactPlan
from satsuma.app.crm.imports.context import CONTACTS, Context, Part
from satsuma.app.crm.imports.deal_plans import WRITTEN, PlannedDeal
from satsuma.app.crm.imports.lookups import option_stand_in
from satsuma.app.crm.imports.plan import Plan
from satsuma.app.crm.imports.preparing import (
    CONTACT_COLUMNS,
    JSON,
    ChangedContacts,
    NewContacts,
    changed_contacts,
    new_contacts,
    specs_of,
)
from satsuma.app.crm.models import Batch, BatchRow, Contact, Deal, Field
from satsuma.app.crm.search import index_contacts, index_deals
from satsuma.app.crm.services.batches import CREATED
from satsuma.app.crm.services.feeding import fed_by
from satsuma.app.crm.services.fields import FieldDraft, create_field
from satsuma.app.crm.services.keys import FIELD, OPTION, next_key
from satsuma.app.crm.services.metrics import measured, refresh_metrics
from satsuma.app.crm.services.options import add_options
from satsuma.app.crm.services.products import create_product
from satsuma.app.crm.services.rows import (
    Table,
    as_json,
    derived_columns,
    insert_rows,
    reserve_ids,
    write_rows,
)
from satsuma.domain.model import Kind

Step = Callable[[int, int, str], None]
NOBODY = 0
"""The id of no contact."""


@dataclass
class Prepared:
    """A plan as rows. `keys` are the keys that new fields and options will have, by stand-in."""

    plan: Plan
    keys: dict[str, str]
    new: dict[Part, NewContacts]
    changed: dict[Part, ChangedContacts]
    new_deals: list[PlannedDeal]
    changed_deals: list[PlannedDeal]
    empty_metrics: dict[Part, str]
    """The metrics of a contact without deals, activities and people, as JSON: what most new ones have."""


def reserve_keys(plan: Plan) -> dict[str, str]:
    """Keys for everything new, in a transaction of its own: a key is never given twice, used or not."""
    keys = {item.target.name: next_key(FIELD) for item in plan.mapped if item.is_new}
    for target, labels in plan.new.options.items():
        keys |= {option_stand_in(target, number): next_key(OPTION) for number in range(len(labels))}
    return keys


def prepare(plan: Plan, keys: dict[str, str], context: Context, at: datetime) -> Prepared:
    """Everything that needs no lock. Costs memory for the new rows."""
    parts: dict[Part, ContactPlan] = {Part.COMPANY: plan.companies, Part.PERSON: plan.people}
    specs = {part: specs_of(plan, part, context) for part in CONTACTS}
    return Prepared(
        plan,
        keys,
        {part: new_contacts(parts[part], specs[part], keys, at) for part in CONTACTS},
        {part: changed_contacts(parts[part], specs[part], keys, plan.companies) for part in CONTACTS},
        [deal for deal in plan.deals.deals if deal.action == NEW],
        [deal for deal in plan.deals.deals if deal.action == CHANGED],
        {part: JSON(measured(Kind(part.value), [NOBODY], context.today)[NOBODY]) for part in CONTACTS},
    )


def write_plan(prepared: Prepared, batch: Batch, *, at: datetime, step: Step) -> list[str]:
    """Inside of a transaction: writes it all, announces the contacts touched, and gives what hooks have to say."""
    return _Writing(prepared, batch, at, step).run()


class _Writing:
    """One import being written. `ids` are the contacts' ids by part and group."""

    def __init__(self, prepared: Prepared, batch: Batch, at: datetime, step: Step) -> None:
        self.prepared, self.batch, self.at, self.step = prepared, batch, at, step
        self.mark = next_mark()
        self.ids: dict[Part, dict[int, int]] = {}
        self.touched: set[int] = set()
        """Whose values or metrics may have changed, but for `fresh`: contacts that were made here."""
        self.fresh: set[int] = set()
        plan = prepared.plan
        self.total = sum(
            [plan.companies.frame.height, plan.people.frame.height, len(plan.deals.deals)],
        )

    def run(self) -> list[str]:
        self._make_fields()
        products = self._make_products()
        self.step(0, self.total, _("Writing companies"))
        self._write_contacts(Part.COMPANY, self.prepared.plan.companies)
        self.step(self.prepared.plan.companies.frame.height, self.total, _("Writing people"))
        self._write_contacts(Part.PERSON, self.prepared.plan.people)
        self.step(self.total - len(self.prepared.plan.deals.deals), self.total, _("Writing deals"))
        deals = self._write_deals(products)
        self.step(self.total, self.total, _("Making them findable"))
        index_contacts(self._written_contacts())
        index_deals(deals)
        self.step(self.total, self.total, _("Computing metrics"))
        touched = fed_by(self.touched)
        refresh_metrics(contact_ids=touched, as_of=workspace_day(self.at))
        return announce(touched | self.fresh, Cause.IMPORT, at=self.at, reference=self.batch.pk)

    def _make_fields(self) -> None:
        """New fields and options, under the keys that were reserved for them."""
        keys, plan = self.prepared.keys, self.prepared.plan
        for item in plan.mapped:
            spec, options = item.target.field, plan.new.options.get(item.target.key, [])
            if spec is None:
                continue
            if item.is_new:
                draft = FieldDraft(spec.label, spec.type, minimum=spec.minimum, maximum=spec.maximum)
                made = create_field(kind=spec.kind, draft=draft, at=self.at)
                Field.objects.filter(id=made.id).update(key=keys[item.target.name])
                field_id = made.id
            else:
                field_id = spec.id
            if options:
                self._make_options(Field.objects.get(id=field_id), item.target.key, options)

    def _make_options(self, row: Field, target: str, labels: Sequence[str]) -> None:
        before = set(row.options.values_list("id", flat=True))
        add_options(row, labels)
        made = row.options.exclude(id__in=before).order_by("position", "id")
        for number, option in enumerate(made):
            option.key = self.prepared.keys[option_stand_in(target, number)]
            option.save(update_fields=["key"])

    def _make_products(self) -> dict[int, int]:
        """The ids of new products by the negative numbers that stand for them."""
        labels = self.prepared.plan.new.products
        return {-number: create_product(label=label, at=self.at) for number, label in enumerate(labels, start=1)}

    def _write_contacts(self, part: Part, plan: ContactPlan) -> None:
        new, changed = self.prepared.new[part], self.prepared.changed[part]
        companies = self.ids.get(Part.COMPANY, {})
        first = reserve_ids(Contact, len(new.groups)) if new.groups else 0
        self.ids[part] = _stored_ids(plan) | {group: first + place for place, group in enumerate(new.groups)}
        if new.groups:
            fixed = dict.fromkeys(CONTACT_COLUMNS) | {
                "kind": part.value,
                "metrics": self.prepared.empty_metrics[part],
                "version": 1,
                "changed": self.mark,
            }
            moment = connection.ops.adapt_datetimefield_value(self.at)
            fixed |= {"created_at": moment, "updated_at": moment}
            insert_rows(Contact, CONTACT_COLUMNS, new.rows(CONTACT_COLUMNS, fixed, first, companies))
            self._note_made(Table.CONTACT, range(first, first + len(new.groups)))
        for id_, group in changed.links.items():
            changed.after[id_]["company_id"] = companies[group]
        write_rows(Table.CONTACT, changed.after, mark=self.mark, at=self.at)
        self._note(Table.CONTACT, changed.before, changed.after)
        self.fresh |= {*range(first, first + len(new.groups))}
        self.touched |= {companies[group] for group in new.links if group is not None} | set(changed.after)
        sides: Iterable[Mapping[str, Any]] = chain(changed.before.values(), changed.after.values())
        self.touched |= {side["company_id"] for side in sides if side.get("company_id")}

    def _write_deals(self, products: Mapping[int, int]) -> list[int]:
        new, changed = self.prepared.new_deals, self.prepared.changed_deals
        first = reserve_ids(Deal, len(new)) if new else 0
        if new:
            columns = [field.attname for field in Deal._meta.concrete_fields]
            insert_rows(Deal, columns, self._new_deals(columns, new, first, products))
            self._note_made(Table.DEAL, range(first, first + len(new)))
        before, after = {}, {}
        for deal in changed:
            assert deal.id is not None
            assert deal.before is not None
            will_be = self._linked(deal, products)
            others = {name: value for name, value in will_be.items() if value != deal.before[name]}
            after[deal.id] = {name: as_json(value) for name, value in others.items()}
            before[deal.id] = {name: as_json(deal.before[name]) for name in others}
            self.touched |= {id_ for id_ in (deal.before["company_id"], deal.before["person_id"]) if id_}
        write_rows(Table.DEAL, after, mark=self.mark, at=self.at)
        self._note(Table.DEAL, before, after)
        for deal in (*new, *changed):
            self.touched |= {id_ for id_ in self._contacts(deal) if id_ is not None}
        return [*range(first, first + len(new)), *after]

    def _contacts(self, deal: PlannedDeal) -> tuple[int | None, int | None]:
        company = self.ids[Part.COMPANY][deal.company_group] if deal.company_group is not None else None
        person = self.ids[Part.PERSON][deal.person_group] if deal.person_group is not None else None
        return company, person

    def _linked(self, deal: PlannedDeal, products: Mapping[int, int]) -> dict[str, Any]:
        """What is written of a deal, with the ids of its contacts and product. A row that names nobody leaves the
        stored ones."""
        company, person = self._contacts(deal)
        before = deal.before or {}
        links = {
            "company_id": before.get("company_id") if company is None else company,
            "person_id": before.get("person_id") if person is None else person,
        }
        product = deal.after["product_id"]
        return {**deal.after, **links, "product_id": products.get(product, product)}

    def _new_deals(
        self, columns: Sequence[str], deals: Sequence[PlannedDeal], first: int, products: Mapping[int, int]
    ) -> Iterator[tuple[Any, ...]]:
        moment = connection.ops.adapt_datetimefield_value(self.at)
        fixed = {"version": 1, "changed": self.mark, "created_at": moment, "updated_at": moment, "binned_at": None}
        adapt = _adapters(Deal, WRITTEN)
        for id_, deal in enumerate(deals, start=first):
            row = {**fixed, "id": id_, **self._linked(deal, products)}
            row |= derived_columns({"title": row["title"]})
            yield tuple(adapt[name](row[name]) if name in adapt else row[name] for name in columns)

    def _note_made(self, table: Table, ids: Iterable[int]) -> None:
        created = JSON(CREATED)
        names = ["batch_id", "table", "row_id", "before", "after"]
        insert_rows(BatchRow, names, ((self.batch.pk, table.value, id_, None, created) for id_ in ids))

    def _note(
        self, table: Table, before: Mapping[int, Mapping[str, Any]], after: Mapping[int, Mapping[str, Any]]
    ) -> None:
        names = ["batch_id", "table", "row_id", "before", "after"]
        rows = ((self.batch.pk, table.value, id_, JSON(before[id_]), JSON(after[id_])) for id_ in after)
        insert_rows(BatchRow, names, rows)

    def _written_contacts(self) -> list[int]:
        """The contacts that were made or changed, so that search finds them; those that only got deals are the same."""
        found: list[int] = []
        for part in CONTACTS:
            ids = self.ids[part]
            found += [ids[group] for group in self.prepared.new[part].groups]
            found += list(self.prepared.changed[part].after)
        return found


def _stored_ids(plan: ContactPlan) -> dict[int, int]:
    pairs = zip(plan.frame[GROUP], plan.frame[ID], strict=True) if plan.frame.height else ()
    return {group: id_ for group, id_ in pairs if id_ is not None}


def _adapters(model: type[models.Model], names: Sequence[str]) -> dict[str, Callable[[Any], Any]]:
    """How values of these columns are handed to the database: days and decimals need it."""
    found: dict[str, Callable[[Any], Any]] = {}
    for field in model._meta.concrete_fields:
        name = field.attname
        if name in names and field.get_internal_type() in ("DateField", "DecimalField"):
            found[name] = partial(field.get_db_prep_save, connection=connection)
    return found
