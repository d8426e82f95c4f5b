"""Files become companies, people and deals: what was promised by the check, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db.models import Sum

from satsuma.app.crm.models import Contact, Deal, ExchangeRate, Field, Product
from satsuma.app.crm.queries.fields import get_field
from satsuma.app.crm.services.contacts import Entry, save_contact
from satsuma.app.crm.services.import_runs import (
    NothingToImportError,
    PlanChangedError,
    run_import,
    undo_import,
)
from satsuma.domain.model import Kind
from support.importing import (
    DATA,
    NOW,
    bring_in,
    brought_in,
    checked,
    counts,
    errors,
    everything_stored,
    mapped,
    upload,
)

if TYPE_CHECKING:
    from satsuma.app.accounts.models import User, Workspace

pytestmark = pytest.mark.django_db

MAVEN = DATA.parents[2] / "shared" / "data" / "b2b_crm_maven"
PIPEDRIVE = (
    "Person - Name*,Person - Email (Work),Organization - Name*,Deal - Title,Deal - Value\n"
    "Tony Turner,tony@moveer.com,Moveer Limited,Moveer Deal,100.0\n"
    "Ada Byron,ada@moveer.com,Moveer Limited,Second Deal,\n"
)


@pytest.mark.both_databases
def test_one_row_can_carry_a_person_their_company_and_a_deal(crm: Workspace) -> None:
    row = brought_in(upload(PIPEDRIVE, "pipedrive.csv"))
    assert counts(row.report) == {"company": (1, 0, 0), "person": (2, 0, 0), "deal": (2, 0, 0)}
    company = Contact.objects.get(kind="company")
    assert (company.name, company.name_folded) == ("Moveer Limited", "moveer limited")
    people = Contact.objects.filter(kind="person").order_by("name")
    assert [(one.name, one.email_folded, one.company_id) for one in people] == [
        ("Ada Byron", "ada@moveer.com", company.pk),
        ("Tony Turner", "tony@moveer.com", company.pk),
    ]
    deals = Deal.objects.order_by("title").select_related("person", "stage")
    assert [(one.title, one.value_e4, one.person.name, one.stage.key, one.state) for one in deals] == [
        ("Moveer Deal", 1_000_000, "Tony Turner", "prospecting", "open"),
        ("Second Deal", None, "Ada Byron", "prospecting", "open"),
    ]
    assert {deal.company_id for deal in deals} == {company.pk}


@pytest.mark.both_databases
def test_sales_of_a_whole_year_add_up_to_the_last_cent_and_can_be_undone(crm: Workspace) -> None:
    before = everything_stored()
    accounts = bring_in("account,sector,revenue\nKan-code,software,\nCancity,retail,718.62\n", "accounts.csv")
    after_accounts = everything_stored()
    pipeline = (
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
        "A1,Moses Frase,GTX Plus Basic,Cancity,Won,2016-10-20,2017-03-01,1054.01\n"
        "A2,Moses Frase,GTXPro,Kan-code,Won,2016-10-25,2017-03-11,4514.1234\n"
        "A3,Moses Frase,GTXPro,Kan-code,Lost,2016-10-25,2017-03-11,0\n"
        "A4,Moses Frase,MG Special,,Engaging,2016-10-25,,\n"
        "A5,Moses Frase,MG Special,Isdom,Prospecting,,,\n"
    )
    row = brought_in(upload(pipeline, "sales_pipeline.csv"))
    assert counts(row.report) == {"company": (1, 0, 2), "deal": (5, 0, 0)}
    assert row.report["new_things"] == ["3 new products: GTX Plus Basic, GTXPro, MG Special"]
    assert row.report["notes"] == ["1 deal names no company or person."]
    assert Deal.objects.filter(state="won").aggregate(sum=Sum("worth_e4"))["sum"] == 10_540_100 + 45_141_234
    kan = Contact.objects.get(name="Kan-code")
    value = get_field(Kind.COMPANY, _metric("won_value"))
    assert kan.metrics[value.key] == 4514.1234
    undo_import(row, by=None, at=NOW)
    kan.refresh_from_db()
    assert kan.metrics[value.key] == 0
    assert everything_stored() == after_accounts
    accounts.refresh_from_db()
    undo_import(accounts, by=None, at=NOW)
    assert everything_stored() == before


def _metric(aggregate: str) -> str:
    row = Field.objects.filter(kind="company", source="metric", label="Value of won deals").get()
    return row.key


@pytest.mark.skipif(not MAVEN.exists(), reason="the full data set is not beside this clone")
def test_the_published_figures_come_out(crm: Workspace) -> None:
    accounts = mapped(upload((MAVEN / "accounts.csv").read_bytes(), "accounts.csv"), office_location="")
    brought_in(accounts)
    pipeline = brought_in(upload((MAVEN / "sales_pipeline.csv").read_bytes(), "sales_pipeline.csv"))
    assert counts(pipeline.report) == {"company": (0, 0, 85), "deal": (8800, 0, 0)}
    won = Deal.objects.filter(state="won").aggregate(sum=Sum("worth_e4"))["sum"]
    assert (won, Deal.objects.filter(company=None).count()) == (10_005_534 * 10_000, 1425)
    assert Product.objects.filter(label="GTXPro").exists()


def test_the_same_file_again_changes_nothing(crm: Workspace) -> None:
    text = "External ID,Name,Country,Employees,Deal Name,Opportunity ID,Amount\n1,Acme,PL,5,Big one,D1,7.5\n"
    going = {"External_ID": "company.external_id", "Name": "company.name", "Deal_Name": "deal.title"}
    going |= {"Country": "company.country", "Opportunity_ID": "deal.external_id"}
    bring_in(text, **going)
    again = mapped(upload(text), **going)
    assert counts(checked(again)) == {"company": (0, 0, 1), "deal": (0, 0, 1)}
    with pytest.raises(NothingToImportError):
        brought_in(again)


def test_changes_are_told_field_by_field_and_undone_exactly(crm: Workspace) -> None:
    bring_in("Name,City,Employees\nAcme,Paris,5\nBolt,Rome,7\n")
    before = everything_stored()
    row = mapped(upload("Name,City,Employees\nacmé,Berlin,\nBolt,,8\nNew One,Oslo,1\n"))
    report = checked(row)
    assert counts(report) == {"company": (1, 2, 0)}
    changed = [(one["name"], one["changes"]) for one in report["examples"] if not one["is_new"]]
    assert changed == [
        ("Acme", [{"field": "City", "before": "Paris", "after": "Berlin"}]),
        ("Bolt", [{"field": "Employees", "before": "7 people", "after": "8 people"}]),
    ]
    brought_in(row)
    stored = dict(Contact.objects.values_list("name", "city"))
    assert stored == {"Acme": "Berlin", "Bolt": "Rome", "New One": "Oslo"}
    undo_import(row, by=None, at=NOW)
    assert everything_stored() == before


def test_undo_leaves_alone_what_somebody_changed_since(crm: Workspace, manager: User) -> None:
    bring_in("Name,City,Phone\nAcme,Paris,1\n")
    row = bring_in("Name,City,Phone\nAcme,Berlin,2\nBolt,Rome,3\nCity Inc,Oslo,4\n")
    acme, bolt = Contact.objects.get(name="Acme"), Contact.objects.get(name="Bolt")
    for contact, values in ((acme, {"city": "Vienna"}), (bolt, {"city": "Milan"})):
        entry = Entry(values)
        save_contact(contact_id=contact.pk, version=contact.version, entry=entry, by=manager, at=NOW)
    undone = undo_import(row, by=manager, at=NOW)
    assert (undone.restored, undone.removed, len(undone.kept)) == (1, 1, 2)
    assert {(kept.row_id, kept.keys) for kept in undone.kept} == {(acme.pk, ("city",)), (bolt.pk, ())}
    assert sorted(Contact.objects.values_list("name", "city", "phone")) == [
        ("Acme", "Vienna", "1"),
        ("Bolt", "Milan", "3"),
    ]


def test_every_wrong_cell_is_told_by_row_column_and_text(crm: Workspace) -> None:
    row = mapped(
        upload(
            "Name,Employees,E-mail,Country\nAcme,many,a@b.pl,PL\nBolt,5,nobody,Philipines\n,1,,\nCity,-3,c@d.pl,DE\n"
        )
    )
    report = checked(row)
    assert errors(report) == [
        (2, "Employees", "many", "this is not a number"),
        (3, "Country", "Philipines", "there is no such country; did you mean Philippines?"),
        (3, "E-mail", "nobody", "this is not an e-mail address"),
        (4, "Name", "", "without “Name” this row cannot be matched"),
    ]
    assert (report["bad_rows"], counts(report)) == (3, {"company": (1, 0, 0)})
    assert Contact.objects.count() == 0


def test_all_or_nothing_or_without_the_wrong_rows(crm: Workspace) -> None:
    row = mapped(upload("Name,Employees\nAcme,many\nBolt,5\n"))
    with pytest.raises(NothingToImportError):
        brought_in(row)
    assert Contact.objects.count() == 0
    brought_in(row, skip_bad_rows=True)
    assert list(Contact.objects.values_list("name", "employees")) == [("Bolt", 5)]


def test_several_matches_are_an_error_never_a_guess(crm: Workspace) -> None:
    bring_in("External ID,Name\n1,Acme\n2,ACME\n", keys={"company": "external_id"})
    report = checked(mapped(upload("Name,City\nacme,Paris\nBolt,Rome\n"), keys={"company": "name"}))
    assert errors(report) == [(2, "Name", "acme", "several contacts match: which one is meant cannot be told")]


@pytest.mark.parametrize(
    ("key", "content"),
    [
        ("external_id", "External ID,Name,City\nX1,Other Name,Oslo\n"),
        ("domain", "Website,Name,City\nhttps://www.ACME.com/shop,Other Name,Oslo\n"),
        ("email", "E-mail,Name,City\nINFO@acme.com,Other Name,Oslo\n"),
        ("name", "Name,City\n ácme ,Oslo\n"),
    ],
)
def test_rows_are_matched_by_the_key_of_choice(crm: Workspace, key: str, content: str) -> None:
    bring_in("External ID,Name,Website,E-mail\nX1,Acme,acme.com,info@acme.com\nX2,Bolt,bolt.com,info@bolt.com\n")
    row = bring_in(content, keys={"company": key})
    assert counts(row.report) == {"company": (0, 1, 0)}
    assert Contact.objects.get(external_id="X1").city == "Oslo"


def test_people_of_one_name_are_told_apart_by_their_company(crm: Workspace) -> None:
    people = "Person - Name,Organization - Name,Person - Phone\nAda Byron,Acme,1\nAda Byron,Bolt,2\n"
    row = bring_in(people, keys={"person": "name"})
    assert counts(row.report) == {"company": (2, 0, 0), "person": (2, 0, 0)}
    again = checked(mapped(upload(people.replace(",2", ",3")), keys={"person": "name"}))
    assert counts(again) == {"company": (0, 0, 2), "person": (0, 1, 1)}
    alone = checked(mapped(upload("Person - Name,Person - Phone\nAda Byron,4\n"), keys={"person": "name"}))
    assert [error[3] for error in errors(alone)] == ["several contacts match: which one is meant cannot be told"]


def test_rows_that_contradict_each_other_are_wrong(crm: Workspace) -> None:
    report = checked(mapped(upload("Name,City\nAcme,Paris\nACME,Rome\nAcme,Paris\nAcme,\n")))
    assert errors(report) == [(3, "City", "Rome", "an earlier row says something else of the same contact")]
    assert counts(report) == {"company": (1, 0, 0)}


def test_first_and_last_names_make_a_name(crm: Workspace) -> None:
    bring_in("First Name,Last Name,Email\nAda,Byron,a@b.pl\nCher,,c@d.pl\n")
    assert sorted(Contact.objects.values_list("kind", "name")) == [("person", "Ada Byron"), ("person", "Cher")]


def test_a_new_field_gets_its_type_and_its_options(crm: Workspace) -> None:
    lines = [f"C{n},{n}.5,{'gold' if n % 2 else 'Silver'},2024-01-{n:02},{n % 11}" for n in range(1, 25)]
    text = "\n".join(["Name,Size,Plan,Since,NPS", *lines])
    row = bring_in(text, Size="new", Plan="new", Since="new", NPS="new")
    assert row.report["new_things"][-1] == "2 new options of “Plan”: gold, Silver"
    made = {field.label: field for field in Field.objects.filter(source="custom")}
    assert {label: field.type for label, field in made.items()} == {
        "Size": "number",
        "Plan": "choice",
        "Since": "date",
        "NPS": "rating",
    }
    options = {option.label: option.key for option in made["Plan"].options.all()}
    contact = Contact.objects.get(name="C2")
    assert contact.values == {
        made["Size"].key: 2.5,
        made["Plan"].key: options["Silver"],
        made["Since"].key: "2024-01-02",
        made["NPS"].key: 2,
    }


def test_unknown_options_are_errors_where_none_may_be_added(crm: Workspace) -> None:
    report = checked(mapped(upload("Name,Industry\nAcme,Retail\nBolt,Alchemy\n"), add_options=False))
    assert errors(report) == [(3, "Industry", "Alchemy", "this is not an option of “Industry”")]


def test_deals_in_other_currencies_need_a_rate(crm: Workspace) -> None:
    text = "Opportunity ID,Amount,Currency\nA,10,PLN\nB,3.33,EUR\n"
    assert [error[3] for error in errors(checked(upload(text)))] == ["there is no such currency, or no rate for it"]
    ExchangeRate.objects.create(currency="PLN", rate=Decimal("0.23456789"))
    brought_in(upload(text))
    assert list(Deal.objects.order_by("external_id").values_list("value_e4", "currency", "worth_e4")) == [
        (100_000, "PLN", 23_457),
        (33_300, "EUR", 33_300),
    ]


def test_deals_that_cannot_be_are_refused(crm: Workspace) -> None:
    report = checked(
        upload(
            "Opportunity ID,Stage,Created,Close Date\n"
            "A,Won,2024-01-02,2024-01-01\nB,Won,2024-01-02,\nC,Open,2024-01-02,2024-02-01\nD,Nowhere,,\n"
        )
    )
    assert [(row, column, reason) for row, column, _text, reason in errors(report)] == [
        (2, "Close Date", "the deal is closed before it is opened"),
        (3, "Close Date", "a won or lost deal needs the day it was closed on"),
        (4, "Close Date", "an open deal has no closing day: empty the cell, or map the stage"),
        (5, "Stage", "there is no such stage; there are Prospecting, In talks, Offer sent, Won, Lost"),
    ]


def test_a_deal_that_moves_counts_for_the_old_and_the_new_company(crm: Workspace) -> None:
    text = "Opportunity ID,Account Name,Stage,Close Date,Amount\nA,{},Won,2024-01-01,10\n"
    bring_in(text.format("Acme"))
    bring_in(text.format("Bolt"))
    key = _metric("won_value")
    assert {one.name: one.metrics[key] for one in Contact.objects.all()} == {"Acme": 0, "Bolt": 10}


def test_an_import_does_what_its_check_showed_or_nothing(crm: Workspace, manager: User) -> None:
    bring_in("Name,City\nAcme,Paris\n")
    row = mapped(upload("Name,City\nAcme,Berlin\n"))
    checked(row)
    acme = Contact.objects.get(name="Acme")
    entry = Entry({"city": "Vienna"})
    save_contact(contact_id=acme.pk, version=acme.version, entry=entry, by=manager, at=NOW)
    with pytest.raises(PlanChangedError):
        run_import(row, by=manager, at=NOW)
    assert Contact.objects.get(name="Acme").city == "Vienna"
    row.refresh_from_db()
    assert row.report["examples"][0]["changes"] == [{"field": "City", "before": "Vienna", "after": "Berlin"}]
    run_import(row, by=manager, at=NOW)
    assert Contact.objects.get(name="Acme").city == "Berlin"


def test_what_is_in_the_bin_keeps_its_id(crm: Workspace, manager: User) -> None:
    from satsuma.app.crm.services.contacts import bin_contacts

    bring_in("External ID,Name\nX1,Acme\n")
    bin_contacts(contact_ids=[Contact.objects.get().pk], by=manager, at=NOW)
    report = checked(mapped(upload("External ID,Name\nX1,Acme\n")))
    assert [error[3] for error in errors(report)] == ["the contact of this ID is in the bin: restore or erase it first"]
    assert counts(checked(mapped(upload("Name\nAcme\n")))) == {"company": (1, 0, 0)}


def test_ambiguous_days_stop_the_column_and_say_so(crm: Workspace) -> None:
    text = "Opportunity ID,Created\nA,01/02/2024\nB,03/04/2024\n"
    report = checked(mapped(upload(text), Created="deal.opened_on"))
    assert report["faults"][0]["message"] == "“01/02/2024” may mean two different days."
    row = brought_in(mapped(upload(text, date_format="dd/mm/yyyy"), Created="deal.opened_on"))
    assert row.state == "done"
    assert str(Deal.objects.get(external_id="A").opened_on) == "2024-02-01"
