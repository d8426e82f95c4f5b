"""The metric builder: what it offers, keeps and shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.models import Activity, Contact, Deal, Field, Section, Stage
from satsuma.app.crm.queries.fields import get_field
from satsuma.app.crm.queries.metric_values import measure_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import FieldDraft, create_field
from satsuma.app.crm.services.metrics import measured
from satsuma.domain.model import Aggregate, FieldType, Kind, Metric, Source

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def manager_at(client_of: Callable[[str], Client]) -> Client:
    create_defaults(at=NOW)
    return client_of("manager")


def contact(kind: str = "company", name: str = "Acme", **facts: object) -> Contact:
    return Contact.objects.create(
        kind=kind, name=name, name_folded=name.lower(), created_at=NOW, updated_at=NOW, **facts
    )


def deal(company: Contact | None, euros: float, state: str = "won", days_ago: int = 0, **facts: object) -> None:
    worth = round(euros * 10_000)
    closed = workspace_day(timezone.now()) - timedelta(days=days_ago)
    Deal.objects.create(
        title="Rollout",
        company=company,
        currency="EUR",
        value_e4=worth,
        worth_e4=worth,
        stage=Stage.objects.filter(state=state)[0],
        state=state,
        closed_on=closed,
        created_at=NOW,
        updated_at=NOW,
        **facts,
    )


def answers(**changes: object) -> dict[str, object]:
    section = Section.objects.get(kind="company", key="sales").pk
    return {"label": "Recent sales", "of": "deals", "aggregate": "count", "section": section, **changes}


SUM = {
    "aggregate": "sum",
    "column": "value",
    "day": "closed_on",
    "within_days": "90",
    "where-state": ["won"],
}


def test_a_metric_is_built_and_kept(manager_at: Client) -> None:
    sent = answers(**SUM, help="Of 90 days", **{"where-owner": []})

    response = manager_at.post(reverse("metric_new", args=["company"]), sent)

    assert response.headers["Location"] == reverse("field_list", args=["company"])
    made = Field.objects.get(label="Recent sales")
    assert (made.source, made.type, made.help) == ("metric", "money", "Of 90 days")
    assert made.metric == {
        "of": "deals",
        "aggregate": "sum",
        "column": "value",
        "where": {"state": ["won"]},
        "day": "closed_on",
        "within_days": 90,
    }
    assert (
        "Deals · Sum: Value · State: won · within 90 days"
        in manager_at.get(response.headers["Location"]).content.decode()
    )


def test_a_metric_is_changed_where_it_stands(manager_at: Client) -> None:
    field = get_field(Kind.COMPANY, "m1")
    address = reverse("metric_edit", args=[field.id])
    form = manager_at.get(address).context["form"]
    assert {name: form[name].value() for name in form.fields if form[name].value()} == {
        "label": "Value of won deals",
        "of": "deals",
        "aggregate": "sum",
        "column": "value",
        "day": "closed_on",
        "where-state": ["won"],
        "section": str(field.section_id),
    }

    manager_at.post(address, answers(label="Latest loss", aggregate="latest", column="closed_on"))

    changed = get_field(Kind.COMPANY, "m1")
    assert (changed.label, changed.type) == ("Latest loss", FieldType.DATE)
    assert changed.metric == Metric(Source.DEALS, Aggregate.LATEST, "closed_on")


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"label": ""}, {"label": ["Enter a name."]}),
        ({"aggregate": "sum"}, {"column": ["Choose what it is taken over."]}),
        ({"within_days": "90"}, {"day": ["Choose the day that is counted back from."]}),
        ({"within_days": "ninety", "day": "closed_on"}, {"within_days": ["Enter a whole number."]}),
        (
            {"within_days": "0", "day": "closed_on"},
            {"within_days": ["Enter a whole number of days from 1 to 1000000."]},
        ),
    ],
)
def test_what_is_missing_is_said_beside_it(
    manager_at: Client, changes: dict[str, object], errors: dict[str, list[str]]
) -> None:
    response = manager_at.post(reverse("metric_new", args=["company"]), answers(help="What I typed", **changes))

    assert (response.status_code, response.context["form"].errors) == (422, errors)
    assert "What I typed</textarea>" in response.content.decode()


def test_nothing_but_what_is_offered_can_be_asked(manager_at: Client) -> None:
    address = reverse("metric_new", args=["company"])
    for wrong in (
        {"of": "passwords"},
        {"aggregate": "eval"},
        {"aggregate": "sum", "column": "password"},
        {"where-state": ["' OR 1=1"]},
        {"day": "value"},
    ):
        response = manager_at.post(address, answers(**wrong))
        assert response.status_code == 422, wrong
    assert not Field.objects.filter(label="Recent sales").exists()


def test_the_builder_offers_what_fits_the_answers_so_far(manager_at: Client) -> None:
    create_field(kind=Kind.PERSON, draft=FieldDraft("On the board", FieldType.YES_NO), at=NOW)
    address = reverse("metric_form", args=["company"])

    deals = manager_at.post(
        address, answers(aggregate="sum", day="closed_on", **{"where-state": ["won"]}), headers=HTMX
    )
    people = manager_at.post(address, answers(of="people", aggregate="latest"), headers=HTMX)

    form = deals.context["form"]
    assert [key for key, _label in form.fields["column"].choices] == ["", "value"]
    assert (form["day"].value(), form["where-state"].value()) == ("closed_on", "won")
    conditions = [name for name in people.context["form"].fields if name.startswith("where-")]
    assert conditions == ["where-job_title", "where-country", "where-city", "where-owner", "where-f1"]
    assert "is-invalid" not in people.content.decode()
    assert people.content.decode().strip().startswith('<div id="metric-builder">')


def test_people_look_at_their_own_deals_and_activities_alone(manager_at: Client) -> None:
    form = manager_at.get(reverse("metric_new", args=["person"])).context["form"]

    assert [key for key, _label in form.fields["of"].choices] == ["deals", "activities"]


def test_the_value_for_a_contact_is_shown_before_anything_is_kept(manager_at: Client) -> None:
    acme, other = contact(), contact(name="Zeta")
    person = contact("person", "Ada", company=acme)
    deal(acme, 1200)
    deal(None, 34.5, days_ago=89, person=person)
    deal(acme, 1, days_ago=90)
    deal(acme, 1, state="lost")
    deal(other, 7)
    address = reverse("metric_value", args=["company"])

    ours = manager_at.post(address, answers(**SUM, label="", contact=acme.pk), headers=HTMX).content.decode()
    first = manager_at.post(address, answers(**SUM), headers=HTMX).content.decode()
    theirs = manager_at.post(address, answers(**SUM, contact=other.pk), headers=HTMX).content.decode()
    unfinished = manager_at.post(address, answers(aggregate="sum"), headers=HTMX).content.decode()

    assert "€1,234.50" in ours
    assert "€1,234.50" in first  # without a choice the first by name
    assert "€7" in theirs
    assert "Choose what it is taken over." in unfinished
    assert not Field.objects.filter(label="Recent sales").exists()


def test_without_scripts_a_button_shows_the_value_and_keeps_what_was_typed(manager_at: Client) -> None:
    deal(contact(), 1200)

    page = manager_at.post(reverse("metric_new", args=["company"]), answers(**SUM, show="1")).content.decode()

    assert "€1,200" in page
    assert 'value="Recent sales"' in page
    assert not Field.objects.filter(label="Recent sales").exists()


def test_no_data_is_not_zero(manager_at: Client) -> None:
    contact()

    page = manager_at.post(reverse("metric_value", args=["company"]), answers(aggregate="mean", column="value"))

    assert "no data" in page.content.decode()


def test_contacts_are_found_by_the_beginning_of_their_names(manager_at: Client) -> None:
    contact(name="Acme")
    contact(name="Beta")
    contact("person", "Acme Person")

    page = manager_at.get(reverse("metric_contacts", args=["company"]), {"q": "ac"}).content.decode()

    assert 'data-label="Acme"' in page
    assert "Beta" not in page
    assert "Acme Person" not in page


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_value_shown_is_the_one_that_is_kept_later(workspace: object) -> None:
    create_defaults(at=NOW)
    acme = contact()
    ada = contact("person", "Ada", company=acme)
    for number in range(3):
        deal(acme, 100.25 * number, days_ago=number)
        deal(None, 10, person=ada, state="open")
        Activity.objects.create(kind="call", person=ada, happened_at=NOW, happened_on=TODAY, created_at=NOW)
    for one in (acme, ada):
        kind = Kind(one.kind)
        stored = measured(kind, [one.pk], TODAY + timedelta(days=9_000))[one.pk]
        metrics = {key: get_field(kind, key).metric for key in stored}
        shown = {
            key: measure_contact(kind, metric, one.pk, as_of=TODAY + timedelta(days=9_000))
            for key, metric in metrics.items()
            if metric
        }
        assert {key: value.isoformat() if isinstance(value, date) else value for key, value in shown.items()} == stored
