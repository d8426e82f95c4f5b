"""Moves by the way they went are those that happened, on both databases; the latest first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from satsuma.app.crm.services.contacts import bin_contacts, erase_contacts
from satsuma.app.segmentation.queries.dashboard import count_ways, list_latest, list_ways
from satsuma.app.segmentation.wording import Direction
from support.moves import FIRST, NOW, make_history, tell

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.usefixtures("workspace")
def test_moves_are_counted_by_their_ends_and_day() -> None:
    history = make_history(segments=3, contacts=5)
    low, middle, high = (segment.pk for segment in history.segments)
    events = [(0, who, 0) for who in range(4)] + [(3, 0, 1), (4, 1, 2), (4, 0, 0), (5, 2, None), (6, 4, 2)]
    tell(history, events)
    assert count_ways(history.spec, FIRST) == {
        Direction.NEW: {(None, low): 4, (None, high): 1},
        Direction.UP: {(low, middle): 1, (low, high): 1},
        Direction.DOWN: {(middle, low): 1},
        Direction.GONE: {(low, None): 1},
    }
    later = count_ways(history.spec, FIRST + timedelta(days=4))
    assert later == {
        Direction.NEW: {(None, high): 1},
        Direction.UP: {(low, high): 1},
        Direction.DOWN: {(middle, low): 1},
        Direction.GONE: {(low, None): 1},
    }


@pytest.mark.usefixtures("workspace")
def test_the_latest_are_named_first() -> None:
    history = make_history(segments=3, contacts=6)
    low, _middle, high = (segment.pk for segment in history.segments)
    tell(history, [(0, who, 0) for who in range(6)] + [(day, day, 2) for day in range(1, 6)])
    bin_contacts(contact_ids=[history.contacts[5].pk], by=None, at=NOW)
    bin_contacts(contact_ids=[history.contacts[4].pk], by=None, at=NOW)
    erase_contacts(contact_ids=[history.contacts[4].pk], by=None, at=NOW)
    found = list_latest(history.spec, [(low, high)], FIRST, most=3)
    assert [(each.name, each.is_binned, each.contact_id) for each in found] == [
        ("C5", True, history.contacts[5].pk),
        ("", False, None),
        ("C3", False, history.contacts[3].pk),
    ]
    assert {(each.move.before and each.move.before.id, each.move.direction) for each in found} == {(low, Direction.UP)}
    ways = list_ways(history.spec, FIRST + timedelta(days=5), days=2, most=1, directions=(Direction.UP, Direction.DOWN))
    assert {way: (each.count, [mover.name for mover in each.latest]) for way, each in ways.items()} == {
        Direction.UP: (2, ["C5"])
    }
