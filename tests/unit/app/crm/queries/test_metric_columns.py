"""Which metrics can be made, and in which words the others are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm import catalogue
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.metrics import metric_from
from satsuma.app.crm.queries.fields import get_field
from satsuma.app.crm.queries.metric_columns import list_metric_columns, metric_problems, metric_type
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import FieldDraft, change_field, create_field, restore_field, retire_field
from satsuma.app.crm.services.products import create_product
from satsuma.app.crm.services.rates import set_rate
from satsuma.app.jobs.models import Run
from satsuma.domain.metrics import Role
from satsuma.domain.model import Aggregate, FieldType, Kind, Metric, Source

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
DEALS, ACTIVITIES, PEOPLE = Source
COMPANY, PERSON = Kind.COMPANY, Kind.PERSON


@pytest.fixture(autouse=True)
def workspace_with_fields(workspace: object) -> None:
    create_defaults(at=NOW)


@pytest.mark.parametrize("ready", catalogue.METRICS, ids=lambda ready: ready.name)
def test_ready_metrics_can_be_made(ready: catalogue.ReadyMetric) -> None:
    metric = metric_from(ready.metric)

    assert metric_type(metric) == ready.type
    for kind in ready.kinds:
        assert metric_problems(kind, ready.type, metric) == {}


@pytest.mark.parametrize(
    ("metric", "wrong"),
    [
        (Metric(DEALS, Aggregate.SUM), {"column": "Choose what it is taken over."}),
        (Metric(DEALS, Aggregate.COUNT, "value"), {"column": "Counting takes whole rows. Leave this empty."}),
        (Metric(DEALS, Aggregate.SUM, "product"), {"column": "This cannot be taken over that. Choose another one."}),
        (Metric(DEALS, Aggregate.SUM, "password"), {"column": "This cannot be taken over that. Choose another one."}),
        (Metric(DEALS, Aggregate.COUNT, within_days=5), {"day": "Choose the day that is counted back from."}),
        (Metric(DEALS, Aggregate.COUNT, day="value"), {"day": "Choose one of the days."}),
        (
            Metric(DEALS, Aggregate.COUNT, day="closed_on", within_days=0),
            {"within_days": "Enter a whole number of days from 1 to 1000000."},
        ),
        (
            Metric(DEALS, Aggregate.COUNT, where=(("stage", ()),)),
            {"where": "Check the conditions: list at least one value for each, each of them once."},
        ),
        (
            Metric(DEALS, Aggregate.COUNT, where=(("stage", ("nowhere",)),)),
            {"where": "Choose conditions from the lists."},
        ),
        (Metric(DEALS, Aggregate.COUNT, where=(("value", ("1",)),)), {"where": "Choose conditions from the lists."}),
        (
            Metric(DEALS, Aggregate.LATEST, "closed_on"),
            {"aggregate": "This gives another kind of information than the field has."},
        ),
        (
            Metric(DEALS, Aggregate.MAX, within_days=0),
            {
                "column": "Choose what it is taken over.",
                "day": "Choose the day that is counted back from.",
                "within_days": "Enter a whole number of days from 1 to 1000000.",
            },
        ),
    ],
)
def test_other_metrics_are_refused_beside_what_causes_it(metric: Metric, wrong: dict[str, str]) -> None:
    assert metric_problems(COMPANY, FieldType.NUMBER, metric) == wrong
    with pytest.raises(ValuesError) as raised:
        create_field(kind=COMPANY, draft=FieldDraft("Mine", FieldType.NUMBER, metric=metric), at=NOW)
    assert raised.value.problems == wrong


def test_people_are_counted_for_companies_only() -> None:
    known = Metric(PEOPLE, Aggregate.COUNT)

    assert metric_problems(COMPANY, FieldType.NUMBER, known) == {}
    assert metric_problems(PERSON, FieldType.NUMBER, known) == {"of": "Choose what is counted."}


def test_fields_of_people_can_be_asked_by_how_they_are_read() -> None:
    made = {
        type_: create_field(kind=PERSON, draft=FieldDraft(type_.value, type_), options=["A"], at=NOW).key
        for type_ in FieldType
    }
    columns = {column.key: column for column in list_metric_columns(PEOPLE)}

    roles = {type_: columns[key].role if key in columns else None for type_, key in made.items()}
    assert roles == {
        FieldType.NUMBER: Role.AMOUNT,
        FieldType.MONEY: Role.AMOUNT,
        FieldType.RATING: Role.AMOUNT,
        FieldType.CHOICE: Role.TEXT,
        FieldType.CHOICES: None,
        FieldType.YES_NO: Role.TEXT,
        FieldType.DATE: Role.DAY,
        FieldType.TEXT: Role.TEXT,
    }
    assert columns[made[FieldType.CHOICE]].choices == (("o1", "A"),)
    assert columns[made[FieldType.YES_NO]].choices == (("yes", "yes"), ("no", "no"))
    assert metric_type(Metric(PEOPLE, Aggregate.MAX, made[FieldType.MONEY])) is FieldType.MONEY


def test_conditions_offer_what_the_workspace_has(administrator: User) -> None:
    create_product(label="Anvil", at=NOW)
    set_rate(currency="PLN", rate=Decimal("0.2"), at=NOW)

    found = {column.key: column.choices for column in list_metric_columns(DEALS) if column.role is Role.TEXT}

    currencies = found.pop("currency") or ()
    assert currencies[:4] == (("EUR", "EUR"), ("PLN", "PLN"), ("AED", "AED"), ("AFN", "AFN"))
    assert len(set(currencies)) == len(currencies)
    assert found == {
        "product": (("p1", "Anvil"),),
        "stage": tuple((key, label) for key, label, _state in catalogue.STAGES),
        "state": (("open", "open"), ("won", "won"), ("lost", "lost")),
        "owner": ((str(administrator.pk), "Administrator Example"),),
    }


def test_a_metric_over_a_retired_field_can_still_be_changed() -> None:
    board = create_field(kind=PERSON, draft=FieldDraft("On the board", FieldType.YES_NO), at=NOW)
    known = Metric(PEOPLE, Aggregate.COUNT, where=((board.key, ("yes",)),))
    made = create_field(kind=COMPANY, draft=FieldDraft("Board", FieldType.NUMBER, metric=known), at=NOW)
    retire_field(field_id=board.id, at=NOW)

    assert [column.label for column in list_metric_columns(PEOPLE)][-1] == "On the board (retired)"
    renamed = FieldDraft("Board members", FieldType.NUMBER, metric=known)
    assert change_field(field_id=made.id, draft=renamed, at=NOW).metric == known


def test_a_metric_keeps_its_own_kind_and_is_never_asked() -> None:
    metric = Metric(DEALS, Aggregate.COUNT)
    draft = FieldDraft("Deals", FieldType.NUMBER, required=True, on_form=True, metric=metric)
    made = create_field(kind=COMPANY, draft=draft, at=NOW)

    assert (made.key[0], made.metric, made.required, made.on_form) == ("m", metric, False, False)
    latest = Metric(DEALS, Aggregate.LATEST, "closed_on")
    changed = change_field(field_id=made.id, draft=FieldDraft("Deals", FieldType.DATE, metric=latest), at=NOW)
    assert (changed.type, changed.metric) == (FieldType.DATE, latest)
    with pytest.raises(ValuesError):
        change_field(field_id=made.id, draft=FieldDraft("Deals", FieldType.NUMBER), at=NOW)
    assert get_field(COMPANY, made.key) == changed


def test_everybody_is_measured_anew_when_a_metric_changes_and_only_then() -> None:
    def waiting() -> int:
        return Run.objects.filter(kind="refresh_metrics", state="waiting").count()

    count = Metric(DEALS, Aggregate.COUNT)
    made = create_field(kind=COMPANY, draft=FieldDraft("Deals", FieldType.NUMBER, metric=count), at=NOW)
    assert waiting() == 1
    change_field(field_id=made.id, draft=FieldDraft("All deals", FieldType.NUMBER, metric=count), at=NOW)
    assert waiting() == 1
    won = replace(count, where=(("state", ("won",)),))
    change_field(field_id=made.id, draft=FieldDraft("Won deals", FieldType.NUMBER, metric=won), at=NOW)
    assert waiting() == 2
    retire_field(field_id=made.id, at=NOW)
    restore_field(field_id=made.id, at=NOW)
    assert waiting() == 3
    create_field(kind=COMPANY, draft=FieldDraft("Fleet", FieldType.NUMBER), at=NOW)
    assert waiting() == 3
