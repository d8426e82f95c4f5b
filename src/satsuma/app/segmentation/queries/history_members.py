"""Who was in a segment on a past day, and who went from one to another between two days, out of moves alone. Called by
the pages of history, exports and `history_movement`.

A contact's last move up to a day says where it was. Of erased contacts nobody can tell who they were: they are not
found here; `history.count_erased` counts them.
"""

# ruff: noqa: S608  (only words of this module stand in the statements, values are parameters)

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from satsuma.app.crm.models import Contact
from satsuma.app.segmentation.models import Assignment, Move

PAGE_ROWS = 50
CHUNK = 1_000
FEW_MOVES = 400_000
"""Moves of a period up to which they are looked up by their days; for more the index by contact is read through."""
OUTSIDE = 0
"""Stands for no segment inside of statements; no row has this id."""
WIDE = 2**31
_AFTER = f"MAX(id * {WIDE} + COALESCE(after_id, {OUTSIDE})) %% {WIDE}"
_BEFORE = f"MIN(id * {WIDE} + COALESCE(before_id, {OUTSIDE})) %% {WIDE}"
_AFTER_EARLIER = f'MAX(CASE WHEN "on" <= %s THEN id * {WIDE} + COALESCE(after_id, {OUTSIDE}) END) %% {WIDE}'


@dataclass(frozen=True, slots=True)
class Member:
    """A contact that history knows. `segment_now` is None for one that has none any more; `is_binned` tells why."""

    id: int
    name: str
    is_binned: bool
    segment_now: int | None


@dataclass(frozen=True, slots=True)
class Members:
    """Those who were in a segment at the end of a day."""

    segmentation_id: int
    segment_id: int
    on: date


@dataclass(frozen=True, slots=True)
class Flow:
    """Those who were in `before` at the end of the day `first` and in `after` at the end of `last`; None is outside:
    not there yet, gone, or not profiled. Not both are None."""

    segmentation_id: int
    before: int | None
    after: int | None
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class MembersPage:
    """Members by their ids, and behind which one the pages around begin; None if there is none."""

    rows: tuple[Member, ...]
    before: int | None
    after: int | None


def list_members(
    asked: Members | Flow, *, after: int | None = None, before: int | None = None, most: int = PAGE_ROWS
) -> MembersPage:
    """At most that many behind the contact `after`, or in front of `before`. Three queries, four for a flow: a
    hundredth of a second where members are many, up to a second for the few of a rare flow among a million contacts.
    """
    backward = before is not None
    ids = _find_ids(asked, place=before if before is not None else after or 0, most=most + 1, backward=backward)
    has_more, ids = len(ids) > most, ids[:most]
    if backward:
        ids.reverse()
    has_before = has_more if backward else bool(ids) and after is not None
    has_after = bool(ids) and (backward or has_more)
    return MembersPage(
        tuple(_named(asked.segmentation_id, ids)), ids[0] if has_before else None, ids[-1] if has_after else None
    )


def iterate_members(asked: Members | Flow) -> Iterator[Member]:
    """All of them by their ids, for a file."""
    ids = _find_ids(asked, place=0, most=None)
    for start in range(0, len(ids), CHUNK):
        yield from _named(asked.segmentation_id, ids[start : start + CHUNK])


def count_known(asked: Members | Flow, *, most: int) -> int:
    """How many there are, at most that many."""
    return len(_find_ids(asked, place=0, most=most))


def count_ends(segmentation_id: int, first: date, last: date) -> Mapping[tuple[int, int], int]:
    """For all contacts that moved after the day `first` until `last`: how many were where before their first move and
    after their last one, `OUTSIDE` for nowhere. A second for a million contacts."""
    contact, where, values = _period(segmentation_id, first, last)
    ends = f"({_BEFORE}) * {WIDE} + ({_AFTER})"
    rows = _rows(f"SELECT {ends} FROM segmentation_move WHERE {where} GROUP BY {contact}", [0, *values])
    counts = Counter(packed for (packed,) in rows)
    return {divmod(packed, WIDE): count for packed, count in counts.items()}


def _find_ids(asked: Members | Flow, *, place: int, most: int | None, backward: bool = False) -> list[int]:
    if isinstance(asked, Members):
        having, ends = f"{_AFTER} = %s", [asked.segment_id]
        contact, where = "contact_id", 'contact_id > %s AND segmentation_id = %s AND "on" <= %s'
        values: list[Any] = [asked.segmentation_id, asked.on]
    elif asked.before == asked.after:  # they need not have moved in between
        having, ends = f"{_AFTER_EARLIER} = %s AND {_AFTER} = %s", [asked.first, asked.before, asked.after]  # type: ignore[list-item]
        contact, where = "contact_id", 'contact_id > %s AND segmentation_id = %s AND "on" <= %s'
        values = [asked.segmentation_id, asked.last]
    else:
        having, ends = f"{_BEFORE} = %s AND {_AFTER} = %s", [asked.before or OUTSIDE, asked.after or OUTSIDE]
        contact, where, values = _period(asked.segmentation_id, asked.first, asked.last)
    if backward:
        where = where.replace(f"{contact} >", f"{contact} <", 1)
    order = f"ORDER BY {contact}{' DESC' if backward else ''}{'' if most is None else f' LIMIT {most:d}'}"
    sql = f"SELECT {contact} FROM segmentation_move WHERE {where} GROUP BY {contact} HAVING {having} {order}"
    return [row[0] for row in _rows(sql, [place, *values, *ends])]


def _period(segmentation_id: int, first: date, last: date) -> tuple[str, str, list[Any]]:
    """How the contact is called, the condition, and its values behind the contact's. The plus keeps databases from
    reading the whole index by contact where the period has few moves."""
    moves = Move.objects.filter(segmentation=segmentation_id, on__gt=first, on__lte=last)
    contact = "contact_id" if moves[FEW_MOVES:].exists() else "+contact_id"
    where = f'{contact} > %s AND segmentation_id = %s AND "on" > %s AND "on" <= %s'
    return contact, where, [segmentation_id, first, last]


def _rows(sql: str, values: Sequence[Any]) -> list[Any]:
    adapted = [connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value for value in values]
    with connection.cursor() as cursor:
        cursor.execute(sql, adapted)
        return list(cursor.fetchall())


def _named(segmentation_id: int, ids: Sequence[int]) -> Iterator[Member]:
    contacts = Contact.objects.filter(id__in=ids).values_list("id", "name", "binned_at")
    by_id = {id_: (name, binned_at is not None) for id_, name, binned_at in contacts}
    assigned = Assignment.objects.filter(segmentation=segmentation_id, contact__in=ids)
    now = dict(assigned.values_list("contact_id", "segment_id"))
    return (Member(id_, *by_id[id_], now.get(id_)) for id_ in ids if id_ in by_id)
