"""Stages, products, tags and exchange rates."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.models import Contact, ContactTag, Deal, ExchangeRate, Product, SavedView, Stage, Tag
from satsuma.app.crm.queries.settings import list_products, list_stages, list_tags
from satsuma.app.crm.search import index_contacts
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import FieldDraft, create_field
from satsuma.app.crm.services.products import create_product, delete_product, rename_product, retire_product
from satsuma.app.crm.services.rates import delete_rate, set_rate
from satsuma.app.crm.services.stages import (
    change_stage,
    create_stage,
    delete_stage,
    move_stage,
    order_stages,
    restore_stage,
    retire_stage,
)
from satsuma.app.crm.services.tags import create_tag, delete_tag, merge_tag, rename_tag
from satsuma.domain.model import Aggregate, FieldType, Kind, Metric, Source

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def workspace_with_stages(workspace: object) -> None:
    create_defaults(at=NOW)


def stage(key: str) -> Stage:
    return Stage.objects.get(key=key)


def deal(stage_key: str = "offer", product_id: int | None = None) -> None:
    row = stage(stage_key)
    facts = {"title": "Rollout", "currency": "EUR", "stage": row, "state": row.state, "product_id": product_id}
    Deal.objects.create(**facts, created_at=NOW, updated_at=NOW)


def shown() -> list[str]:
    return [row.label for row, _count in list_stages() if row.retired_at is None]


# Stages -------------------------------------------------------------------------------------------------------------


def test_a_new_stage_comes_last_under_a_generated_key() -> None:
    created = create_stage(label=" On hold ", state="open", at=NOW)

    row = Stage.objects.get(id=created)
    assert (row.key, row.label, row.state) == ("s1", "On hold", "open")
    assert shown() == ["Prospecting", "In talks", "Offer sent", "Won", "Lost", "On hold"]


def test_everything_wrong_with_a_stage_is_said_at_once() -> None:
    with pytest.raises(ValuesError) as raised:
        create_stage(label="WON", state="maybe", at=NOW)

    assert raised.value.problems == {
        "label": "“Won” is there already. Enter another name.",
        "state": "Choose open, won or lost.",
    }


def test_the_state_of_a_stage_with_deals_is_fixed() -> None:
    change_stage(stage_id=stage("offer").pk, label="Signed", state="won", at=NOW)
    assert (stage("offer").label, stage("offer").state) == ("Signed", "won")
    deal("offer")

    change_stage(stage_id=stage("offer").pk, label="Paid", state="won", at=NOW)
    with pytest.raises(RefusedError) as raised:
        change_stage(stage_id=stage("offer").pk, label="Paid", state="lost", at=NOW)

    assert raised.value.code == "stage_in_use"
    assert (stage("offer").label, stage("offer").state) == ("Paid", "won")


def test_one_stage_of_each_state_is_needed() -> None:
    for change in (retire_stage, delete_stage):
        with pytest.raises(RefusedError) as raised:
            change(stage_id=stage("won").pk, at=NOW)
        assert raised.value.code == "stage_needed"
    with pytest.raises(RefusedError):
        change_stage(stage_id=stage("lost").pk, label="Lost", state="won", at=NOW)

    create_stage(label="Paid", state="won", at=NOW)
    retire_stage(stage_id=stage("won").pk, at=NOW)
    assert "Won" not in shown()
    restore_stage(stage_id=stage("won").pk, at=NOW)
    assert "Won" in shown()


def test_stages_take_the_order_they_are_given() -> None:
    retire_stage(stage_id=stage("offer").pk, at=NOW)
    prospecting, engaging, won, lost = (stage(key).pk for key in ("prospecting", "engaging", "won", "lost"))

    order_stages(stage_ids=[lost, won, prospecting, engaging], at=NOW)
    assert shown() == ["Lost", "Won", "Prospecting", "In talks"]
    move_stage(stage_id=engaging, up=True, at=NOW)
    move_stage(stage_id=lost, up=True, at=NOW)
    assert shown() == ["Lost", "Won", "In talks", "Prospecting"]
    for order in ([lost], [lost, won, prospecting, engaging, stage("offer").pk], [lost, won, won, engaging]):
        with pytest.raises(RefusedError):
            order_stages(stage_ids=order, at=NOW)


def test_a_stage_in_use_is_not_deleted_and_everything_using_it_is_named() -> None:
    deal("offer")
    metric = Metric(Source.DEALS, Aggregate.COUNT, where=(("stage", ("offer",)),))
    create_field(kind=Kind.COMPANY, draft=FieldDraft("Offers", FieldType.NUMBER, metric=metric), at=NOW)
    SavedView.objects.create(list="deals", name="Sent", query="stage=offer&sort=value")

    with pytest.raises(RefusedError) as raised:
        delete_stage(stage_id=stage("offer").pk, at=NOW)

    assert raised.value.facts["used_by"] == ["1 deal", "metric “Offers”", "saved view “Sent”"]
    delete_stage(stage_id=stage("engaging").pk, at=NOW)
    assert shown() == ["Prospecting", "Offer sent", "Won", "Lost"]


# Products -----------------------------------------------------------------------------------------------------------


def test_a_product_whose_signs_fold_to_sentences_is_kept() -> None:
    made = create_product(label="\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 200, at=NOW)

    assert len(Product.objects.get(pk=made).label_folded) == 400


def test_products_are_named_once_and_deleted_when_nobody_bought_them() -> None:
    anvil, rocket = create_product(label="Anvil", at=NOW), create_product(label="Rocket", at=NOW)
    deal(product_id=anvil)

    with pytest.raises(ValuesError):
        create_product(label="ánvil", at=NOW)
    with pytest.raises(ValuesError):
        rename_product(product_id=rocket, label="ANVIL", at=NOW)
    rename_product(product_id=anvil, label="Big anvil", at=NOW)
    with pytest.raises(RefusedError) as raised:
        delete_product(product_id=anvil, at=NOW)
    assert raised.value.facts["used_by"] == ["1 deal"]
    delete_product(product_id=rocket, at=NOW)
    retire_product(product_id=anvil, at=NOW)

    (row,) = Product.objects.all()
    assert (row.key, row.label, row.label_folded, row.retired_at) == ("p1", "Big anvil", "big anvil", NOW)
    assert list_products(search="ANV") == ([(row, 1)], False)
    assert list_products(search="rocket") == ([], False)


# Tags ---------------------------------------------------------------------------------------------------------------


def tagged(*tag_ids: int) -> Contact:
    row = Contact.objects.create(kind="company", name="Acme", name_folded="acme", created_at=NOW, updated_at=NOW)
    ContactTag.objects.bulk_create(ContactTag(contact=row, tag_id=tag_id) for tag_id in tag_ids)
    index_contacts([row.pk])
    return row


@pytest.mark.parametrize("name", ["", "FAIR", "a" * 61, "one, two"])
def test_names_of_tags_are_checked(name: str) -> None:
    create_tag(name="Fair", at=NOW)

    with pytest.raises(ValuesError):
        create_tag(name=name, at=NOW)


def test_a_renamed_tag_stays_on_its_contacts() -> None:
    tag = create_tag(name="Fair", at=NOW)
    contact = tagged(tag)

    rename_tag(tag_id=tag, name="Trade fair", at=NOW)

    assert [row.name for row in contact.tags.all()] == ["Trade fair"]


def test_merging_tags_leaves_every_contact_with_one() -> None:
    fair, fairs = create_tag(name="Fair", at=NOW), create_tag(name="Fairs", at=NOW)
    both, one = tagged(fair, fairs), tagged(fairs)

    merge_tag(tag_id=fairs, into_id=fair, at=NOW)

    assert [[row.name for row in contact.tags.all()] for contact in (both, one)] == [["Fair"], ["Fair"]]
    assert list_tags() == ([(Tag.objects.get(), 2)], False)
    merge_tag(tag_id=fair, into_id=fair, at=NOW)
    assert Tag.objects.count() == 1
    with pytest.raises(NotFoundError):
        merge_tag(tag_id=fair, into_id=987_654_321, at=NOW)


def test_a_deleted_tag_is_gone_from_its_contacts() -> None:
    tag = create_tag(name="Fair", at=NOW)
    contact = tagged(tag)

    delete_tag(tag_id=tag, at=NOW)

    assert list(contact.tags.all()) == []


# Rates --------------------------------------------------------------------------------------------------------------


def test_a_rate_is_set_and_changed() -> None:
    set_rate(currency="PLN", rate=Decimal("0.23"), at=NOW)
    set_rate(currency="PLN", rate=Decimal("0.23456789"), at=NOW)

    (row,) = ExchangeRate.objects.all()
    assert (row.currency, row.rate, row.updated_at) == ("PLN", Decimal("0.23456789"), NOW)
    delete_rate(currency="PLN", at=NOW)
    with pytest.raises(NotFoundError):
        delete_rate(currency="PLN", at=NOW)


@pytest.mark.parametrize(
    ("currency", "rate", "wrong"),
    [
        ("EUR", "1", ["currency"]),
        ("XYZ", "0", ["currency", "rate"]),
        ("PLN", "-1", ["rate"]),
        ("PLN", "0.123456789", ["rate"]),
        ("PLN", "NaN", ["rate"]),
        ("PLN", "1e12", ["rate"]),
    ],
)
def test_rates_are_checked(currency: str, rate: str, wrong: list[str]) -> None:
    with pytest.raises(ValuesError) as raised:
        set_rate(currency=currency, rate=Decimal(rate), at=NOW)

    assert list(raised.value.problems) == wrong
