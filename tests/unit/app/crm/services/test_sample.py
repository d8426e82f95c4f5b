"""The sample data comes whole and goes exactly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db.models import Max, Sum

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import RefusedError
from satsuma.app.crm.models import Activity, Contact, Deal, Field, Product, Task
from satsuma.app.crm.services.contacts import Entry, create_contact, save_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.sample import create_sample_data, remove_sample_data
from satsuma.app.crm.services.sample_days import SampleDay
from satsuma.domain.model import Kind

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TABLES = (Contact, Deal, Activity, Task, Product, Field)

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in TABLES}


def test_comes_with_days_that_end_now(administrator: User) -> None:
    create_defaults(at=NOW)
    before = counts()
    create_sample_data(by=administrator, at=NOW)
    made = {name: count - before[name] for name, count in counts().items()}
    assert made == {"Contact": 182, "Deal": 830, "Activity": 226, "Task": 21, "Product": 8, "Field": 3}
    won = Deal.objects.filter(state="won").aggregate(value=Sum("worth_e4"), last=Max("closed_on"))
    assert (won["value"], str(won["last"])) == (11_094_167_600, "2026-11-24")
    with pytest.raises(RefusedError):
        create_sample_data(by=administrator, at=NOW)


def rows() -> list[list[tuple[object, ...]]]:
    """Everything that can be seen of deals, activities and companies, without ids."""
    nps = Field.objects.get(label="Would recommend us").key
    deals = Deal.objects.order_by("external_id").values_list(
        *("external_id", "title", "company__name", "person__name", "worth_e4", "product__label", "stage__key", "state"),
        *("opened_on", "closed_on", "owner"),
    )
    touches = Activity.objects.order_by("happened_on", "company__name", "kind")
    contacts = Contact.objects.order_by("kind", "name").values_list("name", f"values__{nps}", "metrics", "owner")
    touched = touches.values_list("happened_on", "kind", "company__name", "person__name", "text")
    return [list(deals), list(touched), list(contacts)]


def test_the_last_days_can_happen_one_by_one_and_come_to_the_same(administrator: User) -> None:
    create_defaults(at=NOW)
    before = counts()
    create_sample_data(by=administrator, at=NOW)
    at_once, made = rows(), counts()
    assert remove_sample_data(by=administrator, at=NOW).kept == ()
    seen: list[tuple[int, datetime, int]] = []

    def look(day: SampleDay) -> None:
        seen.append((day.days_ago, day.evening, Deal.objects.filter(state="won").count()))

    create_sample_data(by=administrator, at=NOW, days=14, each_day=look)
    assert (rows(), counts()) == (at_once, made)
    assert [days_ago for days_ago, _, _ in seen] == list(range(14, -1, -1))
    assert [evening for _, evening, _ in seen] == sorted(min(evening, NOW) for _, evening, _ in seen)
    won = [count for _, _, count in seen]
    assert (won[0], won[-1]) == (694, 708)
    assert Deal.objects.filter(external_id="sample-11077").get().created_at < NOW
    assert remove_sample_data(by=administrator, at=NOW).kept == ()
    assert counts() == before


def test_goes_exactly_and_leaves_what_is_yours(administrator: User) -> None:
    create_defaults(at=NOW)
    own = create_contact(kind=Kind.COMPANY, entry=Entry({"name": "Mine"}), by=administrator, at=NOW).contact
    before = counts()
    create_sample_data(by=administrator, at=NOW)
    assert remove_sample_data(by=administrator, at=NOW).kept == ()
    assert counts() == before
    assert list(Contact.objects.values_list("id", flat=True)) == [own.id]
    create_sample_data(by=administrator, at=NOW)  # and can come again


def test_what_you_changed_stays_and_is_told(administrator: User) -> None:
    create_defaults(at=NOW)
    create_sample_data(by=administrator, at=NOW)
    changed = Contact.objects.get(name="Alfreds Futterkiste")
    save_contact(contact_id=changed.id, version=1, entry=Entry({"city": "Kraków"}), by=administrator, at=NOW)
    kept = remove_sample_data(by=administrator, at=NOW).kept
    assert [row.row_id for row in kept] == [changed.id]
    assert list(Contact.objects.values_list("name", "city")) == [("Alfreds Futterkiste", "Kraków")]
