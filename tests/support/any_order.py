"""Everything that can happen to contacts and segmentations, in any order: a state machine that knows by the
specification alone what results and history must be, and compares after every step.

The whole history of one example is one transaction, taken back at its end. Time only goes forward.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from satsuma.app.crm.bulk import Action, BulkChange
from satsuma.app.crm.facts.contacts import contacts_of
from satsuma.app.crm.models import Activity, Contact, Deal, Stage
from satsuma.app.crm.services.activities import ActivityEntry, delete_activity, log_activity, save_activity
from satsuma.app.crm.services.batches import undo_batch
from satsuma.app.crm.services.bulk import change_contacts
from satsuma.app.crm.services.contacts import (
    Entry,
    bin_contacts,
    create_contact,
    erase_contacts,
    restore_contacts,
    save_contact,
)
from satsuma.app.crm.services.deal_bulk import move_deals
from satsuma.app.crm.services.deal_entries import DealEntry, entry_of
from satsuma.app.crm.services.deals import bin_deals, close_deal, create_deal, restore_deals, save_deal
from satsuma.app.crm.services.import_runs import NothingToImportError, check_import, run_import
from satsuma.app.crm.services.imports import allow_bad_rows
from satsuma.app.crm.services.merging import merge_contacts
from satsuma.app.segmentation.models import Assignment, Exemption, Move, Pin, Segmentation, Version
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, list_published
from satsuma.app.segmentation.services.exemptions import lift_exemption, set_exemption
from satsuma.app.segmentation.services.pins import pin_contact, remove_pin
from satsuma.app.segmentation.services.publishing import roll_back_now
from satsuma.app.segmentation.services.rescoring import begin_day, rescore_contacts, rescore_everybody
from satsuma.app.segmentation.services.verifying import verify_results
from satsuma.domain import model as domain
from satsuma.domain.model import AgeRanges, Kind, NumericRanges, Parameter
from satsuma.domain.scoring import score
from satsuma.engine.facts import records
from satsuma.engine.layout import Layout
from support.importing import mapped, upload
from support.segmented import HUNDREDS, a_model, by_employees, company_value, metric_key, publish, publish_again

BEGIN = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
EMPLOYEES = st.sampled_from([None, 5, 9, 10, 50, 99, 100, 5000])
WORTH = st.sampled_from([0, 999, 1000, 9999, 10_000])
PLACE = st.integers(0, 1000)
"""Stands for one of those that there are: its place among them, over and over."""


@dataclass(frozen=True)
class Result:
    """What must be stored for one contact: ids of segments and, for what is kept, of a version."""

    segment: int | None
    computed: int | None
    score: int | None
    present: int | None
    version: int | None = None


NOTHING = Result(None, None, None, None)
Results = dict[tuple[int, int], Result]
"""By segmentation and contact."""


def person_value() -> domain.Segmentation:
    touches = metric_key(Kind.PERSON, "count", of="activities")
    latest = metric_key(Kind.PERSON, "latest", of="activities")
    parameters = [
        Parameter(touches, 1, NumericRanges((1, 2), (0, 1, 2)), no_data=0),
        Parameter(latest, 1, AgeRanges((7, 30), (2, 1, 0)), no_data=-1),
    ]
    return a_model(parameters, kind=Kind.PERSON, name="People")


def other_models() -> tuple[Callable[[], domain.Segmentation], ...]:
    """What drafts of the company's segmentation may say."""

    def three() -> domain.Segmentation:
        model = company_value()
        return replace(model, axes=(replace(model.axes[0], bands=model.axes[0].bands[:3]),))

    def known_people() -> domain.Segmentation:
        people = metric_key(Kind.COMPANY, "count", of="people")
        return a_model([Parameter("employees", 3, HUNDREDS), Parameter(people, 2, NumericRanges((1, 2), (0, 50, 100)))])

    return company_value, three, known_people, by_employees, lambda: by_employees(100, 0, 50)


class AnyOrder(RuleBasedStateMachine):
    """Names of rules say what happens."""

    def __init__(self) -> None:
        super().__init__()
        self.at = BEGIN
        self.expected: Results = {}
        self.replaced: dict[int, int] = {}
        self.seen_moves = 0
        self.batches: list[int] = []
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self) -> None:
        try:
            assert verify_results(at=self.at).is_right
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        for employees in (5, 50, 500):
            self.a_company_is_made(employees)
        self.a_person_is_made(0)
        self.seen_moves = max(Move.objects.values_list("id", flat=True), default=0)
        publish(company_value(), self.at)
        publish(person_value(), self.at)

    @property
    def today(self) -> date:
        return self.at.date()

    def one(self, rows: Any, place: int) -> Any:
        """One of the rows, or None if there are none."""
        ids = list(rows.order_by("id").values_list("id", flat=True))
        return rows.get(id=ids[place % len(ids)]) if ids else None

    def contact(self, place: int, **facts: Any) -> Any:
        return self.one(Contact.objects.filter(binned_at=None, **facts), place)

    def segmentation(self, place: int) -> SegmentationSpec:
        found = list_published()
        return found[place % len(found)]

    @rule(employees=EMPLOYEES)
    def a_company_is_made(self, employees: int | None) -> None:
        number = Contact.objects.count()
        entry = Entry({"name": f"Company {number}", "employees": employees})
        create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=self.at)

    @rule(place=PLACE)
    def a_person_is_made(self, place: int) -> None:
        company = self.contact(place, kind="company")
        entry = Entry({"name": f"Person {Contact.objects.count()}"}, company_id=company and company.id)
        create_contact(kind=Kind.PERSON, entry=entry, by=None, at=self.at)

    @rule(place=PLACE, employees=EMPLOYEES)
    def a_company_is_saved(self, place: int, employees: int | None) -> None:
        if row := self.contact(place, kind="company"):
            self.save(row, Entry({"employees": employees}))

    @rule(place=PLACE, company=PLACE)
    def a_person_changes_the_company(self, place: int, company: int) -> None:
        row, employer = self.contact(place, kind="person"), self.contact(company, kind="company")
        if row:
            self.save(row, Entry({}, company_id=employer.id if employer and company % 5 else None))

    def save(self, row: Contact, entry: Entry) -> None:
        save_contact(contact_id=row.id, version=row.version, entry=entry, by=None, at=self.at)

    @rule(place=PLACE)
    def a_contact_goes_into_the_bin(self, place: int) -> None:
        if row := self.contact(place):
            bin_contacts(contact_ids=[row.id], by=None, at=self.at)

    @rule(place=PLACE)
    def a_contact_comes_back(self, place: int) -> None:
        if row := self.one(Contact.objects.exclude(binned_at=None), place):
            restore_contacts(contact_ids=[row.id], by=None, at=self.at)

    @rule(place=PLACE)
    def a_contact_is_erased(self, place: int) -> None:
        if row := self.one(Contact.objects.exclude(binned_at=None), place):
            erase_contacts(contact_ids=[row.id], by=None, at=self.at)

    @rule(place=PLACE, other=PLACE)
    def two_contacts_are_merged(self, place: int, other: int) -> None:
        kept = self.contact(place)
        gone = self.contact(other, kind=kept.kind) if kept else None
        if gone and gone.id != kept.id:
            versions = {row.id: row.version for row in (kept, gone)}
            merge_contacts(
                kept_id=kept.id, other_id=gone.id, versions=versions, from_other=["employees"], by=None, at=self.at
            )

    @rule(place=PLACE, worth=WORTH, of_person=st.booleans())
    def a_deal_is_made(self, place: int, worth: int, of_person: bool) -> None:
        row = self.contact(place, kind="person" if of_person else "company")
        if row:
            link = {"person_id": row.id} if of_person else {"company_id": row.id}
            entry = DealEntry("Deal", value=Decimal(worth), opened_on=self.today, **link)
            create_deal(entry=entry, by=None, at=self.at)

    @rule(place=PLACE, state=st.sampled_from(["won", "lost", "open"]))
    def a_deal_is_closed(self, place: int, state: str) -> None:
        if row := self.one(Deal.objects.filter(binned_at=None), place):
            close_deal(deal_id=row.id, state=state, by=None, at=self.at)  # type: ignore[arg-type]

    @rule(place=PLACE, company=PLACE, person=PLACE)
    def a_deal_goes_to_others(self, place: int, company: int, person: int) -> None:
        row = self.one(Deal.objects.filter(binned_at=None), place)
        to, of = self.contact(company, kind="company"), self.contact(person, kind="person")
        if row and to and of:
            ids = {"company_id": to.id if company % 4 else None, "person_id": of.id if person % 4 else None}
            entry = replace(entry_of(row), **(ids if any(ids.values()) else {"company_id": to.id}))
            save_deal(deal_id=row.id, version=row.version, entry=entry, by=None, at=self.at)

    @rule(stage=PLACE)
    def all_deals_change_at_once(self, stage: int) -> None:
        ids = list(Deal.objects.values_list("id", flat=True))
        row = self.one(Stage.objects.all(), stage)
        done = move_deals(deal_ids=ids, stage_id=row.id, by=None, at=self.at)
        self.batches += [done.batch_id] if done.batch_id else []

    @rule(place=PLACE, back=st.booleans())
    def a_deal_goes_into_the_bin_or_comes_back(self, place: int, back: bool) -> None:
        if row := self.one(Deal.objects.filter(binned_at__isnull=not back), place):
            (restore_deals if back else bin_deals)(deal_ids=[row.id], by=None, at=self.at)

    @rule(place=PLACE, days=st.sampled_from([0, 6, 7, 30, 89, 90]))
    def an_activity_is_logged(self, place: int, days: int) -> None:
        if row := self.contact(place):
            entry = ActivityEntry(Activity.Kind.CALL, happened_on=self.today - timedelta(days=days))
            log_activity(contact_id=row.id, entry=entry, by=None, at=self.at)

    @rule(place=PLACE, days=st.sampled_from([0, 7, 90]))
    def an_activity_is_changed(self, place: int, days: int) -> None:
        if row := self.one(Activity.objects.all(), place):
            entry = ActivityEntry(Activity.Kind.EMAIL, happened_on=self.today - timedelta(days=days))
            save_activity(activity_id=row.id, version=row.version, entry=entry, by=None, at=self.at)

    @rule(place=PLACE)
    def an_activity_is_deleted(self, place: int) -> None:
        if row := self.one(Activity.objects.all(), place):
            delete_activity(activity_id=row.id, by=None, at=self.at)

    @rule(employees=EMPLOYEES)
    def all_companies_change_at_once(self, employees: int | None) -> None:
        ids = list(Contact.objects.filter(kind="company").values_list("id", flat=True))
        change = BulkChange(Action.FIELD, key="employees", value=employees)
        done = change_contacts(kind=Kind.COMPANY, contact_ids=ids, change=change, by=None, at=self.at)
        self.batches.append(done.batch_id)

    @rule(kind=st.sampled_from(list(Kind)), every=st.integers(1, 3))
    def some_go_into_the_bin_at_once(self, kind: Kind, every: int) -> None:
        ids = list(Contact.objects.filter(kind=kind).values_list("id", flat=True))[::every]
        done = change_contacts(kind=kind, contact_ids=ids, change=BulkChange(Action.BIN), by=None, at=self.at)
        self.batches.append(done.batch_id)

    @rule(place=PLACE, worth=WORTH)
    def a_file_of_deals_is_brought_in(self, place: int, worth: int) -> None:
        if person := self.contact(place, kind="person"):
            row = f"{person.name},Deal {Deal.objects.count()},{worth},Won,{self.today}"
            self.bring_in(f"Person,Title,Value,Stage,Closed\n{row}\n", Person="person.name", Title="deal.title")

    @rule(employees=EMPLOYEES)
    def a_file_is_brought_in(self, employees: int | None) -> None:
        said, town = employees or "", f"Town {self.seen_moves}-{len(self.batches)}-{self.at:%j}"
        rows = "".join(f"{number},Imported {number},{said},{town}\n" for number in range(3))
        columns = {"ID": "company.external_id", "Name": "company.name"}
        self.bring_in(f"ID,Name,Employees,City\n{rows}", keys={"company": "external_id"}, **columns)

    def bring_in(self, content: str, **said: Any) -> None:
        row = mapped(upload(content), **said)
        check_import(row, at=self.at)
        allow_bad_rows(import_id=row.pk, skip_bad_rows=True)  # of contacts that are in the bin
        row.refresh_from_db()
        with suppress(NothingToImportError):
            run_import(row, by=None, at=self.at)
            self.batches.append(row.batch_id)

    @rule()
    def the_last_change_of_many_is_undone(self) -> None:
        if self.batches:
            undo_batch(batch_id=self.batches.pop(), by=None, at=self.at)

    @rule(choice=st.integers(0, 4))
    def a_version_is_published(self, choice: int) -> None:
        row = Segmentation.objects.get(kind="company")
        publish_again(row.pk, other_models()[choice](), self.at)
        self.note_replaced(row)

    @rule(place=PLACE)
    def a_version_is_brought_back(self, place: int) -> None:
        row = Segmentation.objects.get(kind="company")
        old = self.one(Version.objects.filter(segmentation=row).exclude(id=row.published_id), place)
        if old:
            roll_back_now(segmentation_id=row.pk, version_number=old.number, note="", by=None, at=self.at)
            self.note_replaced(row)

    def note_replaced(self, before: Segmentation) -> None:
        assert before.published_id is not None
        self.replaced = {before.pk: before.published_id}

    @rule(place=PLACE, chosen=PLACE, segment=PLACE, days=st.sampled_from([1, 2, 40]))
    def a_contact_is_pinned(self, place: int, chosen: int, segment: int, days: int) -> None:
        found = self.segmentation(chosen)
        if row := self.contact(place, kind=found.kind):
            pin_contact(
                segmentation_id=found.id,
                contact_id=row.id,
                segment_id=found.present_segments[segment % len(found.present_segments)].id,
                reason="Because",
                expires_on=self.today + timedelta(days=days),
                by=None,
                at=self.at,
            )

    @rule(place=PLACE)
    def a_pin_is_removed(self, place: int) -> None:
        if row := self.one(Pin.objects.filter(contact__binned_at=None), place):
            remove_pin(segmentation_id=row.segmentation_id, contact_id=row.contact_id, by=None, at=self.at)

    @rule(place=PLACE, kind=st.sampled_from(list(Exemption.Kind)))
    def a_contact_is_exempted(self, place: int, kind: Exemption.Kind) -> None:
        if row := self.contact(place):
            set_exemption(contact_id=row.id, kind=kind, reason="", by=None, at=self.at)

    @rule(place=PLACE)
    def an_exemption_is_lifted(self, place: int) -> None:
        if row := self.one(Exemption.objects.filter(contact__binned_at=None), place):
            lift_exemption(contact_id=row.contact_id, kind=Exemption.Kind(row.kind), by=None, at=self.at)

    @rule(days=st.sampled_from([1, 7, 31, 60]))
    def days_pass(self, days: int) -> None:
        self.at += timedelta(days=days)
        for found in list_published():
            begin_day(segmentation_id=found.id, at=self.at)

    @rule()
    def everybody_is_scored_again(self) -> None:
        for found in list_published():
            rescore_everybody(segmentation_id=found.id, cause=Cause.REQUEST, at=self.at)

    @rule(place=PLACE)
    def one_contact_is_scored_again(self, place: int) -> None:
        if row := self.contact(place):
            assert rescore_contacts(contact_ids=[row.id], cause=Cause.REQUEST, at=self.at) == []

    @invariant()
    def results_and_history_are_as_specified(self) -> None:
        before, self.expected = self.expected, dict(self.specified())
        assert stored_results() == self.expected
        moves = list(Move.objects.filter(id__gt=self.seen_moves).order_by("id"))
        self.seen_moves = max([self.seen_moves, *(move.pk for move in moves)])
        written = [(move.segmentation_id, move.contact_id, move.before_id, move.after_id) for move in moves]
        assert sorted(written, key=str) == sorted(self.differences(before), key=str)
        assert {move.on for move in moves} <= {self.today}
        assert sizes_by_moves() == sizes(self.expected)
        assert_moves_follow_each_other()
        self.replaced = {}

    def specified(self) -> Iterator[tuple[tuple[int, int], Result]]:
        """What must be stored now: by the specification, for each contact that is there."""
        for found in list_published():
            assert found.version is not None
            model, ids = found.version.model, Contact.objects.filter(kind=found.kind, binned_at=None)
            contacts = contacts_of(Layout(model), list(ids.values_list("id", flat=True)))
            every = records(Layout(model), contacts, self.today)
            for contact_id, record in zip(contacts.keys.to_list(), every, strict=True):
                result = score(model, record, self.today)
                computed = found.version.segment_ids[result.segment]
                fresh = Result(computed, computed, result.total.score, result.present)
                yield (found.id, contact_id), self.decided(found, contact_id, fresh)

    def decided(self, found: SegmentationSpec, contact_id: int, fresh: Result) -> Result:
        """With what people decided about the contact."""
        exemptions = set(Exemption.objects.filter(contact=contact_id).values_list("kind", flat=True))
        if "objection" in exemptions:
            return NOTHING
        held = self.expected_before(found.id, contact_id)
        if "frozen" in exemptions and held.computed is not None:
            fresh = replace(held, version=held.version or self.replaced.get(found.id))
        pin = Pin.objects.filter(contact=contact_id, segmentation=found.id, expires_on__gt=self.today).first()
        assert found.version is not None
        pinned = pin.segment_id if pin and pin.segment_id in found.version.segment_ids else None
        return replace(fresh, segment=pinned or fresh.computed)

    def expected_before(self, segmentation_id: int, contact_id: int) -> Result:
        return self.expected.get((segmentation_id, contact_id), NOTHING)

    def differences(self, before: Results) -> Iterator[tuple[int, int | None, int | None, int | None]]:
        """The moves that lead from those results to these. Moves of contacts that are erased name nobody."""
        there = set(Contact.objects.values_list("id", flat=True))
        for key in {**before, **self.expected}:
            came, went = self.expected.get(key, NOTHING).segment, before.get(key, NOTHING).segment
            if came != went:
                yield key[0], key[1] if key[1] in there else None, went, came


def stored_results() -> Results:
    rows = Assignment.objects.values_list(
        "segmentation_id", "contact_id", "segment_id", "computed_id", "score", "present", "version_id"
    )
    return {(segmentation, contact): Result(*rest) for segmentation, contact, *rest in rows}


def sizes(results: Results) -> dict[int, int]:
    found: dict[int, int] = {}
    for result in results.values():
        if result.segment is not None:
            found[result.segment] = found.get(result.segment, 0) + 1
    return found


def sizes_by_moves() -> dict[int, int]:
    found: dict[int, int] = {}
    for before, after in Move.objects.values_list("before_id", "after_id"):
        for segment, count in ((before, -1), (after, 1)):
            if segment is not None:
                found[segment] = found.get(segment, 0) + count
    return {segment: count for segment, count in found.items() if count}


def assert_moves_follow_each_other() -> None:
    """Each begins where the one before it ended."""
    chains: dict[tuple[int, int], list[Move]] = {}
    for move in Move.objects.filter(contact__isnull=False).order_by("id"):
        chains.setdefault((move.segmentation_id, move.contact_id or 0), []).append(move)
    for chain in chains.values():
        assert chain[0].before_id is None
        assert all(first.after_id == second.before_id for first, second in pairwise(chain))


def try_any_order(*, examples: int, steps: int, shrink: bool = False) -> None:
    """To be called in a database with a workspace and its defaults. To `shrink` what fails takes minutes."""
    wanted = set(Phase) if shrink else {Phase.generate}
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=tuple(phase for phase in Phase if phase in wanted),
        ),
    )
