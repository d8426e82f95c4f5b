"""Every address of the application, and what its arguments can be. Used by the tests that visit all pages.

A new argument in an address needs an entry here: a function that makes what the argument names and says its values.
Without one those tests fail and name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from satsuma.web.routes import Needs

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NOBODY = 987_654_321
"""The id of nothing."""


class Case(StrEnum):
    """What an address leads to: something that is there, that never was, or that is in the bin."""

    THERE = "there"
    MISSING = "missing"
    BINNED = "binned"


@dataclass(frozen=True)
class Address:
    """`needs` is None for an address that was not made by `route`."""

    name: str
    pattern: str
    arguments: tuple[str, ...]
    needs: Needs | None


Values = Mapping[Case, object]
ARGUMENTS: dict[str, Callable[[Address], Values]] = {}


def list_addresses() -> list[Address]:
    """Every address of the map, whatever app it comes from."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Address]:
    for pattern in patterns:
        place = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, place)
        else:
            arguments = tuple(sorted(pattern.pattern.regex.groupindex))
            yield Address(pattern.name or "", place, arguments, getattr(pattern.callback, "needs", None))


def unknown_arguments(address: Address) -> list[str]:
    return [name for name in address.arguments if name not in ARGUMENTS]


def paths(address: Address) -> dict[Case, str]:
    """The address filled in, once per case; makes the objects, so it needs a database with a workspace. What has no bin
    stands there beside what is in the bin."""
    values = {name: ARGUMENTS[name](address) for name in address.arguments}
    cases = {Case.THERE} | {case for value in values.values() for case in value}
    return {
        case: reverse(address.name, kwargs={name: value.get(case, value[Case.THERE]) for name, value in values.items()})
        for case in Case
        if case in cases
    }


def argument(*names: str) -> Callable[[Callable[[Address], Values]], Callable[[Address], Values]]:
    """Registers what makes the values of the arguments with these names."""

    def register(make: Callable[[Address], Values]) -> Callable[[Address], Values]:
        ARGUMENTS.update(dict.fromkeys(names, make))
        return make

    return register


@argument("user_id")
def user(address: Address) -> Values:
    from satsuma.app.accounts.models import User

    somebody = User(email="somebody@example.com", name="Some Body", role="member", created_at=NOW)
    somebody.set_unusable_password()
    somebody.save()
    return {Case.THERE: somebody.pk, Case.MISSING: NOBODY}


@argument("kind")
def kind(address: Address) -> Values:
    return {Case.THERE: "company", Case.MISSING: "planet"}


def _contacts(kind: str, name: str) -> Values:
    from satsuma.app.crm.models import Contact

    facts = {"kind": kind, "name": name, "name_folded": name.casefold(), "created_at": NOW, "updated_at": NOW}
    return {
        Case.THERE: Contact.objects.create(**facts).pk,
        Case.MISSING: NOBODY,
        Case.BINNED: Contact.objects.create(**facts, binned_at=NOW).pk,
    }


@argument("contact_id", "company_id")
def contact(address: Address) -> Values:
    if "person" in address.name or "people" in address.name:
        return _contacts("person", "Ada Lovelace")
    return _contacts("company", "Acme Corporation")


@argument("person_id")
def person(address: Address) -> Values:
    return _contacts("person", "Ada Lovelace")


@argument("other_id")
def other(address: Address) -> Values:
    """The contact that another one is merged with."""
    return _contacts("company", "Acme Corp.")


def _stage(key: str) -> int:
    from satsuma.app.crm.models import Stage

    return Stage.objects.get_or_create(key=key, defaults={"label": "Proposal", "state": "open"})[0].pk


@argument("deal_id")
def deal(address: Address) -> Values:
    from satsuma.app.crm.models import Deal

    facts = {"title": "Rollout", "currency": "EUR", "state": "open", "created_at": NOW, "updated_at": NOW}
    facts |= {"stage_id": _stage("proposal")}
    return {
        Case.THERE: Deal.objects.create(**facts).pk,
        Case.MISSING: NOBODY,
        Case.BINNED: Deal.objects.create(**facts, binned_at=NOW).pk,
    }


@argument("activity_id")
def activity(address: Address) -> Values:
    from satsuma.app.crm.models import Activity

    company = _contacts("company", "Acme Corporation")[Case.THERE]
    facts = {"kind": "note", "company_id": company, "happened_at": NOW, "happened_on": NOW.date(), "created_at": NOW}
    return {Case.THERE: Activity.objects.create(**facts, text="Called back").pk, Case.MISSING: NOBODY}


@argument("task_id")
def task(address: Address) -> Values:
    from satsuma.app.crm.models import Task

    return {Case.THERE: Task.objects.create(title="Send the offer", created_at=NOW).pk, Case.MISSING: NOBODY}


@argument("field_id")
def field(address: Address) -> Values:
    from satsuma.app.crm.models import Field

    made = Field.objects.create(kind="company", key="f901", source="custom", type="choice", label="Region")
    return {Case.THERE: made.pk, Case.MISSING: NOBODY}


@argument("option_id")
def option(address: Address) -> Values:
    from satsuma.app.crm.models import Field, Option

    of = Field.objects.filter(key="f901").first() or Field.objects.create(
        kind="company", key="f901", source="custom", type="choice", label="Region"
    )
    made = Option.objects.create(field=of, key="o901", label="North", label_folded="north")
    return {Case.THERE: made.pk, Case.MISSING: NOBODY}


@argument("section_id")
def section(address: Address) -> Values:
    from satsuma.app.crm.models import Section

    return {Case.THERE: Section.objects.create(kind="company", label="Region").pk, Case.MISSING: NOBODY}


@argument("stage_id")
def stage(address: Address) -> Values:
    return {Case.THERE: _stage("proposal"), Case.MISSING: NOBODY}


@argument("product_id")
def product(address: Address) -> Values:
    from satsuma.app.crm.models import Product

    made = Product.objects.create(key="p901", label="Anvil", label_folded="anvil")
    return {Case.THERE: made.pk, Case.MISSING: NOBODY}


@argument("tag_id")
def tag(address: Address) -> Values:
    from satsuma.app.crm.models import Tag

    return {Case.THERE: Tag.objects.create(name="Fair", name_folded="fair").pk, Case.MISSING: NOBODY}


@argument("currency")
def currency(address: Address) -> Values:
    from satsuma.app.crm.models import ExchangeRate

    ExchangeRate.objects.create(currency="PLN", rate="0.23")
    return {Case.THERE: "PLN", Case.MISSING: "XXX"}


@argument("view_id")
def view(address: Address) -> Values:
    from satsuma.app.crm.models import SavedView

    made = SavedView.objects.create(list="companies", name="Mine", query="sort=name", owner=None)
    return {Case.THERE: made.pk, Case.MISSING: NOBODY}


@argument("batch_id")
def batch(address: Address) -> Values:
    from satsuma.app.crm.models import Batch

    made = Batch.objects.create(kind="bulk", title="Owner of 2 companies", created_at=NOW)
    return {Case.THERE: made.pk, Case.MISSING: NOBODY}


@argument("token")
def token(address: Address) -> Values:
    """A token of the first run, long after it."""
    return {Case.THERE: "x" * 43}


@argument("uidb36")
def uid(address: Address) -> Values:
    """Somebody who was sent a link; the key beside it is of no link."""
    from django.utils.http import int_to_base36

    return {Case.THERE: int_to_base36(int(str(user(address)[Case.THERE]))), Case.MISSING: int_to_base36(NOBODY)}


@argument("key")
def key(address: Address) -> Values:
    return {Case.THERE: "cyz2vp-0123456789abcdef0123456789abcdef"}


@argument("provider_id")
def provider(address: Address) -> Values:
    """No single sign-on is set in tests."""
    return {Case.THERE: "sso"}


@argument("run_id")
def run(address: Address) -> Values:
    from satsuma.app.jobs.models import Run

    made = Run.objects.create(kind="export", title="Export of companies", state="waiting", created_at=NOW)
    return {Case.THERE: made.pk, Case.MISSING: NOBODY}


@argument("name")
def image_name(address: Address) -> Values:
    """Of a picture that was never uploaded: they are named by what they hold."""
    return {Case.THERE: "0" * 32}


@argument("import_id")
def import_(address: Address) -> Values:
    """A file that was uploaded and read; nothing of it is on the disk."""
    from satsuma.app.crm.models import Import

    column = {"name": "Firm", "type": "text", "is_key": True, "filled": 1, "distinct": 1, "is_email": False}
    column |= {"values": ["Acme"], "limits": None, "separator": None, "doubts": []}
    recognised = {"kind": ".csv", "rows": 1, "columns": [column], "records": [{"row": 2, "cells": ["Acme"]}]}
    mapping = {"columns": [{"column": "Firm", "to": "company.name"}], "keys": {"company": "name"}, "add_options": True}
    made = Import.objects.create(
        file_name="companies.csv",
        folder="there",
        size_bytes=10,
        created_at=NOW,
        state="mapped",
        recognised=recognised,
        mapping=mapping,
    )
    return {Case.THERE: made.pk, Case.MISSING: NOBODY}


@argument("export_id")
def export(address: Address) -> Values:
    """Somebody's export; its file is gone already."""
    from satsuma.app.crm.models import Export

    made = Export.objects.create(file_name="satsuma.zip", stored_as="there.zip", created_at=NOW, ready_at=NOW)
    return {Case.THERE: made.pk, Case.MISSING: NOBODY}


@argument("segmentation_id")
def segmentation(address: Address) -> Values:
    """A draft; for what is about a contact, a version or the past, a published one that has a result for it."""
    from satsuma.app.segmentation.services.drafts import create_segmentation, empty_model
    from satsuma.domain.model import Kind

    if {"contact_id", "number", "run_id"} & set(address.arguments) or address.name.startswith("history"):
        return {Case.THERE: _published(), Case.MISSING: NOBODY}
    made = create_segmentation(model=empty_model(Kind.COMPANY, "Company value"), by=None, at=NOW)
    return {Case.THERE: made.pk, Case.MISSING: NOBODY}


def _published() -> int:
    from satsuma.app.crm.models import Field
    from support.segmented import by_employees, publish

    Field.objects.get_or_create(kind="company", key="employees", defaults={"source": "built_in", "type": "number"})
    segmentation_id = publish(by_employees(), NOW).segmentation_id
    _let_runs_publish(segmentation_id)
    return segmentation_id


def _let_runs_publish(segmentation_id: int) -> None:
    """The runs that were made for the same address: their segmentation is made after them."""
    from satsuma.app.jobs.models import Run

    Run.objects.update(kind="publish_segmentation", arguments={"segmentation_id": segmentation_id})


@argument("number")
def version_number(address: Address) -> Values:
    """Of the only version that a published segmentation has."""
    return {Case.THERE: 1, Case.MISSING: NOBODY}


@argument("scheme")
def scheme(address: Address) -> Values:
    return {Case.THERE: "rfm", Case.MISSING: "no-such-scheme"}
