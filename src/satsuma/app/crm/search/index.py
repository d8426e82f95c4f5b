"""Keeps search up to date. Called, through `crm.search`, by every service that saves or erases, in the saving
transaction.

    index_contacts([company.id])      after saving, binning or restoring contacts, or changing their tags
    index_deals(ids), index_activities(ids), index_tasks(ids)
    forget(Thing.COMPANY, ids)        after erasing them

Rows in the bin, and rows that are not there, are forgotten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from django.db import connection

from satsuma.app.crm.models import Activity, Contact, ContactTag, Deal, Field, Task
from satsuma.app.crm.search.tables import Row, Thing, delete, shred, write
from satsuma.app.crm.search.wording import digits_of, words_of
from satsuma.domain.model import FieldType, Kind

CHUNK = 5_000
"""Rows that are read and written at a time."""
COLUMNS = ("external_id", "job_title", "email", "website", "city", "postal_code", "street", "description")
"""The texts of a contact besides its name, phone, tags and custom fields."""


def index_contacts(contact_ids: Collection[int]) -> None:
    """Makes contacts findable by their name, texts, e-mail, phone, external id and tags; forgets those in the bin.
    100,000 contacts take about three seconds."""
    text_keys = _text_keys()
    _forget(tuple(map(Thing, Kind)), contact_ids)
    for ids in _chunks(contact_ids):
        tags = _tag_names(ids)
        rows = Contact.objects.filter(id__in=ids, binned_at=None).values_list(
            "id", "kind", "name", "phone", *COLUMNS, *(["values"] if text_keys else [])
        )
        found: dict[Thing, list[Row]] = {Thing.COMPANY: [], Thing.PERSON: []}
        for id_, kind, name, phone, *texts in rows.iterator(CHUNK):
            values = texts.pop() if text_keys else {}
            asked = [values[key] for key in text_keys[kind] if key in values] if values else []
            words = words_of((name, phone, *texts, *asked, *tags.get(id_, ())))
            found[Thing(kind)].append(_row(id_, name, (*words, *digits_of(phone))))
        for thing, things in found.items():
            _add(thing, things)


def index_deals(deal_ids: Collection[int]) -> None:
    """Makes deals findable by title and external id; forgets those in the bin."""
    forget(Thing.DEAL, deal_ids)
    for ids in _chunks(deal_ids):
        rows = Deal.objects.filter(id__in=ids, binned_at=None).values_list("id", "title", "external_id")
        _add(Thing.DEAL, [_row(id_, title, words_of((title, number))) for id_, title, number in rows])


def index_activities(activity_ids: Collection[int]) -> None:
    """Makes activities findable by their text."""
    forget(Thing.ACTIVITY, activity_ids)
    for ids in _chunks(activity_ids):
        rows = Activity.objects.filter(id__in=ids).exclude(text="").values_list("id", "text")
        _add(Thing.ACTIVITY, [_row(id_, "", words_of((text,))) for id_, text in rows])


def index_tasks(task_ids: Collection[int]) -> None:
    """Makes tasks findable by their title."""
    forget(Thing.TASK, task_ids)
    for ids in _chunks(task_ids):
        rows = Task.objects.filter(id__in=ids).values_list("id", "title")
        _add(Thing.TASK, [_row(id_, title, words_of((title,))) for id_, title in rows])


def forget(thing: Thing | str, ids: Collection[int]) -> None:
    """Nothing of these is found any more. `thing` is company, person, deal, task or activity."""
    _forget((Thing(thing),), ids)


def shred_forgotten() -> None:
    """Overwrites what SQLite's index still holds of forgotten things. To be called after personal values are erased;
    takes seconds for a million contacts."""
    with connection.cursor() as cursor:
        for thing in Thing:
            shred(cursor, thing)


def index_everything() -> None:
    """Makes the whole index anew: after restoring from a copy, or when text fields were made or retired."""
    everything: Iterable[tuple[Callable[[Collection[int]], None], Any]] = (
        (index_contacts, Contact.objects),
        (index_deals, Deal.objects),
        (index_activities, Activity.objects),
        (index_tasks, Task.objects),
    )
    for index, manager in everything:
        index(list(manager.order_by("id").values_list("id", flat=True)))


def _forget(things: Iterable[Thing], ids: Collection[int]) -> None:
    """One statement for each table: SQLite writes a segment of its index with each."""
    with connection.cursor() as cursor:
        for thing in things:
            delete(cursor, thing, ids)


def _add(thing: Thing, rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        write(cursor, thing, rows)


def _row(id_: int, name: str, words: Iterable[str]) -> Row:
    return id_, " ".join(words_of((name,))), " ".join(words)


def _text_keys() -> dict[str, list[str]]:
    """The keys of custom text fields by kind; empty if there are none."""
    found: dict[str, list[str]] = defaultdict(list)
    fields = Field.objects.filter(source=Field.Source.CUSTOM, type=FieldType.TEXT, retired_at=None)
    for kind, key in fields.values_list("kind", "key"):
        found[kind].append(key)
    return {kind: found[kind] for kind in Kind} if found else {}


def _tag_names(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for contact, name in ContactTag.objects.filter(contact__in=ids).values_list("contact_id", "tag__name"):
        found[contact].append(name)
    return found


def _chunks(ids: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(set(ids))
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))
