"""The sample files as typed values. Called by `services.sample`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

from satsuma.domain.model import Value


@dataclass(frozen=True, slots=True)
class SampleCompany:
    """A company with the one person who is known there. `answers` are to the questions of the sample, by name."""

    key: str
    values: dict[str, Value]
    answers: dict[str, str]
    person: dict[str, Value]


@dataclass(frozen=True, slots=True)
class SampleDeal:
    """An order; days are told as days before the day on which the sample is made."""

    number: str
    company: str
    value: Decimal
    product: str
    state: str
    opened_days_ago: int
    closed_days_ago: int | None


COMPANY_VALUES = ("name", "street", "city", "postal_code", "country", "phone", "website", "industry")
ANSWERS = ("autonomy", "potential", "nps")


def read_companies() -> Iterator[SampleCompany]:
    for row in _rows("companies.csv"):
        values: dict[str, Value] = {key: row[key] or None for key in COMPANY_VALUES}
        values |= {"employees": int(row["employees"]), "external_id": f"sample-{row['key']}"}
        person: dict[str, Value] = {"name": row["person"], "job_title": row["job_title"], "email": row["email"]}
        person |= {"country": row["country"], "city": row["city"]}
        yield SampleCompany(row["key"], values, {key: row[key] for key in ANSWERS if row[key]}, person)


def read_deals() -> Iterator[SampleDeal]:
    for row in _rows("deals.csv"):
        yield SampleDeal(
            row["number"],
            row["company"],
            Decimal(row["value"]),
            row["product"],
            row["state"],
            int(row["opened_days_ago"]),
            int(row["closed_days_ago"]) if row["closed_days_ago"] else None,
        )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files(__package__).joinpath("data", name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)
