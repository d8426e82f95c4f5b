"""What columns are called in the exports of other programs, and in lists that people keep. Read by `guessing`.

Headings are compared as words without case, accents and signs: "Organization - Name*" is "organization name". A target
without a part belongs to whatever the file is mostly about.
"""

from __future__ import annotations

from collections.abc import Mapping

from satsuma.engine.profile.column_words import name_words

COMPANY_WORDS = (
    "company",
    "account",
    "organization",
    "organisation",
    "customer",
    "client",
    "firma",
    "kontrahent",
    "компания",
)
PERSON_WORDS = ("person", "contact", "lead", "osoba", "kontakt", "контакт")
DEAL_WORDS = ("deal", "opportunity", "okazja", "szansa", "сделка")

ANY = """
name:
    name; nazwa; название; full name; name of
external_id:
    id; external id; record id; key; number; crm id; identyfikator
email:
    email; e mail; mail; email address; email work; work email; adres e mail; adres email; почта
phone:
    phone; phone number; telephone; tel; phone work; work phone; business phone; telefon; mobile; mobile
    phone; телефон; main phone
website:
    website; web site; url; homepage; domain; domain name; web; company domain name; website url; strona
country:
    country; country region; billing country; mailing country; kraj; страна; office location; address
    country
city:
    city; town; billing city; mailing city; miasto; город; address city; ort
postal_code:
    postal code; zip; zip code; postcode; billing postal code; billing zip; mailing postal code; mailing
    zip; billing zip postal code; kod pocztowy; индекс; plz; zip postal code; address zip postal code
street:
    street; address; street address; billing street; mailing street; ulica; adres; адрес; address line
    1; billing address line 1; adresse
description:
    description; about us; notes; note; comment; about; opis; описание; remarks
owner:
    owner; company owner; contact owner; account owner; deal owner; opportunity owner; sales rep; sales
    agent; salesperson; account manager; opiekun; owner name; owner email
"""
"""Targets without a part, each followed by headings."""

OWN = """
company.name:
    company; company name; account; account name; organization; organization name; organisation;
    organisation name; customer name; client name; firma; nazwa firmy; компания; associated company;
    primary associated company; organization organization; customer; client; parent company name
company.external_id:
    company id; account id; organization id; customer id; associated company id; customerid
company.industry:
    industry; sector; branch; branza; отрасль; company industry; vertical; organization industry
company.employees:
    employees; number of employees; employee count; headcount; no of employees; company size; liczba
    pracownikow; organization number of employees
company.annual_revenue:
    annual revenue; revenue; yearly revenue; turnover; przychod; roczny przychod
company.website:
    company website; account website; organization website
company.street:
    organization address; company address; company street address; account address
company.phone:
    company phone; account phone; organization phone
company.country:
    company country; company country region; organization country
company.city:
    company city; organization city
person.name:
    person name; contact name; person; contact; osoba; контакт; contact person; associated contact
person.first_name:
    first name; firstname; given name; imie; имя; person first name; contact first name; vorname
person.last_name:
    last name; lastname; surname; family name; nazwisko; фамилия; person last name; contact last name;
    nachname
person.email:
    person email; person email work; contact email; contact email address
person.phone:
    person phone; person phone work; contact phone
person.job_title:
    job title; title of contact; position; role; stanowisko; должность; contact title; person job title
person.external_id:
    person id; contact id; lead id; associated contact id
deal.title:
    deal title; deal name; opportunity name; opportunity; deal; deal deal; dealname
deal.value:
    deal value; amount; value; deal amount; opportunity amount; close value; amount in company currency;
    wartosc; kwota; сумма; acv; expected revenue
deal.currency:
    currency; deal currency; deal currency of value; amount currency; waluta; валюта; currency iso code
deal.stage:
    stage; deal stage; status; deal status; opportunity stage; etap; этап; stage name
deal.product:
    product; product name; deal product; deal product name; produkt; товар; line item
deal.opened_on:
    created; create date; created date; deal created; deal deal created; engage date; opened; open date;
    opened on; add time; date created; start date
deal.closed_on:
    close date; closed; closed date; closed on; deal won time; won time; deal closed on; date closed;
    deal deal closed on; close time; closedate
deal.external_id:
    deal id; opportunity id; deal record id
deal.owner:
    deal owner; opportunity owner
"""
"""Targets, each followed by headings."""

MOSTLY_PERSON = frozenset({"person.first_name", "person.last_name", "person.job_title", "person.external_id"})
MOSTLY_DEAL = frozenset({"deal.title", "deal.value", "deal.stage", "deal.external_id", "deal.closed_on"})
MOSTLY_COMPANY = frozenset({"company.industry", "company.employees", "company.annual_revenue", "company.external_id"})


def heading_words(heading: str) -> str:
    """The heading's words, folded, with one blank between them."""
    return " ".join(name_words(heading))


def _by_words(block: str) -> dict[str, str]:
    """The targets of a block by the words of each heading."""
    found: dict[str, str] = {}
    target = ""
    for line in block.strip().splitlines():
        if not line.startswith(" "):
            target = line.rstrip(":")
        else:
            found |= {words.strip(): target for words in line.split(";") if words.strip()}
    return found


BY_WORDS: Mapping[str, str] = _by_words(OWN)
ANY_BY_WORDS: Mapping[str, str] = _by_words(ANY)
