"""The rows of the sample data as they were on a day: questions, products, contacts, deals, activities, tasks. Called by
`services.sample`; what happened in the days that followed is in `sample_days`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.app.accounts.models import User, Workspace
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.models import Activity, Batch, Contact, Deal, Product, Stage, Task
from satsuma.app.crm.queries.fields import fields_by_key
from satsuma.app.crm.sample.files import SampleCompany, SampleDeal, read_companies, read_deals
from satsuma.app.crm.services.batches import CREATED, RowChange, record
from satsuma.app.crm.services.contacts import columns_of
from satsuma.app.crm.services.deal_entries import DealEntry
from satsuma.app.crm.services.fields import FieldDraft, create_field
from satsuma.app.crm.services.keys import PRODUCT, next_keys
from satsuma.app.crm.services.rows import Table
from satsuma.app.crm.services.sections import segmentation_section
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
BEGINNING = time(8)
OPEN_STAGES = ("prospecting", "engaging", "offer")


@dataclass(frozen=True, slots=True)
class SampleTouch:
    """A touch with the person of a company; `number` is which of the company's."""

    days_ago: int
    number: int
    company: Contact
    person: Contact
    kind: str
    text: str


class SampleMaking:
    """One making of the sample, as it was `days` days before now. `deals` are those there are, by their numbers."""

    deals: dict[str, Deal]

    def __init__(self, batch: Batch, workspace: Workspace, by: User | None, at: datetime, days: int) -> None:
        self.batch, self.by, self.days = batch, by, days
        self.zone = ZoneInfo(workspace.time_zone)
        self.currency = workspace.currency
        self.now, self.today = at, at.astimezone(self.zone).date()
        self.at = datetime.combine(self.day(days), BEGINNING, self.zone) if days else at
        self.mark = next_mark()
        self.sample, self.sales = list(read_companies()), list(read_deals())

    def make(self) -> list[int]:
        """Everything but the tasks; gives the contacts' ids. Metrics and places in the search are the caller's."""
        self.questions, self.products = self._questions(), self._products()
        self.stages, self.first_stage = _stages(self.sales)
        self.companies, self.people = self._contacts(self.sample)
        self.deals = self._deals([row for row in self.sales if row.opened_days_ago >= self.days])
        self.touches = list(self._touches())
        self.activities = self._activities([touch for touch in self.touches if touch.days_ago >= self.days])
        return [row.id for row in (*self.companies.values(), *self.people.values())]

    def day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def _questions(self) -> dict[str, FieldSpec]:
        section = segmentation_section(kind=Kind.COMPANY)
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

    def _contacts(self, sample: Sequence[SampleCompany]) -> tuple[dict[str, Contact], dict[str, Contact]]:
        """The companies and their people, by the companies' keys."""
        company_fields, person_fields = fields_by_key(Kind.COMPANY), fields_by_key(Kind.PERSON)
        companies = [
            self._contact(
                Kind.COMPANY, company_fields, {**row.values, **_answers(self._before(row, place), self.questions)}
            )
            for place, row in enumerate(sample)
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

    def _deals(self, sample: Sequence[SampleDeal]) -> dict[str, Deal]:
        """The deals as they were before the last days, by their numbers."""
        deals = []
        for row in sample:
            is_over = row.closed_days_ago is not None and row.closed_days_ago >= self.days
            entry, stage, value = self.entry(row, is_over=is_over), self._stage(row, is_over), int(row.value * 10_000)
            deals.append(
                Deal(
                    title=entry.title,
                    title_folded=fold_name(entry.title),
                    external_id=entry.external_id,
                    company=self.companies[row.company],
                    person=self.people[row.company],
                    value_e4=value,
                    worth_e4=value,
                    currency=self.currency,
                    product=self.products[row.product],
                    stage=stage,
                    state=stage.state,
                    opened_on=entry.opened_on,
                    closed_on=entry.closed_on,
                    owner=self.by,
                    changed=self.mark,
                    created_at=self.at,
                    updated_at=self.at,
                )
            )
        return dict(zip((row.number for row in sample), self._make(Table.DEAL, deals), strict=True))

    def entry(self, row: SampleDeal, *, is_over: bool) -> DealEntry:
        """What somebody enters about the deal: while it goes on, or when it is over."""
        product = self.products[row.product]
        closed = row.closed_days_ago if is_over else None
        return DealEntry(
            title=f"{product.label} – {self.companies[row.company].name}"[:200],
            company_id=self.companies[row.company].id,
            person_id=self.people[row.company].id,
            value=row.value,
            product_id=product.id,
            stage_id=self._stage(row, is_over).id,
            opened_on=self.day(row.opened_days_ago),
            closed_on=None if closed is None else self.day(closed),
            owner_id=self.by.pk if self.by else None,
            external_id=f"sample-{row.number}",
        )

    def _stage(self, row: SampleDeal, is_over: bool) -> Stage:
        return self.stages[row.number] if is_over or row.state == "open" else self.first_stage

    def _touches(self) -> Iterator[SampleTouch]:
        """One to four touches with each company, within the last 200 days."""
        touches = cycle(TOUCHES)
        for place, (key, company) in enumerate(self.companies.items()):
            for number in range(place % 4 + 1):
                kind, text = next(touches)
                yield SampleTouch(
                    (place * 37 + number * 53) % 200 + 1, number, company, self.people[key], kind, str(text)
                )

    def _activities(self, touches: Iterable[SampleTouch]) -> list[Activity]:
        rows = [
            Activity(
                kind=touch.kind,
                company=touch.company,
                person=touch.person,
                happened_on=self.day(touch.days_ago),
                happened_at=datetime.combine(self.day(touch.days_ago), time(9 + touch.number), tzinfo=self.zone),
                text=touch.text,
                author=self.by,
                changed=self.mark,
                created_at=self.at,
            )
            for touch in touches
        ]
        return self._make(Table.ACTIVITY, rows)

    def _before(self, row: SampleCompany, place: int) -> SampleCompany:
        """The company before the last days: who is asked again in them gave another answer then."""
        if not self.asked_again(row, place):
            return row
        return replace(row, answers={**row.answers, "nps": str((int(row.answers["nps"]) + 5) % 11)})

    def asked_again(self, row: SampleCompany, place: int) -> int:
        """How many days ago the company was asked again whether it would recommend us; 0 if it was not."""
        is_asked = self.days > 1 and place % 7 == 3 and "nps" in row.answers
        return 1 + place * 11 % (self.days - 1) if is_asked else 0

    def make_tasks(self) -> list[Task]:
        """One for every open deal."""
        open_deals = [self.deals[row.number] for row in self.sales if row.state == "open"]
        return Task.objects.bulk_create(
            Task(
                title=_("Follow up: %(title)s") % {"title": deal.title[:150]},
                contact_id=deal.company_id,
                due_on=self.today + timedelta(days=place % 12 - 3),
                owner=self.by,
                created_at=self.now,
            )
            for place, deal in enumerate(open_deals)
        )

    def _make(self, table: Table, rows: list[Any]) -> list[Any]:
        model: type[models.Model] = type(rows[0])
        made = model._default_manager.bulk_create(rows)
        record(self.batch, table, (RowChange(row.pk, None, CREATED) for row in made))
        return made


def _stages(sample: Iterable[SampleDeal]) -> tuple[dict[str, Stage], Stage]:
    """Each deal's stage today, by its number; open ones are spread over the open stages. And the first open one."""
    stages = {stage.key: stage for stage in Stage.objects.filter(retired_at__isnull=True).order_by("position")}
    by_state: dict[str, Stage] = {}
    for stage in stages.values():
        by_state.setdefault(stage.state, stage)
    open_stages = cycle([stages[key] for key in OPEN_STAGES if key in stages] or [by_state["open"]])
    today = {row.number: next(open_stages) if row.state == "open" else by_state[row.state] for row in sample}
    return today, by_state["open"]


def _answers(row: SampleCompany, questions: Mapping[str, FieldSpec]) -> dict[str, Value]:
    read: dict[str, Value] = {questions[name].key: _answer(name, text, questions) for name, text in row.answers.items()}
    return read


def _answer(name: str, text: str, questions: Mapping[str, FieldSpec]) -> Value:
    if name != "autonomy":
        return int(text)
    return questions[name].options[list(AUTONOMY).index(text)].key
