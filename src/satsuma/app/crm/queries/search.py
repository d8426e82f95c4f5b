"""Finds companies, people, deals, tasks and activities by words. Called by the search page and its suggestions."""

# ruff: noqa: S608  (the parts of the statements stand in this module and in `search.tables`; words are parameters)

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.db import connection

from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.search.tables import Place, Thing, matching
from satsuma.app.crm.search.wording import Wanted, wanted

SHOWN_TEXT = 200
"""Characters of an activity's text that are shown."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found. `detail` is an e-mail or a city, "" for none. `company_id` and `person_id` say whom a
    deal, a task or an activity belongs to; of a task only one is given."""

    thing: Thing
    id: int
    title: str
    detail: str = ""
    company_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """What was found of one kind, best first; `more` if there is more than that."""

    thing: Thing
    rows: tuple[Found, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """How things of one kind are read: the columns of `Found` after the id, the table, and who is not in the bin."""

    columns: str
    table: str
    present: str
    has_name: bool = True


_CONTACT = _Source(
    "t.name, CASE WHEN t.email <> '' THEN t.email ELSE t.city END, CAST(NULL AS bigint), CAST(NULL AS bigint)",
    "crm_contact",
    "t.binned_at IS NULL",
)
_HAS_CONTACT = (
    "NOT EXISTS (SELECT 1 FROM crm_contact c WHERE c.id IN (t.company_id, t.person_id) AND c.binned_at IS NOT NULL)"
)
_SOURCES = {
    Thing.COMPANY: _CONTACT,
    Thing.PERSON: _CONTACT,
    Thing.DEAL: _Source("t.title, '', t.company_id, t.person_id", "crm_deal", "t.binned_at IS NULL"),
    Thing.TASK: _Source(
        "t.title, '', CASE WHEN o.kind = 'company' THEN o.id END, CASE WHEN o.kind = 'person' THEN o.id END",
        "crm_task",
        "o.binned_at IS NULL",
    ),
    Thing.ACTIVITY: _Source(
        f"substr(t.text, 1, {SHOWN_TEXT}), t.kind, t.company_id, t.person_id",
        "crm_activity",
        _HAS_CONTACT,
        has_name=False,
    ),
}


def search(typed: str, *, limit: int = 20, things: tuple[Thing, ...] = tuple(Thing)) -> tuple[FoundGroup, ...]:
    """What is found by all of the words, in groups of at most `limit`; a word of two letters or more may be the
    beginning of a longer one. First what is called just so, then what has the words in its name, then names with
    words that begin so, then whatever has the words elsewhere; among equals the newest first. One query."""
    asked = wanted(typed)
    if asked is None:
        return ()
    parts = [part for thing in things for part in _parts(thing, asked, fold_name(_storable(typed)), limit + 1)]
    sql = " UNION ALL ".join(f"SELECT * FROM ({part}) AS p{number}" for number, (part, _) in enumerate(parts))
    with connection.cursor() as cursor:
        cursor.execute(sql, [parameter for _, parameters in parts for parameter in parameters])
        rows = cursor.fetchall()
    order = {thing.value: place for place, thing in enumerate(Thing)}
    rows.sort(key=lambda row: (order[row[0]], row[1], -row[2]))
    return tuple(_group(Thing(thing), list(found), limit) for thing, found in groupby(rows, key=lambda row: row[0]))


def _storable(typed: str) -> str:
    """What was typed, without the characters that no database takes."""
    return typed.encode(errors="ignore").decode().replace("\0", "")


def _group(thing: Thing, rows: list[tuple[str, int, int, str, str, int | None, int | None]], limit: int) -> FoundGroup:
    best = {row[2]: row for row in reversed(rows)}  # what was found in several ways stands where it is best
    once = sorted(best.values(), key=lambda row: (row[1], -row[2]))
    found = (Found(thing, id_, title, detail, company, person) for _, _, id_, title, detail, company, person in once)
    return FoundGroup(thing, tuple(found)[:limit], more=len(once) > limit)


def _parts(thing: Thing, asked: Wanted, name: str, limit: int) -> list[tuple[str, list[str]]]:
    """A query with its parameters for each way to be found, best first."""
    ways = [(Place.NAME, True), (Place.NAME, False)] if _SOURCES[thing].has_name else []
    parts = [
        _part(thing, rank, matching(connection.vendor, thing, place, asked, whole=whole), limit)
        for rank, (place, whole) in enumerate([*ways, (Place.ANYWHERE, False)], start=1)
    ]
    return [_called(thing, name, limit), *parts] if thing in (Thing.COMPANY, Thing.PERSON) else parts


def _part(thing: Thing, rank: int, condition: tuple[str, str], limit: int) -> tuple[str, list[str]]:
    source, matches = _SOURCES[thing], condition[0]
    index, id_ = thing.table, "id" if connection.vendor == "postgresql" else "rowid"
    contact = " LEFT JOIN crm_contact o ON o.id = t.contact_id" if thing is Thing.TASK else ""
    sql = (
        f"SELECT '{thing}' AS thing, {rank} AS rank, t.id AS id, {source.columns} FROM {index}"
        f" {_JOIN[connection.vendor]} {source.table} t ON t.id = {index}.{id_}{contact}"
        f" WHERE {matches} AND {source.present} ORDER BY {index}.{id_} DESC LIMIT {limit:d}"
    )
    return sql, [condition[1]]


_JOIN = {"postgresql": "JOIN", "sqlite": "CROSS JOIN"}
"""SQLite reads a CROSS JOIN in the order it is written in: from the index, and stops at the limit."""


def _called(thing: Thing, name: str, limit: int) -> tuple[str, list[str]]:
    sql = (
        f"SELECT '{thing}' AS thing, 0 AS rank, t.id AS id, {_CONTACT.columns} FROM crm_contact t"
        f" WHERE t.kind = %s AND t.name_folded = %s AND t.binned_at IS NULL ORDER BY t.id DESC LIMIT {limit:d}"
    )
    return sql, [thing.value, name]
