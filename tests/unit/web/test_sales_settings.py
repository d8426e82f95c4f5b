"""The settings' pages of stages, products, tags and exchange rates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from html import escape

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact, ContactTag, Deal, ExchangeRate, Product, Stage, Tag
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.products import create_product
from satsuma.app.crm.services.rates import set_rate
from satsuma.app.crm.services.tags import create_tag

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
NASTY = "\"><script>alert('1')</script>&amp;"


@pytest.fixture
def manager_at(client_of: Callable[[str], Client]) -> Client:
    create_defaults(at=NOW)
    return client_of("manager")


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]  # type: ignore[attr-defined]


def stage(key: str) -> Stage:
    return Stage.objects.get(key=key)


def shown_stages() -> list[str]:
    return list(Stage.objects.filter(retired_at=None).order_by("position", "id").values_list("label", flat=True))


def deal(stage: Stage, product_id: int | None = None) -> None:
    facts = {"title": "Rollout", "currency": "EUR", "stage": stage, "state": stage.state, "product_id": product_id}
    Deal.objects.create(**facts, created_at=NOW, updated_at=NOW)


# Stages -------------------------------------------------------------------------------------------------------------


def test_a_stage_is_added_changed_and_deleted(manager_at: Client) -> None:
    manager_at.post(reverse("stage_new"), {"label": "On hold", "state": "open"})
    made = Stage.objects.get(label="On hold")

    refused = manager_at.post(reverse("stage_edit", args=[made.pk]), {"label": "won", "state": "lost"})
    assert (refused.status_code, refused.context["form"].errors) == (
        422,
        {"label": ["“Won” is there already. Enter another name."]},
    )
    manager_at.post(reverse("stage_edit", args=[made.pk]), {"label": "Given up", "state": "lost"})
    made.refresh_from_db()
    assert (made.label, made.state) == ("Given up", "lost")
    manager_at.post(reverse("stage_delete", args=[made.pk]))
    assert not Stage.objects.filter(pk=made.pk).exists()


def test_a_stage_in_use_says_so_and_stays(manager_at: Client) -> None:
    deal(stage("offer"))
    edit = reverse("stage_edit", args=[stage("offer").pk])

    response = manager_at.post(reverse("stage_delete", args=[stage("offer").pk]))
    assert response.headers["Location"] == edit
    assert said(response) == [
        "This stage is in use: 1 deal. Retire it instead: it is no longer offered, and nothing is lost."
    ]
    changed = manager_at.post(edit, {"label": "Offer sent", "state": "lost"})
    assert changed.status_code == 422
    assert stage("offer").state == "open"
    assert said(manager_at.post(reverse("stage_retire", args=[stage("won").pk])))[0].startswith("Deals need a stage")


def test_stages_move_by_button_and_by_drag(manager_at: Client) -> None:
    assert shown_stages() == ["Prospecting", "In talks", "Offer sent", "Won", "Lost"]
    manager_at.post(reverse("stage_down", args=[stage("prospecting").pk]))
    fragment = manager_at.post(reverse("stage_up", args=[stage("won").pk]), headers=HTMX).content.decode()
    assert shown_stages() == ["In talks", "Prospecting", "Won", "Offer sent", "Lost"]
    assert fragment.strip().startswith('<form class="card')
    assert "<!doctype" not in fragment

    order = ",".join(str(stage(key).pk) for key in ("lost", "won", "offer", "engaging", "prospecting"))
    assert manager_at.post(reverse("stage_order"), {"order": order}, headers=HTMX).status_code == 204
    assert shown_stages() == ["Lost", "Won", "Offer sent", "In talks", "Prospecting"]
    assert manager_at.post(reverse("stage_order"), {"order": "1"}, headers=HTMX).status_code == 422


def test_a_retired_stage_is_offered_again(manager_at: Client) -> None:
    manager_at.post(reverse("stage_retire", args=[stage("offer").pk]))
    assert "Offer again" in manager_at.get(reverse("stage_list")).content.decode()

    manager_at.post(reverse("stage_restore", args=[stage("offer").pk]))
    assert "Offer sent" in shown_stages()


# Products -----------------------------------------------------------------------------------------------------------


def test_products_from_the_first_to_the_last(manager_at: Client) -> None:
    assert "No products yet" in manager_at.get(reverse("product_list")).content.decode()
    manager_at.post(reverse("product_new"), {"label": "Anvil"})
    row = Product.objects.get()
    deal(stage("won"), row.pk)

    assert manager_at.post(reverse("product_new"), {"label": "ANVIL"}).status_code == 422
    manager_at.post(reverse("product_edit", args=[row.pk]), {"label": "Big anvil"})
    manager_at.post(reverse("product_retire", args=[row.pk]))
    page = manager_at.get(reverse("product_list"), {"search": "BIG"})
    assert page.context["rows"] == [(row, 1)]
    assert "retired: no longer offered" in page.content.decode()
    manager_at.post(reverse("product_restore", args=[row.pk]))
    manager_at.post(reverse("product_delete", args=[row.pk]))
    row.refresh_from_db()
    assert (row.label, row.retired_at) == ("Big anvil", None)
    Deal.objects.all().delete()
    manager_at.post(reverse("product_delete", args=[row.pk]))
    assert not Product.objects.exists()


def test_many_products_come_in_pages(manager_at: Client) -> None:
    Product.objects.bulk_create(
        Product(key=f"p{number}", label=f"Part {number:03}", label_folded=f"part {number:03}") for number in range(101)
    )

    first, second = (manager_at.get(reverse("product_list"), {"page": page}) for page in ("1", "2"))

    assert [len(page.context["rows"]) for page in (first, second)] == [100, 1]
    assert 'href="/settings/products/?page=2"' in first.content.decode()
    assert manager_at.get(reverse("product_list"), {"page": "many"}).context["number"] == 1


# Tags ---------------------------------------------------------------------------------------------------------------


def tagged(tag_id: int) -> Contact:
    row = Contact.objects.create(kind="company", name="Acme", name_folded="acme", created_at=NOW, updated_at=NOW)
    ContactTag.objects.create(contact=row, tag_id=tag_id)
    return row


def test_tags_from_the_first_to_the_last(manager_at: Client) -> None:
    assert "No tags yet" in manager_at.get(reverse("tag_list")).content.decode()
    manager_at.post(reverse("tag_new"), {"name": "Fair"})
    row = Tag.objects.get()
    contact = tagged(row.pk)
    refused = manager_at.post(reverse("tag_edit", args=[row.pk]), {"name": "one, two"})
    assert refused.context["form"].errors == {"name": ["Leave out the comma: it stands between tags."]}

    manager_at.post(reverse("tag_edit", args=[row.pk]), {"name": "Trade fair"})
    assert manager_at.get(reverse("tag_list"), {"search": "trade"}).context["rows"] == [(row, 1)]
    manager_at.post(reverse("tag_delete", args=[row.pk]))
    assert list(contact.tags.all()) == []


def test_a_tag_is_merged_into_another(manager_at: Client) -> None:
    fair, fairs = create_tag(name="Fair", at=NOW), create_tag(name="Fairs", at=NOW)
    contact = tagged(fairs)
    merge = reverse("tag_merge", args=[fairs])

    assert manager_at.post(merge, {}).context["merge_form"].errors == {"into": ["Choose the tag to keep."]}
    assert manager_at.post(merge, {"into": 987_654_321}).status_code == 404
    others = manager_at.get(reverse("tag_others", args=[fairs]), {"q": "fa"}).content.decode()
    assert ('data-label="Fair"' in others, 'data-label="Fairs"' in others) == (True, False)

    assert said(manager_at.post(merge, {"into": fair})) == ["Everybody who had “Fairs” has “Fair” now."]
    assert [tag.name for tag in contact.tags.all()] == ["Fair"]


# Rates --------------------------------------------------------------------------------------------------------------


def test_a_rate_is_typed_as_the_reader_writes_numbers(manager_at: Client, manager: User) -> None:
    with translation.override("en"):
        manager_at.post(reverse("rate_list"), {"currency": "PLN", "rate": "0.23456789"})

    assert ExchangeRate.objects.get().rate == Decimal("0.23456789")
    assert "0.23456789 EUR" in manager_at.get(reverse("rate_list")).content.decode()


def test_a_rate_that_cannot_be_is_refused_beside_it(manager_at: Client) -> None:
    for rate, sentence in (
        ("0", "Enter a rate above zero, and below 100 billion."),
        ("dear", "Enter a number, such as 1234.5."),
        (" ", "Enter what one unit is worth."),
    ):
        response = manager_at.post(reverse("rate_list"), {"currency": "PLN", "rate": rate})
        assert (response.status_code, response.context["form"].errors) == (422, {"rate": [sentence]})
    own = manager_at.post(reverse("rate_list"), {"currency": "EUR", "rate": "1"})
    assert list(own.context["form"].errors) == ["currency"]


def test_a_rate_is_deleted(manager_at: Client) -> None:
    set_rate(currency="PLN", rate=Decimal("0.2"), at=NOW)

    manager_at.post(reverse("rate_delete", args=["PLN"]))

    assert not ExchangeRate.objects.exists()
    assert manager_at.post(reverse("rate_delete", args=["PLN"])).status_code == 404


# Safety -------------------------------------------------------------------------------------------------------------


def test_whatever_people_write_is_shown_as_text(manager_at: Client) -> None:
    product, tag = create_product(label=NASTY, at=NOW), create_tag(name=NASTY, at=NOW)
    Stage.objects.filter(key="offer").update(label=NASTY)
    pages = [
        reverse("stage_list"),
        reverse("stage_edit", args=[stage("offer").pk]),
        reverse("product_list"),
        reverse("product_edit", args=[product]),
        reverse("tag_list"),
        reverse("tag_edit", args=[tag]),
        reverse("tag_others", args=[create_tag(name="Other", at=NOW)]),
    ]

    for address in pages:
        page = manager_at.get(address).content.decode()
        assert "<script>alert" not in page, address
        assert escape(NASTY) in page, address
