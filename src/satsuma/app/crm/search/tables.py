"""The tables behind search, one for each kind of thing, and how each database is asked.

A row has the id of the thing, the words of its name and all of its words. SQLite: an FTS5 table that keeps no texts.
PostgreSQL: text search vectors made of our words as they are, with one GIN index. Used by the migration that makes
them, by `search.index`, by `queries.search` and by lists.
"""

# ruff: noqa: S608  (names of tables are those of `Thing`; words are parameters)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from satsuma.app.crm.search.wording import PREFIX_FROM, Wanted


class Thing(StrEnum):
    """What can be found."""

    COMPANY = "company"
    PERSON = "person"
    DEAL = "deal"
    TASK = "task"
    ACTIVITY = "activity"

    @property
    def table(self) -> str:
        return f"crm_search_{self.value}"


class Place(StrEnum):
    """Where the words have to stand."""

    NAME = "name"
    ANYWHERE = "words"


Row = tuple[int, str, str]
"""Id, the words of the name, all words, with blanks between them."""


def creating(vendor: str) -> list[str]:
    """The statements that make the tables."""
    if vendor == "postgresql":
        return [statement for thing in Thing for statement in _creating_on_postgresql(thing.table)]
    return [
        f"CREATE VIRTUAL TABLE {thing.table} USING fts5(name, words, content='', contentless_delete=1,"
        " detail='column', tokenize='ascii', prefix='2 3')"  # ascii: our words pass unchanged
        for thing in Thing
    ]


def _creating_on_postgresql(table: str) -> list[str]:
    return [
        f"CREATE TABLE {table} (id bigint PRIMARY KEY, name tsvector NOT NULL, words tsvector NOT NULL)",
        f"CREATE INDEX {table}_words ON {table} USING gin (name, words)",
    ]


def write(cursor: Any, thing: Thing, rows: Sequence[Row]) -> None:
    """Adds the rows; those that had their ids must have been deleted. On PostgreSQL one that somebody else has added
    in the meantime is replaced."""
    if cursor.db.vendor == "postgresql":
        vectors = "array_to_tsvector(string_to_array(name, ' ')), array_to_tsvector(string_to_array(words, ' '))"
        cursor.execute(
            f"INSERT INTO {thing.table} SELECT id, {vectors} FROM unnest(%s::bigint[], %s::text[], %s::text[])"
            " AS new (id, name, words) ON CONFLICT (id) DO UPDATE SET name = excluded.name, words = excluded.words",
            [[row[column] for row in rows] for column in range(3)],
        )
    else:
        cursor.executemany(f"INSERT INTO {thing.table} (rowid, name, words) VALUES (%s, %s, %s)", rows)


def delete(cursor: Any, thing: Thing, ids: Iterable[int]) -> None:
    """Forgets the rows. Replacing rows in SQLite's index is five times slower than deleting them first."""
    if cursor.db.vendor == "postgresql":
        cursor.execute(f"DELETE FROM {thing.table} WHERE id = ANY(%s)", [list(ids)])
    else:
        listed = f"[{','.join(str(int(id_)) for id_ in ids)}]"
        cursor.execute(f"DELETE FROM {thing.table} WHERE rowid IN (SELECT value FROM json_each(%s))", [listed])


def shred(cursor: Any, thing: Thing) -> None:
    """Rewrites SQLite's index without what was deleted. PostgreSQL's own vacuum does the same there."""
    if cursor.db.vendor != "postgresql":
        cursor.execute(f"INSERT INTO {thing.table} ({thing.table}) VALUES ('optimize')")


def matching(vendor: str, thing: Thing, place: Place, wanted: Wanted, *, whole: bool = False) -> tuple[str, str]:
    """The condition that a row of the thing's table fulfils, with one parameter, and the parameter. Words may go on
    longer unless `whole`."""
    if vendor == "postgresql":
        return f"{thing.table}.{place.value} @@ %s::tsquery", _tsquery(wanted, whole=whole)
    expression = _fts5(wanted, whole=whole)
    return f"{thing.table} MATCH %s", f"name : ({expression})" if place is Place.NAME else expression


def _fts5(wanted: Wanted, *, whole: bool) -> str:
    """Words are letters and digits only, and quoted: none of them is an operator."""
    words = " AND ".join(f'"{word}"{" *" if _may_go_on(word, whole) else ""}' for word in wanted.words)
    return f'({words}) OR "{wanted.digits}" *' if wanted.digits else words


def _tsquery(wanted: Wanted, *, whole: bool) -> str:
    words = " & ".join(f"'{word}'{':*' if _may_go_on(word, whole) else ''}" for word in wanted.words)
    return f"({words}) | '{wanted.digits}':*" if wanted.digits else words


def _may_go_on(word: str, whole: bool) -> bool:
    return not whole and len(word) >= PREFIX_FROM
