"""Puts the sample data into the workspace and takes it out again. Called by the first run, the settings and
`satsuma demo`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.app.accounts.models import User, Workspace
from satsuma.app.accounts.queries import find_workspace
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.errors import RefusedError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.hooks import Cause, announce
from satsuma.app.crm.models import Activity, Batch, Contact, Deal, Product, Stage, Task
from satsuma.app.crm.queries.fields import fields_by_key
from satsuma.app.crm.queries.sample import find_sample
from satsuma.app.crm.sample.files import SampleCompany, SampleDeal, read_companies, read_deals
from satsuma.app.crm.search import index_activities, index_contacts, index_deals, index_tasks
from satsuma.app.crm.services.batches import CREATED, RowChange, Undone, record, start_batch, undo_batch
from satsuma.app.crm.services.contacts import columns_of
from satsuma.app.crm.services.fields import FieldDraft, create_field, delete_field
from satsuma.app.crm.services.keys import PRODUCT, next_keys
from satsuma.app.crm.services.metrics import refresh_metrics
from satsuma.app.crm.services.rows import Table
from satsuma.domain.model import FieldType, Kind, Value

PRODUCTS: Mapping[str, str | Promise] = {
    "beverages": gettext_lazy("Beverages"),
    "condiments": gettext_lazy("Condiments"),
    "sweets": gettext_lazy("Sweets"),
    "dairy": gettext_lazy("Dairy products"),
    "cereals": gettext_lazy("Cereals"),
    "meat": gettext_lazy("Meat and poultry"),
    "produce": gettext_lazy("Fruit and vegetables"),
    "seafood": gettext_lazy("Fish and seafood"),
}
AUTONOMY: Mapping[str, str | Promise] = {
    "full": gettext_lazy("Full autonomy"),
    "shared": gettext_lazy("Shared with head office"),
    "hq": gettext_lazy("Head office decides"),
}
TOUCHES: Sequence[tuple[Activity.Kind, str | Promise]] = (
    (Activity.Kind.CALL, gettext_lazy("Asked about the next order; wants to hear from us next month.")),
    (Activity.Kind.EMAIL, gettext_lazy("Sent the new price list.")),
    (Activity.Kind.MEETING, gettext_lazy("Met the buyer: they look for a second supplier.")),
    (Activity.Kind.CALL, gettext_lazy("Confirmed the delivery; everything arrived in good order.")),
    (Activity.Kind.NOTE, gettext_lazy("The season begins in spring: offer early.")),
)
OPEN_STAGES = ("prospecting", "engaging", "offer")


@transaction.atomic
def create_sample_data(*, by: User | None, at: datetime) -> Batch:
    """91 companies with their people, 830 deals, activities, tasks and three questions, with days that end now.
    Takes about a second. Raises RefusedError if the sample is there already."""
    workspace = find_workspace()
    if find_sample() is not None or workspace is None:
        raise RefusedError("sample_there", _("The sample data is there already."))
    batch = start_batch(kind=Batch.Kind.SAMPLE, title=_("Sample data"), by=by, at=at)
    return _Sample(batch, workspace, by, at).create()


@transaction.atomic
def remove_sample_data(*, by: User | None, at: datetime) -> Undone:
    """Takes out exactly what `create_sample_data` put in. Companies and people that somebody has changed since, or that
    have got deals or activities of your own, stay and are told. Raises RefusedError if there is none."""
    batch = find_sample()
    if batch is None:
        raise RefusedError("sample_gone", _("There is no sample data."))
    Task.objects.filter(id__in=batch.made["tasks"]).delete()
    undone = undo_batch(batch_id=batch.id, by=by, at=at)
    used = set(Deal.objects.filter(product__in=batch.made["products"]).values_list("product", flat=True))
    Product.objects.filter(id__in=set(batch.made["products"]) - used).delete()
    for field_id in batch.made["fields"]:
        _delete_unused(field_id, at)
    return undone


def _delete_unused(field_id: int, at: datetime) -> None:
    try:
        delete_field(field_id=field_id, at=at)
    except RefusedError:  # somebody uses it by now: it stays
        return


class _Sample:
    """One making of the sample."""

    def __init__(self, batch: Batch, workspace: Workspace, by: User | None, at: datetime) -> None:
        self.batch, self.by, self.at = batch, by, at
        self.zone = ZoneInfo(workspace.time_zone)
        self.currency = workspace.currency
        self.today = at.astimezone(self.zone).date()
        self.mark = next_mark()

    def create(self) -> Batch:
        questions = self._questions()
        products = self._products()
        companies, people = self._contacts(list(read_companies()), questions)
        deals = self._deals(list(read_deals()), companies, people, products)
        activities = self._activities(companies.values(), people)
        tasks = self._tasks(deals)
        self.batch.made = {
            "fields": [field.id for field in questions.values()],
            "products": [product.id for product in products.values()],
            "tasks": [task.id for task in tasks],
        }
        self.batch.save(update_fields=["made"])
        contact_ids = [row.id for row in (*companies.values(), *people.values())]
        index_contacts(contact_ids)
        index_deals([deal.id for deal in deals])
        index_activities([activity.id for activity in activities])
        index_tasks([task.id for task in tasks])
        refresh_metrics(contact_ids=contact_ids, as_of=self.today)
        announce(contact_ids, Cause.IMPORT, at=self.at, reference=self.batch.id)
        return self.batch

    def _questions(self) -> dict[str, FieldSpec]:
        section = fields_by_key(Kind.COMPANY)["name"].section_id
        drafts = {
            "autonomy": FieldDraft(_("Decides in the country"), FieldType.CHOICE, section_id=section),
            "potential": FieldDraft(_("Sales potential"), FieldType.NUMBER, unit=_("pallets"), section_id=section),
            "nps": FieldDraft(_("Would recommend us"), FieldType.RATING, minimum=0, maximum=10, section_id=section),
        }
        labels = {"autonomy": [str(label) for label in AUTONOMY.values()]}
        return {
            name: create_field(kind=Kind.COMPANY, draft=draft, options=labels.get(name, []), at=self.at)
            for name, draft in drafts.items()
        }

    def _products(self) -> dict[str, Product]:
        keys = next_keys(PRODUCT, len(PRODUCTS))
        rows = [
            Product(key=key, label=str(label), label_folded=fold_name(str(label)))
            for key, label in zip(keys, PRODUCTS.values(), strict=True)
        ]
        return dict(zip(PRODUCTS, Product.objects.bulk_create(rows), strict=True))

    def _contacts(
        self, sample: Sequence[SampleCompany], questions: Mapping[str, FieldSpec]
    ) -> tuple[dict[str, Contact], dict[str, Contact]]:
        """The companies and their people, by the companies' keys."""
        company_fields, person_fields = fields_by_key(Kind.COMPANY), fields_by_key(Kind.PERSON)
        companies = [
            self._contact(Kind.COMPANY, company_fields, {**row.values, **_answers(row, questions)}) for row in sample
        ]
        self._make(Table.CONTACT, companies)
        people = [
            self._contact(Kind.PERSON, person_fields, row.person, company_id=company.id)
            for row, company in zip(sample, companies, strict=True)
        ]
        self._make(Table.CONTACT, people)
        keys = [row.key for row in sample]
        return dict(zip(keys, companies, strict=True)), dict(zip(keys, people, strict=True))

    def _contact(
        self, kind: Kind, fields: Mapping[str, FieldSpec], values: Mapping[str, Value], **links: Any
    ) -> Contact:
        columns, custom = columns_of(fields, values)
        custom = {key: value for key, value in custom.items() if value is not None}
        stamps = {"created_at": self.at, "updated_at": self.at, "changed": self.mark}
        return Contact(kind=kind, owner=self.by, values=custom, **columns, **stamps, **links)

    def _deals(
        self,
        sample: Sequence[SampleDeal],
        companies: Mapping[str, Contact],
        people: Mapping[str, Contact],
        products: Mapping[str, Product],
    ) -> list[Deal]:
        stages = {stage.key: stage for stage in Stage.objects.filter(retired_at__isnull=True).order_by("position")}
        by_state: dict[str, Stage] = {}
        for stage in stages.values():
            by_state.setdefault(stage.state, stage)
        open_stages = cycle([stages[key] for key in OPEN_STAGES if key in stages] or [by_state["open"]])
        deals = []
        for row in sample:
            product = products[row.product]
            title = f"{product.label} – {companies[row.company].name}"[:200]
            closed = row.closed_days_ago
            value = int(row.value * 10_000)
            deals.append(
                Deal(
                    title=title,
                    title_folded=fold_name(title),
                    external_id=f"sample-{row.number}",
                    company=companies[row.company],
                    person=people[row.company],
                    value_e4=value,
                    worth_e4=value,
                    currency=self.currency,
                    product=product,
                    stage=next(open_stages) if row.state == "open" else by_state[row.state],
                    state=row.state,
                    opened_on=self.today - timedelta(days=row.opened_days_ago),
                    closed_on=None if closed is None else self.today - timedelta(days=closed),
                    owner=self.by,
                    changed=self.mark,
                    created_at=self.at,
                    updated_at=self.at,
                )
            )
        return self._make(Table.DEAL, deals)

    def _activities(self, companies: Iterable[Contact], people: Mapping[str, Contact]) -> list[Activity]:
        """One to four touches with each company, within the last 200 days."""
        person_of = {person.company_id: person for person in people.values()}
        touches = cycle(TOUCHES)
        activities = []
        for place, company in enumerate(companies):
            for number in range(place % 4 + 1):
                day = self.today - timedelta(days=(place * 37 + number * 53) % 200 + 1)
                kind, text = next(touches)
                activities.append(
                    Activity(
                        kind=kind,
                        company=company,
                        person=person_of[company.id],
                        happened_on=day,
                        happened_at=datetime.combine(day, time(9 + number), tzinfo=self.zone),
                        text=str(text),
                        author=self.by,
                        changed=self.mark,
                        created_at=self.at,
                    )
                )
        return self._make(Table.ACTIVITY, activities)

    def _tasks(self, deals: Iterable[Deal]) -> list[Task]:
        open_deals = [deal for deal in deals if deal.state == "open"]
        return Task.objects.bulk_create(
            Task(
                title=_("Follow up: %(title)s") % {"title": deal.title[:150]},
                contact=deal.company,
                due_on=self.today + timedelta(days=place % 12 - 3),
                owner=self.by,
                created_at=self.at,
            )
            for place, deal in enumerate(open_deals)
        )

    def _make(self, table: Table, rows: list[Any]) -> list[Any]:
        model: type[models.Model] = type(rows[0])
        made = model._default_manager.bulk_create(rows)
        record(self.batch, table, (RowChange(row.pk, None, CREATED) for row in made))
        return made


def _answers(row: SampleCompany, questions: Mapping[str, FieldSpec]) -> dict[str, Value]:
    read: dict[str, Value] = {questions[name].key: _answer(name, text, questions) for name, text in row.answers.items()}
    return read


def _answer(name: str, text: str, questions: Mapping[str, FieldSpec]) -> Value:
    if name != "autonomy":
        return int(text)
    return questions[name].options[list(AUTONOMY).index(text)].key
