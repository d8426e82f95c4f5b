"""Who has moved because of a job, an import, a bulk change or an undo: counts with the lists behind them. Made by the
views of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from satsuma.app.crm.models import Batch
from satsuma.app.jobs.models import Run
from satsuma.app.segmentation.origins import Announced, Maker, Origin, find_announced
from satsuma.app.segmentation.queries.moves_made import MovesMade, count_moves_made
from satsuma.app.segmentation.telling import COUNTED, way_words
from satsuma.app.segmentation.wording import ICONS, Direction

MAKERS = {Batch.Kind.IMPORT: Maker.IMPORT, Batch.Kind.MERGE: Maker.MERGE}


@dataclass(frozen=True, slots=True)
class Way:
    """ "1,204 up", and the list of them."""

    direction: Direction
    icon: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Who moved in one segmentation; `url` is the list of all."""

    name: str
    url: str
    ways: Sequence[Way]


def moved_by_run(run: Run) -> Sequence[Moved] | None:
    """Nothing if nobody moved; None for a job that moves nobody, and where nothing was ever published."""
    announced = find_announced(run)
    return _moved(announced) if announced else None


def moved_by_batch(batch: Batch | None) -> Sequence[Moved] | None:
    """The same of a change, or of its undo once it is undone; None without a batch."""
    if batch is None:
        return None
    origin = Origin(MAKERS.get(Batch.Kind(batch.kind), Maker.BULK), batch.pk, batch.undone_at is not None)
    return _moved(Announced(origin))


def _moved(announced: Announced) -> Sequence[Moved] | None:
    found = count_moves_made(announced)
    return None if found is None else [_line(made, announced.origin) for made in found]


def _line(made: MovesMade, origin: Origin) -> Moved:
    def url(**asked: str) -> str:
        return f"{reverse('history_moves', args=[made.segmentation.id])}?{urlencode({'of': str(origin), **asked})}"

    ways = [
        Way(way, ICONS[way], way_words(way, made.counts[way]), url(direction=way.value))
        for way in COUNTED
        if way in made.counts
    ]
    return Moved(made.segmentation.name, url(), ways)
