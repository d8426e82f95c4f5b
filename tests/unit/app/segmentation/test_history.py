"""Past days are told from moves alone: exactly what a plain replay tells, also after contacts were erased."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from satsuma.app.segmentation.models import Assignment
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.queries import history_members
from satsuma.app.segmentation.queries.history import (
    count_erased,
    find_first_day,
    get_sizes,
    list_sizes,
)
from satsuma.app.segmentation.queries.history_members import (
    Flow,
    Member,
    Members,
    count_known,
    iterate_members,
    list_members,
)
from satsuma.app.segmentation.queries.history_movement import Ends, Movement, get_movement
from satsuma.app.segmentation.queries.history_moves import (
    MovesAsked,
    count_moves,
    iterate_moves,
    list_moves,
)
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec
from satsuma.app.segmentation.wording import Direction
from support.moves import FIRST, NOW, Event, History, erase, make_history, tell

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAYS, CONTACTS, SEGMENTS = 6, 5, 3
events = st.lists(
    st.tuples(st.integers(0, DAYS), st.integers(0, CONTACTS - 1), st.one_of(st.none(), st.integers(0, SEGMENTS - 1))),
    max_size=25,
)
periods = st.tuples(st.integers(-1, DAYS + 1), st.integers(-1, DAYS + 1)).map(sorted)

STORY: list[Event] = [
    *((0, who, who % SEGMENTS) for who in range(CONTACTS)),
    *((2, who, (who + 1) % SEGMENTS) for who in range(CONTACTS)),
    (3, 1, 0),
    (3, 2, 2),
    (3, 4, None),
    (4, 3, None),
    (5, 3, 0),
]
"""Everybody moves on the second day; then one goes back, one comes back, and some leave."""


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def flows_between(history: History, first: date, last: date) -> dict[Ends, int]:
    """How many known contacts went from where to where, one by one."""
    before, after = history.known(first), history.known(last)
    return dict(Counter((before.get(who), after.get(who)) for who in before | after))


@given(events, st.sets(st.integers(0, CONTACTS - 1), max_size=2), periods, st.sampled_from([0, 10**6]))
@example(STORY, {4}, [1, 3], 0)
@example(STORY, {0, 4}, [0, 5], 10**6)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_past_is_what_a_replay_tells(told: list[Event], erased: set[int], period: list[int], few: int) -> None:
    """`few`: moves of a period are looked up by their days, or the whole index is read; both find the same."""
    first, last = map(day, period)
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(history_members, "FEW_MOVES", few)
        history = make_history(segments=SEGMENTS, contacts=CONTACTS)
        other = make_history(segments=1, contacts=1, name="Another")
        tell(other, [(0, 0, 0)])
        tell(history, told)
        erase(history, erased)
        sizes = list_sizes(history.segmentation.pk, first, last)
        assert sizes.days == tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
        for place, each in enumerate(sizes.days):
            assert {s: row[place] for s, row in sizes.by_segment.items() if row[place]} == history.sizes(each)
        assert get_sizes(history.segmentation.pk, last) == history.sizes(last)
        check_members(history, first)
        check_movement(history, get_movement(sizes))
        transaction.set_rollback(True)


def check_members(history: History, on: date) -> None:
    known = history.known(on)
    for segment in history.segments:
        asked = Members(history.segmentation.pk, segment.pk, on)
        members = sorted(who for who, where in known.items() if where == segment.pk)
        assert [row.id for row in iterate_members(asked)] == members
    erased = Counter(where for who, where in history.on(on).items() if who in history.erased)
    assert count_erased(history.segmentation.pk, on) == dict(erased)


def check_movement(history: History, movement: Movement) -> None:
    first, last = movement.first, movement.last
    flows = flows_between(history, first, last)
    assert movement.flows == flows
    for sizes, erased, end in (
        (history.sizes(first), movement.erased_before, 0),
        (history.sizes(last), movement.erased_after, 1),
    ):
        counted = Counter(erased)
        for ends, count in flows.items():
            if ends[end] is not None:
                counted[ends[end]] += count
        assert dict(counted) == sizes
    before, after = history.known(first), history.known(last)
    places = [None, *(segment.pk for segment in history.segments)]
    for ends in product(places, places):
        went = sorted(who for who in before | after if (before.get(who), after.get(who)) == ends)
        if ends != (None, None):
            asked = Flow(history.segmentation.pk, *ends, first, last)
            assert [row.id for row in iterate_members(asked)] == went


@pytest.fixture
def history(workspace: object) -> History:
    """Seven contacts in S1 on the first day; C0 rose, C1 fell, C2 is in the bin, C3 erased, on the third."""
    made = make_history(contacts=7)
    tell(made, [(0, who, 1) for who in range(7)], cause=Cause.VERSION)
    tell(made, [(2, 0, 2), (2, 1, 0), (2, 2, None), (2, 3, None)])
    made.contacts[2].binned_at = NOW
    made.contacts[2].save()
    erase(made, [3])
    return made


def test_a_page_of_members_names_them_and_says_where_they_are_now(history: History) -> None:
    highest = history.segments[2]
    Assignment.objects.create(
        segmentation=history.segmentation,
        contact=history.contacts[0],
        segment=highest,
        computed=highest,
        score=20,
        present=10,
        assigned_at=NOW,
    )
    asked = Members(history.segmentation.pk, history.segments[1].pk, day(1))
    ids = [contact.pk for contact in history.contacts]
    page = list_members(asked, most=3)
    assert page.rows == (
        Member(ids[0], "C0", is_binned=False, segment_now=history.segments[2].pk),
        Member(ids[1], "C1", is_binned=False, segment_now=None),
        Member(ids[2], "C2", is_binned=True, segment_now=None),
    )
    assert (page.before, page.after) == (None, ids[2])
    following = list_members(asked, after=page.after, most=3)
    assert ([row.name for row in following.rows], following.before, following.after) == (
        ["C4", "C5", "C6"],
        ids[4],
        None,
    )
    back = list_members(asked, before=following.before, most=2)
    assert ([row.name for row in back.rows], back.before, back.after) == (["C1", "C2"], ids[1], ids[2])
    assert list_members(asked, after=ids[6]).rows == ()
    assert (count_known(asked, most=4), count_known(asked, most=99)) == (4, 6)


def test_movement_counts_who_rose_fell_left_and_stayed(history: History) -> None:
    s0, s1, s2 = (segment.pk for segment in history.segments)
    movement = get_movement(list_sizes(history.segmentation.pk, day(1), day(2)))
    assert movement.flows == {(s1, s1): 3, (s1, s2): 1, (s1, s0): 1, (s1, None): 1}
    assert (movement.erased_before, movement.erased_after) == ({s1: 1}, {})
    assert (movement.moved, movement.new, movement.gone, movement.erased) == (2, 0, 1, 1)
    assert get_movement(list_sizes(history.segmentation.pk, day(-1), day(1))).new == 6


def test_moves_come_latest_first_and_by_direction_cause_and_day(history: History) -> None:
    spec = history.spec
    page = list_moves(spec, MovesAsked(), most=4)
    assert [(row.name, row.move.direction, row.contact_id is None) for row in page.rows] == [
        ("", Direction.GONE, True),
        ("C2", Direction.GONE, False),
        ("C1", Direction.DOWN, False),
        ("C0", Direction.UP, False),
    ]
    assert page.before is None
    following = list_moves(spec, MovesAsked(), after=page.after, most=99)
    assert ([row.name for row in following.rows], following.after) == (["C6", "C5", "C4", "", "C2", "C1", "C0"], None)
    assert list_moves(spec, MovesAsked(), before=following.before, most=99).rows == page.rows
    assert names(spec, MovesAsked(direction=Direction.UP)) == ["C0"]
    assert names(spec, MovesAsked(direction=Direction.DOWN)) == ["C1"]
    assert names(spec, MovesAsked(direction=Direction.GONE)) == ["", "C2"]
    assert len(names(spec, MovesAsked(direction=Direction.NEW))) == 7
    assert len(names(spec, MovesAsked(cause=Cause.VERSION))) == 7
    assert len(names(spec, MovesAsked(first=day(1)))) == 4
    assert len(names(spec, MovesAsked(last=day(1)))) == 7
    assert (count_moves(spec, MovesAsked(), most=5), count_moves(spec, MovesAsked(), most=99)) == (5, 11)


def test_a_move_to_a_retired_segment_has_no_direction(history: History) -> None:
    history.segments[2].retired_at = NOW
    history.segments[2].save()
    assert names(history.spec, MovesAsked(direction=Direction.CHANGED)) == ["C0"]
    assert names(history.spec, MovesAsked(direction=Direction.UP)) == []
    assert list_moves(history.spec, MovesAsked(direction=Direction.CHANGED)).rows[0].move.direction is Direction.CHANGED


def names(spec: SegmentationSpec, asked: MovesAsked) -> list[str]:
    return [row.name for row in iterate_moves(spec, asked)]


def test_every_answer_needs_few_queries_whatever_there_is(history: History) -> None:
    segmentation = history.spec
    flow = Flow(segmentation.id, history.segments[1].pk, history.segments[2].pk, day(1), day(2))
    sizes = list_sizes(segmentation.id, day(0), day(2))
    for most, ask in (
        (1, lambda: list_sizes(segmentation.id, day(0), day(2))),
        (1, lambda: count_erased(segmentation.id, day(2))),
        (4, lambda: get_movement(sizes)),
        (3, lambda: list_members(Members(segmentation.id, history.segments[1].pk, day(2)))),
        (4, lambda: list_members(flow)),
        (1, lambda: list_moves(segmentation, MovesAsked())),
    ):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ask()
        assert len(asked) == most


def test_history_begins_with_the_first_move(history: History) -> None:
    assert find_first_day(history.segmentation.pk) == FIRST
    assert find_first_day(history.segmentation.pk + 1) is None
