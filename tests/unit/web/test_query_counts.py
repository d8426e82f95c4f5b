"""Every list asks the database as often for thirty rows as for one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Activity, ContactTag, Deal, Export, Import, Product, Stage, Tag
from satsuma.app.crm.services.contacts import bin_contacts
from satsuma.app.crm.services.deals import bin_deals
from satsuma.app.crm.services.defaults import create_defaults
from support.sales import NOW, create_company, create_person, create_sale

pytestmark = pytest.mark.django_db
LISTS = (
    ("import_list", {}, ""),
    ("export_list", {}, ""),
    ("bin", {}, ""),
    ("deal_bin_page", {}, ""),
    ("deal_board", {}, ""),
    ("product_list", {}, ""),
    ("stage_list", {}, ""),
    ("tag_list", {}, ""),
    ("users", {}, ""),
    ("company_doubles", {}, ""),
    ("company_options", {}, "?q=acme"),
    ("company_similar", {}, "?name=Acme"),
    ("search", {}, "?q=acme"),
)


def one_more(number: int, by: User) -> None:
    """A row for each of the lists, tied to what it can be tied to."""
    company, binned = create_company("Acme"), create_company(f"Binned {number}")
    person = create_person(f"Ada {number}", company)
    create_sale(company, f"Sale {number}")
    gone = create_sale(company, f"Gone {number}")
    bin_contacts(contact_ids=[binned.id], by=by, at=NOW)
    bin_deals(deal_ids=[gone.id], by=by, at=NOW)
    tag = Tag.objects.create(name=f"Tag {number}", name_folded=f"tag {number}")
    ContactTag.objects.create(contact=company, tag=tag)
    product = Product.objects.create(key=f"p9{number}", label=f"Product {number}", label_folded=f"product {number}")
    Deal.objects.filter(id=gone.id).update(product=product, person=person)
    Stage.objects.create(key=f"s9{number}", label=f"Stage {number}", state="open", position=number + 50)
    Activity.objects.create(
        kind="note", text="Acme", company=company, happened_at=NOW, happened_on=NOW.date(), created_at=NOW
    )
    made = {"author": by, "file_name": f"{number}.csv", "created_at": NOW}
    Import.objects.create(folder=f"folder-{number}", size_bytes=7, **made)
    Export.objects.create(stored_as=f"file-{number}", ready_at=NOW, **made)
    User.objects.create(email=f"{number}@example.com", name=f"User {number}", role="member", created_at=NOW)


def queries_of(client: Client) -> dict[str, int]:
    found = {}
    for name, arguments, query in LISTS:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse(name, kwargs=arguments) + query)
        assert answer.status_code == 200, name
        found[name] = len(queries)
    return found


def test_thirty_rows_cost_no_more_queries_than_two(client_of: Callable[[str], Client], administrator: User) -> None:
    """Two, because some lists ask for nothing more where there is a single row, such as doubles."""
    create_defaults(at=NOW)
    client = client_of("administrator")
    for number in range(2):
        one_more(number, administrator)
    queries_of(client)  # what is read once and kept
    few = queries_of(client)
    for number in range(2, 30):
        one_more(number, administrator)
    assert queries_of(client) == few
