"""Every cause has words; versions and imports say which."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.wording import CAUSES, DIRECTIONS, ICONS, Direction, cause_text


@dataclass(frozen=True)
class Told:
    cause: str
    reference: int | None = None


def test_every_cause_and_every_direction_has_words() -> None:
    assert set(CAUSES) == set(Cause.values)
    assert set(DIRECTIONS) == set(ICONS) == set(Direction)


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (Told(Cause.VERSION, 3), "Version 3 published"),
        (Told(Cause.IMPORT, 12), "Import 12"),
        (Told(Cause.IMPORT), "Import"),
        (Told(Cause.MERGE, 12), "Contacts merged"),
        (Told(Cause.TIME), "Time passed"),
    ],
)
def test_a_cause_is_named(move: Told, words: str) -> None:
    assert cause_text(move) == words
