"""Deals are created, saved, moved, won, lost, binned, restored and erased; every save is whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm import hooks
from satsuma.app.crm.changes import horizon
from satsuma.app.crm.errors import ConflictError, NotFoundError, ValuesError
from satsuma.app.crm.hooks import Cause, Touched
from satsuma.app.crm.models import Activity, Contact, Deal, Erased, ExchangeRate, Field, Product, Stage
from satsuma.app.crm.models.deal import State
from satsuma.app.crm.queries.search import search
from satsuma.app.crm.search.tables import Thing
from satsuma.app.crm.services.contacts import Entry, bin_contacts, create_contact, erase_contacts
from satsuma.app.crm.services.deal_entries import DealEntry, entry_of
from satsuma.app.crm.services.deals import (
    bin_deals,
    close_deal,
    create_deal,
    erase_deals,
    move_deal,
    restore_deals,
    save_deal,
)
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.domain.model import Kind
from support.racing import race

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
TODAY = date(2026, 11, 26)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def company(name: str = "Acme Corporation") -> Contact:
    return create_contact(kind=Kind.COMPANY, entry=Entry({"name": name}), by=None, at=NOW).contact


def person(name: str = "Ada Lovelace", company_id: int | None = None) -> Contact:
    entry = Entry({"name": name}, company_id=company_id)
    return create_contact(kind=Kind.PERSON, entry=entry, by=None, at=NOW).contact


def stage(key: str) -> int:
    return Stage.objects.get(key=key).id


def deal(entry: DealEntry | None = None, **said: object) -> Deal:
    entry = entry or DealEntry(title="Rollout", company_id=said.pop("company_id", None) or company().id)  # type: ignore[arg-type]
    return create_deal(entry=replace(entry, **said), by=None, at=NOW).deal  # type: ignore[arg-type]


def won_value(contact: Contact) -> object:
    contact.refresh_from_db()
    key = Field.objects.get(kind=contact.kind, source="metric", label="Value of won deals").key
    return contact.metrics.get(key)


def problems(entry: DealEntry) -> dict[str, str]:
    with pytest.raises(ValuesError) as raised:
        create_deal(entry=entry, by=None, at=NOW)
    assert not Deal.objects.exists()
    return raised.value.problems


@pytest.mark.both_databases
def test_a_new_deal_holds_what_was_entered(member: User):
    acme = company()
    ada = person(company_id=acme.id)
    product = Product.objects.create(key="p1", label="Anvil", label_folded="anvil")
    entry = DealEntry(
        title="  Łódź rollout ",
        company_id=acme.id,
        person_id=ada.id,
        value=Decimal("1234.5"),
        currency="USD",
        rate=Decimal("0.91234567"),
        product_id=product.id,
        stage_id=stage("offer"),
        opened_on=date(2026, 11, 1),
        owner_id=member.pk,
        external_id="D-7",
    )
    made = create_deal(entry=entry, by=member, at=NOW).deal
    made.refresh_from_db()
    assert (made.title, made.title_folded) == ("Łódź rollout", "lodz rollout")
    assert (made.value_e4, made.currency, made.rate, made.worth_e4) == (
        12_345_000,
        "USD",
        Decimal("0.91234567"),
        11_262_907,  # 1234.5 × 0.91234567 = 1126.290729615
    )
    assert (made.stage.key, made.state, made.opened_on, made.closed_on) == ("offer", "open", date(2026, 11, 1), None)
    assert (made.company_id, made.person_id, made.product_id, made.owner_id) == (acme.id, ada.id, product.id, member.pk)
    assert (made.external_id, made.version, made.created_at, made.updated_at) == ("D-7", 1, NOW, NOW)
    assert entry_of(made) == replace(entry, title="Łódź rollout")


def test_a_new_deal_is_opened_today_in_the_first_open_stage_in_the_workspaces_currency():
    made = deal(value=Decimal(10))
    assert (made.opened_on, made.stage.key, made.currency, made.rate, made.worth_e4) == (
        TODAY,
        "prospecting",
        "EUR",
        1,
        100_000,
    )


def test_today_is_the_workspaces_day():
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)  # half past midnight in Warsaw
    made = create_deal(entry=DealEntry(title="Late", company_id=company().id), by=None, at=late).deal
    assert made.opened_on == date(2026, 11, 27)


def test_a_deal_without_a_value_has_no_worth():
    made = deal(currency="USD", rate=Decimal(2))
    assert (made.value_e4, made.worth_e4) == (None, None)


class TestRates:
    def test_a_new_deal_takes_the_workspaces_rate(self):
        ExchangeRate.objects.create(currency="PLN", rate=Decimal("0.23456789"))
        made = deal(currency="PLN", value=Decimal(100))
        assert (made.rate, made.worth_e4) == (Decimal("0.23456789"), 234_568)  # half even: 234567.89

    def test_without_any_rate_it_asks_for_one(self):
        entry = DealEntry(title="Rollout", company_id=company().id, currency="PLN", value=Decimal(1))
        assert problems(entry) == {"rate": "Enter how many EUR one PLN is worth."}

    def test_the_workspaces_own_currency_has_no_rate(self):
        assert deal(currency="EUR", rate=Decimal(3), value=Decimal(1)).worth_e4 == 10_000

    def test_saving_keeps_the_deals_own_rate_while_the_currency_stays(self):
        made = deal(currency="PLN", rate=Decimal("0.25"), value=Decimal(100))
        ExchangeRate.objects.create(currency="PLN", rate=Decimal("0.30"))
        entry = replace(entry_of(made), rate=None, value=Decimal(200))
        assert save_deal(deal_id=made.id, version=1, entry=entry, by=None, at=LATER).deal.worth_e4 == 500_000

    def test_another_currency_takes_the_workspaces_rate_for_it(self):
        made = deal(currency="PLN", rate=Decimal("0.25"), value=Decimal(100))
        ExchangeRate.objects.create(currency="USD", rate=Decimal("0.9"))
        entry = replace(entry_of(made), currency="USD", rate=None)
        assert save_deal(deal_id=made.id, version=1, entry=entry, by=None, at=LATER).deal.worth_e4 == 900_000


def test_everything_that_is_wrong_is_said_at_once():
    binned = company("Binned")
    bin_contacts(contact_ids=[binned.id], by=None, at=NOW)
    entry = DealEntry(
        title=" ",
        company_id=binned.id,
        person_id=company("No person").id,
        value=Decimal("0.00001"),
        currency="XXX",
        product_id=99,
        stage_id=99,
        owner_id=99,
        external_id="x" * 101,
    )
    assert problems(entry) == {
        "title": "Enter a name.",
        "external_id": "The text is too long: enter at most 100 characters, it has 101.",
        "company": "Choose a company from the list.",
        "person": "Choose a person from the list.",
        "currency": "Choose one of the currencies.",
        "product": "Choose one of the products.",
        "owner": "Choose somebody from the list.",
        "stage": "Choose one of the stages.",
    }


def test_a_deal_is_with_somebody():
    assert problems(DealEntry(title="Rollout")) == {
        "company": "Choose the company or the person that this deal is with."
    }


def test_amounts_too_large_in_the_workspaces_currency_are_refused():
    entry = DealEntry(
        title="Rollout", company_id=company().id, value=Decimal(9 * 10**14), currency="USD", rate=Decimal(2)
    )
    assert problems(entry) == {"value": "At this rate the amount is too large: at most 900 trillion can be kept."}


def test_a_deal_cannot_close_before_it_opens():
    entry = DealEntry(
        title="Rollout",
        company_id=company().id,
        stage_id=stage("won"),
        opened_on=TODAY,
        closed_on=TODAY - timedelta(days=1),
    )
    assert problems(entry) == {"closed_on": "A deal cannot be closed before it was opened. Enter a later day."}


def test_a_sale_of_the_past_is_opened_when_it_was_closed_if_nobody_says_otherwise():
    made = deal(stage_id=stage("won"), closed_on=date(2025, 3, 1))
    assert (made.opened_on, made.closed_on) == (date(2025, 3, 1), date(2025, 3, 1))


def test_an_id_of_another_deal_is_refused():
    deal(external_id="D-1")
    with pytest.raises(ValuesError) as raised:
        deal(external_id="D-1")
    assert raised.value.problems == {"external_id": "Another deal has this ID. Enter a different one."}


class TestSaving:
    def test_what_was_retired_or_left_since_may_stay(self, member: User):
        product = Product.objects.create(key="p1", label="Anvil", label_folded="anvil")
        made = deal(product_id=product.id, owner_id=member.pk, stage_id=stage("offer"))
        Product.objects.update(retired_at=NOW)
        Stage.objects.filter(key="offer").update(retired_at=NOW)
        User.objects.update(is_active=False)
        bin_contacts(contact_ids=[made.company_id], by=None, at=NOW)  # type: ignore[list-item]
        entry = replace(entry_of(made), title="Renamed")
        saved = save_deal(deal_id=made.id, version=1, entry=entry, by=None, at=LATER).deal
        assert (saved.title, saved.version, saved.updated_at) == ("Renamed", 2, LATER)

    def test_the_later_of_two_people_sees_what_the_other_saved(self):
        made = deal(value=Decimal(10))
        stored = replace(entry_of(made), value=Decimal(20), stage_id=stage("offer"))
        save_deal(deal_id=made.id, version=1, entry=stored, by=None, at=NOW)
        mine = replace(entry_of(made), title="Mine", rate=None, currency="")
        with pytest.raises(ConflictError) as raised:
            save_deal(deal_id=made.id, version=1, entry=mine, by=None, at=LATER)
        assert raised.value.version == 2
        assert raised.value.theirs == {"title": "Rollout", "value": Decimal(20), "stage": stage("offer")}
        assert entry_of(Deal.objects.get()) == stored

    def test_a_deal_in_the_bin_cannot_be_saved_or_moved(self):
        made = deal()
        bin_deals(deal_ids=[made.id], by=None, at=NOW)
        with pytest.raises(NotFoundError):
            save_deal(deal_id=made.id, version=1, entry=entry_of(made), by=None, at=LATER)
        with pytest.raises(NotFoundError):
            move_deal(deal_id=made.id, stage_id=stage("won"), by=None, at=LATER)

    def test_a_deal_whose_company_was_erased_can_still_be_saved(self):
        acme = company()
        made = deal(company_id=acme.id)
        bin_contacts(contact_ids=[acme.id], by=None, at=NOW)
        erase_contacts(contact_ids=[acme.id], by=None, at=NOW)
        made.refresh_from_db()
        assert made.company_id is None
        entry = replace(entry_of(made), title="Renamed")
        assert save_deal(deal_id=made.id, version=1, entry=entry, by=None, at=LATER).deal.title == "Renamed"


class TestClosing:
    def test_winning_closes_today_and_reopening_clears_the_day(self):
        made = deal(value=Decimal(5))
        won = close_deal(deal_id=made.id, state=State.WON, by=None, at=LATER).deal
        assert (won.stage.key, won.state, won.closed_on, won.version) == ("won", "won", date(2026, 11, 28), 2)
        reopened = move_deal(deal_id=made.id, stage_id=stage("offer"), by=None, at=LATER).deal
        assert (reopened.state, reopened.closed_on) == ("open", None)

    def test_losing_a_won_deal_closes_it_anew(self):
        made = deal(stage_id=stage("won"), closed_on=date(2026, 11, 26))
        lost = close_deal(deal_id=made.id, state=State.LOST, by=None, at=LATER).deal
        assert (lost.state, lost.closed_on) == ("lost", date(2026, 11, 28))

    def test_another_won_stage_keeps_the_day(self):
        other = Stage.objects.create(key="s1", label="Paid", state="won", position=9)
        made = deal(stage_id=stage("won"), opened_on=date(2026, 1, 1), closed_on=date(2026, 2, 1))
        assert move_deal(deal_id=made.id, stage_id=other.id, by=None, at=LATER).deal.closed_on == date(2026, 2, 1)

    def test_winning_twice_changes_nothing(self):
        made = deal()
        close_deal(deal_id=made.id, state=State.WON, by=None, at=NOW)
        again = close_deal(deal_id=made.id, state=State.WON, by=None, at=LATER)
        assert (again.deal.version, again.deal.closed_on, again.says) == (2, TODAY, ())

    def test_moving_to_where_it_is_changes_nothing(self):
        made = deal()
        assert move_deal(deal_id=made.id, stage_id=made.stage_id, by=None, at=LATER).deal.version == 1

    @pytest.mark.parametrize("wanted", ["retired", "missing"])
    def test_a_stage_that_is_not_offered_is_refused(self, wanted: str):
        made = deal()
        retired = Stage.objects.create(key="s1", label="Old", state="open", retired_at=NOW)
        with pytest.raises(ValuesError) as raised:
            move_deal(deal_id=made.id, stage_id=retired.id if wanted == "retired" else 0, by=None, at=LATER)
        assert raised.value.problems == {"stage": "Choose one of the stages."}

    def test_without_a_stage_for_it_a_deal_cannot_be_won(self):
        made = deal()
        Stage.objects.filter(state="won").update(retired_at=NOW)
        with pytest.raises(ValuesError):
            close_deal(deal_id=made.id, state=State.WON, by=None, at=LATER)

    def test_a_deal_that_opens_later_cannot_be_won_today(self):
        made = deal(opened_on=date(2027, 1, 1))
        with pytest.raises(ValuesError):
            close_deal(deal_id=made.id, state=State.WON, by=None, at=LATER)
        assert Deal.objects.get().state == "open"


class TestWhatFollows:
    @pytest.mark.both_databases
    def test_metrics_of_everybody_whom_a_deal_counts_for_follow_each_save(self):
        acme, other = company(), company("Other")
        ada = person(company_id=acme.id)
        made = deal(company_id=other.id, person_id=ada.id, value=Decimal("12.5"), stage_id=stage("won"))
        assert [won_value(contact) for contact in (acme, other, ada)] == [12.5, 12.5, 12.5]
        moved = replace(entry_of(made), company_id=acme.id, person_id=None)
        save_deal(deal_id=made.id, version=1, entry=moved, by=None, at=NOW)
        assert [won_value(contact) for contact in (acme, other, ada)] == [12.5, 0, 0]
        move_deal(deal_id=made.id, stage_id=stage("offer"), by=None, at=NOW)
        assert won_value(acme) == 0
        close_deal(deal_id=made.id, state=State.WON, by=None, at=NOW)
        assert won_value(acme) == 12.5
        bin_deals(deal_ids=[made.id], by=None, at=NOW)
        assert won_value(acme) == 0
        restore_deals(deal_ids=[made.id], by=None, at=NOW)
        assert won_value(acme) == 12.5

    def test_hooks_hear_of_old_and_new_contacts_and_what_they_say_comes_back(self, heard: list[Touched]):
        acme, other = company(), company("Other")
        ada = person(company_id=other.id)
        made = deal(company_id=acme.id)
        heard.clear()
        entry = replace(entry_of(made), company_id=None, person_id=ada.id)
        saved = save_deal(deal_id=made.id, version=1, entry=entry, by=None, at=LATER)
        assert heard == [Touched(frozenset({acme.id, other.id, ada.id}), Cause.DEAL, LATER)]
        assert saved.says == ["Good → Super: value of won deals"]

    def test_a_hook_that_fails_leaves_everything_as_it_was(self):
        made = deal(value=Decimal(5))
        before = horizon()

        def fail(touched: Touched) -> list[str]:
            raise RuntimeError("no")

        hooks.after_save(fail)
        try:
            with pytest.raises(RuntimeError):
                close_deal(deal_id=made.id, state=State.WON, by=None, at=LATER)
        finally:
            hooks._HOOKS.remove(fail)
        made.refresh_from_db()
        assert (made.state, made.version) == ("open", 1)
        assert won_value(made.company) == 0  # type: ignore[arg-type]
        assert horizon() >= before

    def test_each_save_leaves_a_mark_for_snapshots(self):
        made = deal()
        since = horizon()
        move_deal(deal_id=made.id, stage_id=stage("won"), by=None, at=LATER)
        made.refresh_from_db()
        assert made.changed >= since

    def test_search_finds_deals_by_their_new_title_and_not_in_the_bin(self):
        made = deal()
        entry = replace(entry_of(made), title="Żółć renewal")
        save_deal(deal_id=made.id, version=1, entry=entry, by=None, at=NOW)

        def found(words: str) -> list[int]:
            return [row.id for group in search(words, things=(Thing.DEAL,)) for row in group.rows]

        assert (found("zolc"), found("rollout")) == ([made.id], [])
        bin_deals(deal_ids=[made.id], by=None, at=NOW)
        assert found("zolc") == []
        restore_deals(deal_ids=[made.id], by=None, at=NOW)
        assert found("zolc") == [made.id]


def test_only_what_is_in_the_bin_is_erased_and_activities_stay():
    kept, gone = deal(), deal()
    Activity.objects.create(
        kind="note", company=gone.company, deal=gone, happened_at=NOW, happened_on=TODAY, created_at=NOW
    )
    bin_deals(deal_ids=[gone.id], by=None, at=NOW)
    since = horizon()
    assert erase_deals(deal_ids=[kept.id, gone.id], by=None, at=LATER) == 1
    assert list(Deal.objects.all()) == [kept]
    assert Activity.objects.get().deal_id is None
    erased = Erased.objects.get()
    assert (erased.table, erased.row_id, erased.changed >= since) == ("deal", gone.id, True)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_deals_saved_at_the_same_moment_are_all_counted():
    acme = company()
    entry = DealEntry(title="Rollout", company_id=acme.id, value=Decimal(1), stage_id=stage("won"))
    made = race(4, lambda number: create_deal(entry=entry, by=None, at=NOW))
    assert [result for result in made if isinstance(result, Exception)] == []
    assert won_value(acme) == 4


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_those_who_save_one_deal_at_the_same_moment_one_wins():
    made = deal()

    def save(number: int) -> object:
        entry = replace(entry_of(made), title=f"By {number}")
        return save_deal(deal_id=made.id, version=1, entry=entry, by=None, at=LATER)

    outcomes = race(4, save)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [*["ConflictError"] * 3, "SavedDeal"]
