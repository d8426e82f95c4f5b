"""Moves are told with their direction, largest first."""

from __future__ import annotations

from dataclasses import replace

from satsuma.domain.model import Segmentation
from satsuma.engine.preview import Move, Preview
from satsuma.report.movement import MAX_MOVES, MoveRow, list_moves
from support.models import by_range, field, plain


def test_moves_go_up_down_are_new_or_come_from_a_segment_that_is_no_more(
    segmentation: Segmentation, preview: Preview
) -> None:
    moves = (Move("low", "mid", 1), Move("high", "low", 2), Move(None, "mid", 20), Move("gone", "low", 30))
    movement = list_moves(segmentation, replace(preview, customers=60, moves=moves))
    assert movement is not None
    assert movement.rows == (
        MoveRow("gone", None, "low", 0, "–", "30"),
        MoveRow(None, None, "mid", 1, "new", "20"),
        MoveRow("high", 2, "low", 0, "down", "2"),
        MoveRow("low", 0, "mid", 1, "up", "1"),
    )
    assert movement.summary == "1 move up, 2 move down, 20 are new, 30 come from a segment that is no more, 7 stay."


def test_what_a_long_list_of_moves_leaves_off_is_counted(preview: Preview) -> None:
    edges = {"0": None, **{str(number): number for number in range(1, 12)}}
    segmentation = plain([field("used")], [by_range("used", [1], [0, 20])], edges)
    moves = tuple(Move(str(a), str(b), 12 * a + b + 1) for a in range(12) for b in range(12) if a != b)
    movement = list_moves(segmentation, replace(preview, moves=moves))
    assert movement is not None
    assert len(movement.rows) == MAX_MOVES
    rest = sorted(move.customers for move in moves)[:-MAX_MOVES]
    assert movement.left_off == f"32 smaller moves of {sum(rest)} customers"


def test_without_moves_there_is_no_such_section(segmentation: Segmentation, preview: Preview) -> None:
    assert list_moves(segmentation, preview) is None
