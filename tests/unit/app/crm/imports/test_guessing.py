"""Columns of other programs' exports are known by their headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from satsuma.app.crm.imports.context import load_context
from satsuma.app.crm.imports.guessing import guess_mapping
from satsuma.app.crm.imports.mapping import FileMapping
from support.importing import NOW, bring_in, upload

if TYPE_CHECKING:
    from satsuma.app.accounts.models import User, Workspace

pytestmark = pytest.mark.django_db


def column(name: str, type_: str = "text", **facts: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": type_,
        "is_key": False,
        "filled": 3,
        "distinct": 3,
        "is_email": "mail" in name.lower(),
        "values": ["a@b.pl" if "mail" in name.lower() else "x"],
        "limits": None,
        "separator": None,
        "doubts": [],
    } | facts


EXPORTS = {
    "Pipedrive deals": """
        Deal - ID = deal.external_id
        Deal - Title = deal.title
        Deal - Value (money) = deal.value
        Deal - Currency of Value = deal.currency
        Deal - Stage (choice) = deal.stage
        Organization - Name = company.name
        Person - Name = person.name
        Person - Email - Work = person.email
        Deal - Deal created (date) = deal.opened_on
    """,
    "HubSpot contacts": """
        Record ID = person.external_id
        First Name = person.first_name
        Last Name = person.last_name
        Email = person.email
        Phone Number = person.phone
        Job Title = person.job_title
        Company Name = company.name
        City = person.city
        Country/Region (choice) = person.country
        Lead Status (choice) =
    """,
    "HubSpot companies": """
        Record ID = company.external_id
        Company name = company.name
        Company Domain Name = company.website
        Industry (choice) = company.industry
        Number of Employees (number) = company.employees
        Annual Revenue (money) = company.annual_revenue
        Postal Code = company.postal_code
    """,
    "Salesforce accounts": """
        Account ID = company.external_id
        Account Name = company.name
        Billing City = company.city
        Billing Zip/Postal Code = company.postal_code
        Billing Country (choice) = company.country
        Website = company.website
        Employees (number) = company.employees
    """,
    "Salesforce opportunities": """
        Opportunity ID = deal.external_id
        Opportunity Name = deal.title
        Account Name = company.name
        Amount (money) = deal.value
        Stage (choice) = deal.stage
        Close Date (date) = deal.closed_on
        Created Date (date) = deal.opened_on
    """,
}
"""Headings, the type of what is below unless it is text, and where they go."""


@pytest.mark.parametrize("export", EXPORTS)
def test_headings_of_other_programs_are_known(crm: Workspace, export: str) -> None:
    found = re.findall(r"^ +(.+?)(?: \((\w+)\))? =(?: (\S+))?$", EXPORTS[export], re.MULTILINE)
    columns = [column(name, type_ or "text") for name, type_, _target in found]
    mapping = guess_mapping(columns, load_context(NOW))
    assert [one.to for one in mapping.columns] == [target for _name, _type, target in found]


def test_a_heading_never_overrules_what_the_cells_hold(crm: Workspace) -> None:
    columns = [column("Name"), column("Employees", "text"), column("Amount", "date"), column("E-mail", values=["no"])]
    mapping = guess_mapping(columns, load_context(NOW))
    assert [one.to for one in mapping.columns] == ["company.name", "", "", ""]


def test_an_owner_must_be_somebody_who_is_known(crm: Workspace, member: User) -> None:
    columns = [column("Name"), column("Owner", values=["Moses Frase"])]
    assert guess_mapping(columns, load_context(NOW)).columns[1].to == ""
    columns[1]["values"] = ["MEMBER example"]
    assert guess_mapping(columns, load_context(NOW)).columns[1].to == "company.owner"


@pytest.mark.parametrize(
    ("headings", "keys"),
    [
        (["Contact person", "Deal title"], {"person": "name", "deal": ""}),
        (["Contact email", "Deal value"], {"person": "email", "deal": ""}),
        (["Contact person", "Deal ID"], {"person": "name", "deal": "external_id"}),
        (["Website"], {"company": "domain"}),
    ],
    ids=str,
)
def test_rows_are_matched_by_what_is_mapped_even_if_some_lack_it(
    crm: Workspace, headings: list[str], keys: dict[str, str]
) -> None:
    columns = [column(name, "number" if "value" in name else "text", filled=2) for name in headings]
    columns.append(column("Product"))  # that every row has
    mapping = guess_mapping(columns, load_context(NOW))
    assert {"deal": "", **mapping.keys} == {"deal": "", **keys}


def test_what_was_chosen_before_is_proposed_again(crm: Workspace) -> None:
    bring_in("Name,Funny Column\nAcme,Paris\n", Funny_Column="company.city")
    row = upload("Name,funny column\nBolt,Rome\n")
    assert [one.to for one in FileMapping.from_json(row.mapping).columns] == ["company.name", "company.city"]
