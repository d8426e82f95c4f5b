"""Marks: whatever is written after a horizon was asked for, or was being written then, has it or more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from django.db import connection, transaction

from satsuma.app.crm.changes import current_marks, horizon, next_mark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def _in_a_transaction() -> int:
    with transaction.atomic():
        return next_mark()


@contextmanager
def somebody_else_writes() -> Iterator[int]:
    """Another connection is in the middle of a transaction: the mark it writes. It commits when the block ends."""
    begun, end, marks = Event(), Event(), []

    def write() -> None:
        try:
            with transaction.atomic():
                marks.append(next_mark())
                begun.set()
                assert end.wait(timeout=20)
        finally:
            begun.set()
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(write)
        begun.wait(timeout=20)
        try:
            yield marks[0]
        finally:
            end.set()
            done.result()


def test_what_is_written_later_is_not_below_the_horizon_and_what_was_before_is():
    first = _in_a_transaction()
    between = horizon()
    second = _in_a_transaction()
    assert first < between <= second < current_marks().ceiling


def test_before_the_first_mark_there_is_a_horizon_too():
    before = horizon()
    assert before <= _in_a_transaction()


def test_a_transaction_that_is_still_running_is_not_below_the_horizon():
    with somebody_else_writes() as mark:
        assert horizon() <= mark
    assert horizon() > mark


def test_a_late_committer_is_not_below_the_horizon_of_those_who_began_after_it():
    if connection.vendor != "postgresql":
        return  # one writer at a time: nobody can begin later and end earlier
    with somebody_else_writes() as late:
        early = _in_a_transaction()
        assert early > late
        assert horizon() <= late
        assert early < current_marks().ceiling


def test_marks_of_one_transaction_are_below_the_ceiling_that_it_sees():
    with transaction.atomic():
        mark = next_mark()
        with transaction.atomic():
            nested = next_mark()
        assert mark <= nested < current_marks().ceiling
    assert nested < horizon()


def test_a_transaction_that_is_rolled_back_leaves_marks_rising():
    first = _in_a_transaction()
    with transaction.atomic():
        next_mark()
        transaction.set_rollback(True)
    assert horizon() > first
    assert _in_a_transaction() > first
