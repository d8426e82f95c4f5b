"""Every cause has words; versions and imports say which, and what they bring back or take back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.wording import CAUSES, DIRECTIONS, ICONS, Direction, cause_text


@dataclass(frozen=True)
class Told:
    cause: str
    reference: int | None = None
    restores: int | None = None
    is_undo: bool = False


def test_every_cause_and_every_direction_has_words() -> None:
    assert set(CAUSES) == set(Cause.values)
    assert set(DIRECTIONS) == set(ICONS) == set(Direction)


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (Told(Cause.VERSION, 3), "Version 3 published"),
        (Told(Cause.VERSION, 3, restores=1), "Version 3 published, restores version 1"),
        (Told(Cause.DEAL, restores=1), "Deal changed"),
        (Told(Cause.REQUEST, 7, restores=1), "Scored again on request"),
        (Told(Cause.IMPORT, 12), "Import 12"),
        (Told(Cause.IMPORT, 12, is_undo=True), "Import 12 undone"),
        (Told(Cause.BULK, 12), "Many changed at once"),
        (Told(Cause.BULK, 12, is_undo=True), "Change of many undone"),
        (Told(Cause.MERGE, 12, is_undo=True), "Merging undone"),
        (Told(Cause.TIME, 12, is_undo=True), "Time passed"),
        (Told(Cause.IMPORT), "Import"),
        (Told(Cause.MERGE, 12), "Contacts merged"),
        (Told(Cause.TIME), "Time passed"),
    ],
)
def test_a_cause_is_named(move: Told, words: str) -> None:
    assert cause_text(move) == words
