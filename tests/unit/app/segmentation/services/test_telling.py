"""After a save, the person who saved is told who moved and what moved them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from satsuma.app.crm.models import Contact, Deal
from satsuma.app.crm.services.activities import ActivityEntry, log_activity
from satsuma.app.crm.services.contacts import Entry, bin_contacts, create_contact, restore_contacts, save_contact
from satsuma.app.crm.services.deals import bin_deals, close_deal, restore_deals
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.merging import merge_contacts
from satsuma.domain.model import Kind, NumericRanges, Parameter, Value
from support.sales import create_person, create_sale
from support.segmented import a_model, by_employees, company_value, metric_key, publish

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def company(name: str = "Acme", **values: Value) -> Contact:
    return create_contact(kind=Kind.COMPANY, entry=Entry({"name": name, **values}), by=None, at=NOW).contact


def save(contact: Contact, **values: Value) -> Sequence[str]:
    contact.refresh_from_db()
    return save_contact(contact_id=contact.id, version=contact.version, entry=Entry(values), by=None, at=LATER).says


def won(deal: Deal) -> Sequence[str]:
    return close_deal(deal_id=deal.id, state="won", by=None, at=LATER).says


def test_what_did_nothing_is_not_named() -> None:
    publish(company_value(), NOW)
    acme = company(employees=5)
    assert save(acme, employees=50, city="Berlin") == []  # a better score in the same segment
    assert save(acme, employees=500, phone="1") == ["Acme: Average → Good: Employees"]
    assert save(acme, city="Hamburg", employees=500) == []


def test_a_deal_moves_its_company_and_goes_back_with_the_bin() -> None:
    publish(company_value(), NOW)
    acme = company(employees=500)
    sale = create_sale(acme, value=Decimal(20_000))
    assert won(sale) == ["Acme: Good → Super: Value of won deals"]
    assert bin_deals(deal_ids=[sale.id], by=None, at=LATER).says == ["Acme: Super → Good: Value of won deals"]
    assert restore_deals(deal_ids=[sale.id], by=None, at=LATER).says == ["Acme: Good → Super: Value of won deals"]


def test_a_touch_moves_a_company() -> None:
    publish(company_value(), NOW)
    acme = company(employees=500)
    call = ActivityEntry("call", "", NOW.date(), None)
    assert log_activity(contact_id=acme.id, entry=call, by=None, at=LATER).says == ["Acme: Good → Super: Last activity"]


def test_the_strongest_two_are_named_and_what_pulled_the_other_way_is_not() -> None:
    value, count, open_count = (
        metric_key(Kind.COMPANY, "sum", column="value", where={"state": ["won"]}),
        metric_key(Kind.COMPANY, "count", of="deals", where={"state": ["won"]}),
        metric_key(Kind.COMPANY, "count", of="deals", where={"state": ["open"]}),
    )
    share = metric_key(Kind.COMPANY, "share")
    steps = [(value, (100,), (0, 50)), (count, (1,), (0, 60)), (share, (0.5,), (0, 20)), (open_count, (1,), (0, 55))]
    publish(a_model([Parameter(key, 1, NumericRanges(cuts, points)) for key, cuts, points in steps]), NOW)
    acme = company()
    sale = create_sale(acme, value=Decimal(500))
    assert won(sale) == ["Acme: Average → Super: Number of won deals, Value of won deals"]


def test_a_contact_that_comes_back_and_whom_it_takes_along_are_told() -> None:
    people = metric_key(Kind.COMPANY, "count", of="people")
    publish(a_model([Parameter(people, 1, NumericRanges((1,), (0, 1)))]), NOW)
    acme = company()
    ada = create_person("Ada", acme)
    assert bin_contacts(contact_ids=[ada.id], by=None, at=LATER).says == ["Acme: VIP → Average: People known"]
    assert restore_contacts(contact_ids=[ada.id], by=None, at=LATER).says == ["Acme: Average → VIP: People known"]
    assert bin_contacts(contact_ids=[acme.id], by=None, at=LATER).says == []  # nobody is left to tell about
    assert restore_contacts(contact_ids=[acme.id], by=None, at=LATER).says == ["Acme: VIP"]


def test_a_merge_names_what_came_with_the_other() -> None:
    publish(by_employees(), NOW)
    acme, other = company("Acme"), company("Acme Corp.", employees=500)
    said = merge_contacts(
        kept_id=acme.id, other_id=other.id, versions={acme.id: 1, other.id: 1}, from_other=(), by=None, at=LATER
    )
    assert said.says == ["Acme: Average → VIP: Employees"]
