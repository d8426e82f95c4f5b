"""An installation with many companies, written by SQL straight into the tables: SQLite, or PostgreSQL. Every value
follows from the company's number alone, so that both databases hold the same. Needs Django to be set up.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.core.management import call_command
from django.db import connection

BUILT_IN: Mapping[str, str] = {
    "name": "text",
    "email": "text",
    "industry": "choice",
    "employees": "number",
    "annual_revenue": "money",
    "country": "choice",
    "city": "text",
    "external_id": "text",
}
CUSTOM: Mapping[str, str] = {
    "f1": "number",
    "f2": "money",
    "f3": "number",
    "f4": "money",
    "f5": "rating",
    "f6": "choice",
    "f7": "choice",
    "f8": "choices",
    "f9": "yes_no",
    "f10": "date",
    "f11": "date",
    "f12": "text",
}
"""Fields and their types: 20 together, 12 of them in a JSON column. A tenth of the values is missing."""
NOW = "'2026-11-21 09:00:00+00'"


def create_installation(companies: int) -> None:
    """Makes the tables, the fields and `companies` companies with a deal each: half a minute a million."""
    call_command("migrate", verbosity=0)
    _create_fields()
    numbers = _numbers(companies)
    _insert("crm_contact", _company_columns(), numbers)
    _insert("crm_deal", _deal_columns(), numbers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _create_fields() -> None:
    from satsuma.app.crm.models import Field, Stage

    for source, fields in ((Field.Source.BUILT_IN, BUILT_IN), (Field.Source.CUSTOM, CUSTOM)):
        for key, type_ in fields.items():
            Field.objects.create(kind="company", key=key, source=source, type=type_)
    won: Mapping[str, object] = {"of": "deals", "where": {"state": ["won"]}, "day": "closed_on"}
    for key, type_, metric in (
        ("m1", "money", {**won, "aggregate": "sum", "column": "value"}),
        ("m2", "number", {**won, "aggregate": "count"}),
        ("m3", "date", {**won, "aggregate": "latest", "column": "closed_on"}),
    ):
        Field.objects.create(kind="company", key=key, source=Field.Source.METRIC, type=type_, metric=metric)
    Stage.objects.create(id=1, key="s1", label="Won", state="won")


def _insert(table: str, columns: Mapping[str, str], numbers: str) -> None:
    """A column that is not named gets NULL, or what a new row has there."""
    names, values = ", ".join(f'"{name}"' for name in columns), ", ".join(columns.values())
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {numbers}")


def _company_columns() -> dict[str, str]:
    texts = dict.fromkeys(("job_title", "phone", "website", "domain", "postal_code", "street", "description"), "''")
    email = "'info' || i || '@example' || (i % 1000) || '.com'"
    return {
        **texts,
        "id": "i",
        "kind": "'company'",
        "name": "'Company number ' || i",
        "name_folded": "'company number ' || i",
        "external_id": "'x' || i",
        "email": email,
        "email_folded": email,
        "industry": "'o' || (i * 3 % 18)",
        "employees": _sometimes(7, "i * 41 % 5000"),
        "annual_revenue": _sometimes(9, "(i * 43 % 100000000) / 100.0"),
        "country": "substr('PLDEFRUSGBESIT', 1 + 2 * CAST(i % 7 AS integer), 2)",
        "city": "'City ' || (i % 300)",
        "image": "''",
        "values": _values(),
        "metrics": _json("'{}'"),
        "version": "1",
        "changed": "0",
        "created_at": _instant(),
        "updated_at": _instant(),
    }


def _deal_columns() -> dict[str, str]:
    return {
        "title": "'Deal'",
        "title_folded": "'deal'",
        "external_id": "''",
        "company_id": "i",
        "value_e4": "i * 47 % 1000000000",
        "worth_e4": "i * 47 % 1000000000",
        "currency": "'EUR'",
        "rate": "1",
        "stage_id": "1",
        "state": "'won'",
        "closed_on": _day(13),
        "version": "1",
        "changed": "0",
        "created_at": _instant(),
        "updated_at": _instant(),
    }


def _values() -> str:
    drawn = {
        "f1": "i * 37 % 100000",
        "f2": _decimal("(i * 7919 % 1000000) / 100.0", 2),
        "f3": _decimal("(i * 104729 % 10000000) / 10000.0", 4),
        "f4": _decimal("(i * 31 % 100000) / 100.0", 2),
        "f5": "i * 13 % 11",
        "f6": "'o' || (i * 17 % 20)",
        "f7": "'o' || (i * 19 % 20)",
        "f8": f"{_function('array')}('o' || (i % 5), 'p' || (i % 7))",
        "f9": _json("CASE WHEN i % 3 = 0 THEN 'true' ELSE 'false' END"),
        "f10": _text(_day(11)),
        "f11": _text(_day(23)),
        "f12": "'Some text number ' || (i % 1000)",
    }
    pairs = ", ".join(
        f"'{key}', {_sometimes(2 * place + 1, value)}" for place, (key, value) in enumerate(drawn.items())
    )
    if _is_postgres():
        return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"
    return f"json_patch('{{}}', json_object({pairs}))"


def _sometimes(step: int, value: str) -> str:
    return f"CASE WHEN (i * {step} + 7) % 10 > 0 THEN {value} END"


def _day(step: int) -> str:
    if _is_postgres():
        return f"(date '2026-11-21' - CAST(i * {step} % 900 AS integer))"
    return f"date('2026-11-21', '-' || (i * {step} % 900) || ' days')"


def _numbers(count: int) -> str:
    if _is_postgres():
        return f"generate_series(1::bigint, {count}) AS numbers(i)"
    following = f"SELECT i + 1 FROM numbers WHERE i < {count}"
    return f"(WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL {following}) SELECT i FROM numbers)"


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _function(name: str) -> str:
    return f"jsonb_build_{name}" if _is_postgres() else f"json_{name}"


def _json(text: str) -> str:
    return f"CAST({text} AS jsonb)" if _is_postgres() else f"json({text})"


def _text(value: str) -> str:
    return f"CAST({value} AS text)"


def _decimal(value: str, decimals: int) -> str:
    return f"round({value}, {decimals})"


def _instant() -> str:
    return f"CAST({NOW} AS timestamptz)" if _is_postgres() else "'2026-11-21 09:00:00'"
