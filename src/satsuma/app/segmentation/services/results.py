"""Writes who is in which segment, and every move: the one place that does. Called by every service that re-scores.

    outcome = bring_up_to_date(segmentation, Occasion(Cause.DEAL, at=at, as_of=day), contact_ids=[7])

One contact, an import's hundred thousand and a million go the same way: what the version gives (`scoring`), what is
stored (`queries.stored`), what differs (`comparing`), and only that is written. The caller holds a lock of `locks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import connection
from django.utils.translation import gettext as _

from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.changes import next_mark
from satsuma.app.segmentation.comparing import (
    BEFORE,
    ENDED,
    IS_OTHER,
    NO_EXCEPTIONS,
    ROW,
    SEGMENT,
    THERE,
    VERSION,
    differences,
)
from satsuma.app.segmentation.models.results import Assignment, Cause
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation
from satsuma.app.segmentation.queries.stored import ON, read_days_ahead, read_exceptions, read_results
from satsuma.app.segmentation.scoring import COMPUTED, CONTACT, FRESH, SCORE, read_contacts, score_contacts
from satsuma.app.segmentation.services.columns import count_anew, delete, insert, update
from satsuma.app.segmentation.wording import Direction
from satsuma.engine.compiler import PRESENT
from satsuma.engine.facts import Contacts

Step = Callable[[int, int, str], None]
"""Takes how many are done, of how many, and the phase. May raise to stop: the transaction then leaves nothing."""
CHUNK = 50_000
"""Rows written between two looks at whether to stop."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why results are looked at, when, and for which day contacts are scored. `reference` is as in `Move`."""

    cause: Cause
    at: datetime
    as_of: date
    reference: int | None = None


@dataclass(frozen=True, slots=True)
class MoveMade:
    """A move that was written. Segments by id; None as in `Move`."""

    segmentation_id: int
    contact_id: int
    before: int | None
    after: int | None
    before_score: int | None
    after_score: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: how many contacts were scored, and the `changed` ones as `comparing.differences` gives them."""

    segmentation: SegmentationSpec
    contacts: int
    changed: pl.DataFrame

    @property
    def moved(self) -> pl.DataFrame:
        """Those whose segment is another."""
        return self.changed.filter(_HAS_MOVED)

    def list_moves(self) -> list[MoveMade]:
        columns = (CONTACT, SEGMENT + BEFORE, SEGMENT, SCORE + BEFORE, SCORE)
        return [MoveMade(self.segmentation.id, *row) for row in self.moved.select(columns).iter_rows()]

    def count_moves(self) -> Mapping[Direction, int]:
        """How many moved which way; directions that nobody took are left out."""
        flows = self.moved.group_by(SEGMENT + BEFORE, SEGMENT).len().iter_rows()
        counts: Counter[Direction] = Counter()
        for before, after, count in flows:
            counts[self.segmentation.direction(before, after)] += count
        return counts


def bring_up_to_date(
    segmentation: SegmentationSpec,
    occasion: Occasion,
    *,
    contact_ids: Collection[int] | None = None,
    contacts: Contacts | None = None,
    version_before: int | None = None,
    step: Step = lambda done, total, phase: None,
) -> Outcome:
    """Scores these contacts, or everybody of the kind, by the published version, and writes what differs: results,
    and a move for each that has another segment. Who is in the bin or gone loses the result.

    To be called in a transaction that holds the lock. `contacts` are the facts, if they have been read in it.
    `version_before` is the id of the version that was replaced just now: results that frozen contacts keep are noted as
    its. Ids of the other kind are passed over. Scores are computed while the stored results are read.
    """
    assert segmentation.version is not None
    assert connection.in_atomic_block
    step(0, 0, _("Scoring"))
    if contacts is None:
        contacts = read_contacts(segmentation.version, contact_ids)
    with ThreadPoolExecutor(1) as beside:
        scoring = beside.submit(score_contacts, segmentation.version, contacts, occasion.as_of)
        stored = read_results(segmentation.id, contact_ids)
    fresh = scoring.result()
    step(0, len(fresh), _("Comparing"))
    exceptions = read_exceptions(segmentation, occasion.as_of, contact_ids)
    changed = differences(fresh, stored, exceptions, version_before=version_before)
    outcome = Outcome(segmentation, len(fresh), changed)
    if len(changed):
        _Writing(segmentation, occasion, outcome, step).run()
    return outcome


def remove_results(contact_ids: Collection[int], occasion: Occasion) -> None:
    """Takes the results of contacts that are about to be erased, in every segmentation, in use or not, and writes that
    they left. To be called in a transaction that holds the lock."""
    rows = Assignment.objects.filter(contact__in=contact_ids)
    for segmentation_id in sorted(set(rows.values_list("segmentation_id", flat=True))):
        segmentation = get_segmentation(segmentation_id)
        nobody = pl.DataFrame(schema=FRESH)
        stored = read_results(segmentation_id, contact_ids)
        changed = differences(nobody, stored, NO_EXCEPTIONS)
        _Writing(segmentation, occasion, Outcome(segmentation, 0, changed), lambda done, total, phase: None).run()


_HAS_MOVED = pl.col(SEGMENT).ne_missing(pl.col(SEGMENT + BEFORE))


class _Writing:
    """The differences of one segmentation being written."""

    def __init__(self, segmentation: SegmentationSpec, occasion: Occasion, outcome: Outcome, step: Step) -> None:
        assert segmentation.version is not None
        self.segmentation_id, self.version_id = segmentation.id, segmentation.version.id
        self.occasion, self.changed, self.moved, self.step = occasion, outcome.changed, outcome.moved, step
        self.at = connection.ops.adapt_datetimefield_value(occasion.at)
        self.done, self.total = 0, len(self.changed) + len(self.moved)

    def run(self) -> None:
        changed, is_stored = self.changed, pl.col(ROW).is_not_null()
        result = {CONTACT: "contact_id", SEGMENT: "segment_id", COMPUTED: "computed_id", SCORE: SCORE, PRESENT: PRESENT}
        columns = {**result, VERSION: "version_id"}
        new = changed.filter(~is_stored).select(*columns).rename(columns)
        fixed = {"segmentation_id": self.segmentation_id, "assigned_at": self.at}
        self._write(new, lambda part: insert("segmentation_assignment", part, fixed))
        del columns[CONTACT]
        other = changed.filter(is_stored, THERE)
        for is_other, also in ((True, {"assigned_at": self.at}), (False, {})):
            rows = other.filter(pl.col(IS_OTHER) == is_other).select(ROW, *columns).rename({ROW: "id", **columns})
            self._write(rows, lambda part, also=also: update("segmentation_assignment", part, also))  # type: ignore[misc]
        gone = changed.filter(~pl.col(THERE)).select(pl.col(ROW).alias("id"))
        self._write(gone, lambda part: delete("segmentation_assignment", part))
        if len(self.moved):
            self._write_moves()
        if len(new) > CHUNK:
            count_anew("segmentation_assignment", "segmentation_move")

    def _write_moves(self) -> None:
        ended, today = pl.lit(Cause.PIN_ENDED.value), workspace_day(self.occasion.at)
        by_run = pl.lit(value=self.occasion.cause in (Cause.TIME, Cause.REQUEST))
        moves = self.moved.join(read_days_ahead(self.segmentation_id, today), on=CONTACT, how="left").select(
            pl.col(CONTACT).alias("contact_id"),
            pl.col(SEGMENT + BEFORE).alias("before_id"),
            pl.col(SEGMENT).alias("after_id"),
            pl.col(SCORE + BEFORE).alias("before_score"),
            pl.col(SCORE).alias("after_score"),
            pl.when(ENDED).then(ended).otherwise(pl.lit(self.occasion.cause.value)).alias("cause"),
            pl.when(~pl.col(ENDED) | by_run).then(pl.lit(self.occasion.reference, pl.Int64)).alias("reference"),
            pl.col(ON).fill_null(today).alias("on"),
        )
        fixed = {
            "segmentation_id": self.segmentation_id,
            "version_id": self.version_id,
            "at": self.at,
            "changed": next_mark(),
        }
        self._write(moves, lambda part: insert("segmentation_move", part, fixed))

    def _write(self, frame: pl.DataFrame, write: Callable[[pl.DataFrame], None]) -> None:
        for part in frame.iter_slices(CHUNK):
            self.step(self.done, self.total, _("Writing changes"))
            write(part)
            self.done += len(part)
