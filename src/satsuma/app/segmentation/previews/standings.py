"""Where everybody stands today in one segmentation: in which segment, and who is kept in one whatever they score. What
publishing does about pins and frozen contacts (`comparing`), it does too. Called by `drafts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db.models import Count, Max, QuerySet, Sum

from satsuma.app.crm.changes import current_marks
from satsuma.app.crm.facts.reading import Column, read
from satsuma.app.segmentation.comparing import SEGMENT
from satsuma.app.segmentation.models import Assignment, Exemption, Move, Pin
from satsuma.app.segmentation.previews.everybody import Everybody
from satsuma.app.segmentation.queries.stored import rows_of_one
from satsuma.app.segmentation.scoring import CONTACT
from satsuma.engine.snapshot import Snapshot

MOST_MOVES = 50_000
"""After more, everybody's segment is read again."""
MEMBERS = {CONTACT: pl.Int64(), SEGMENT: pl.Int64()}


@dataclass(frozen=True, slots=True)
class Stand:
    """A segment by id, or None, and the one that keeps whoever stands there, or None."""

    before: int | None
    keeps: int | None


@dataclass(slots=True)
class Standings:
    """`snapshot` calls the present segment of each contact by the number of its stand, as text. `seen` and `decided`
    tell whether it still holds."""

    members: pl.DataFrame
    horizon: int
    seen: object
    keys: pl.Series | None = None
    decided: object = None
    stands: tuple[Stand, ...] = ()
    snapshot: Snapshot | None = None


def stands_of(
    found: Everybody, segmentation_id: int | None, segment_ids: Sequence[int | None], as_of: date
) -> tuple[Snapshot, tuple[Stand, ...]]:
    """The contacts with their stands, and what those are. Four queries while nothing has changed; half a second the
    first time, for a million contacts."""
    kept: Standings | None = found.beside.get(segmentation_id)
    standings = _members(segmentation_id, kept)
    known = frozenset(id_ for id_ in segment_ids if id_ is not None)
    decided = (as_of, known, _decisions(segmentation_id))
    if standings.snapshot is None or standings.decided != decided or standings.keys is not found.keys:
        labels, standings.stands = _labels(found.keys, standings.members, _kept_in(segmentation_id, known, as_of))
        standings.snapshot, standings.decided, standings.keys = found.snapshot.beside(labels), decided, found.keys
    found.keep_beside(segmentation_id, standings)
    return standings.snapshot, standings.stands


def _members(segmentation_id: int | None, kept: Standings | None) -> Standings:
    """Who is in which segment: what is kept, with the moves since."""
    if segmentation_id is None:
        return kept or Standings(pl.DataFrame(schema=MEMBERS), 0, None)
    if kept is None:  # what moves while this is read is found among the moves since
        horizon = current_marks().horizon
        seen = _seen(_moves(segmentation_id, horizon))
        return _members(segmentation_id, Standings(_read(segmentation_id), horizon, seen))
    moves = _moves(segmentation_id, kept.horizon)
    if (seen := _seen(moves)) == kept.seen:
        return kept
    if seen[0] > MOST_MOVES:
        return _members(segmentation_id, None)
    return Standings(_moved(kept.members, moves.values_list("contact", "after")), kept.horizon, seen)


def _moves(segmentation_id: int, horizon: int) -> QuerySet[Move]:
    """The moves since, and some that were there already."""
    rows = Move.objects.filter(segmentation=segmentation_id, changed__gte=horizon, changed__lt=current_marks().ceiling)
    return rows.order_by("id")


def _seen(moves: QuerySet[Move]) -> tuple[int, ...]:
    """What is another with every move."""
    return tuple(moves.aggregate(Count("id"), Max("id"), Sum("changed")).values())


def _read(segmentation_id: int) -> pl.DataFrame:
    columns = {CONTACT: Column("contact_id", pl.Int64()), SEGMENT: Column("segment_id", pl.Int64())}
    return read(rows_of_one(segmentation_id, "segmentation_assignment", columns)).select(*MEMBERS)


def _moved(members: pl.DataFrame, moves: Iterable[tuple[int | None, int | None]]) -> pl.DataFrame:
    """With where the last move of each led; of contacts that are gone nobody asks any more."""
    last = {contact: after for contact, after in moves if contact is not None}
    new = pl.DataFrame({CONTACT: list(last), SEGMENT: list(last.values())}, schema=MEMBERS)
    return pl.concat([members.filter(~pl.col(CONTACT).is_in(new[CONTACT].implode())), new])


def _decisions(segmentation_id: int | None) -> object:
    """What tells whether pins and frozen contacts are still the same."""
    pins = Pin.objects.filter(segmentation=segmentation_id)
    frozen = Exemption.objects.filter(kind=Exemption.Kind.FROZEN)
    asked = (Count("id"), Max("id"), Max("created_at"))
    return tuple(pins.aggregate(*asked).values()), tuple(frozen.aggregate(*asked).values())


def _kept_in(segmentation_id: int | None, known: frozenset[int], as_of: date) -> dict[int, int]:
    """The segment that each pinned or frozen contact gets whatever it scores. Frozen ones without a result are scored;
    pins to segments that the draft does not have do not hold."""
    results = Assignment.objects.filter(segmentation=segmentation_id, computed__isnull=False)
    frozen = Exemption.objects.filter(kind=Exemption.Kind.FROZEN)
    kept = dict(results.filter(contact__in=frozen.values("contact")).values_list("contact_id", "computed_id"))
    pins = Pin.objects.filter(segmentation=segmentation_id, expires_on__gt=as_of, segment__in=known)
    return kept | dict(pins.values_list("contact_id", "segment_id"))


def _labels(keys: pl.Series, members: pl.DataFrame, kept_in: dict[int, int]) -> tuple[pl.Series, tuple[Stand, ...]]:
    """For each contact the number of its stand, as text; and the stands."""
    kept = pl.DataFrame(
        {CONTACT: list(kept_in), "keeps": list(kept_in.values())}, schema={CONTACT: pl.Int64(), "keeps": pl.Int64()}
    )
    placed = pl.DataFrame({CONTACT: keys}).join(members, on=CONTACT, how="left", maintain_order="left")
    both = placed.join(kept, on=CONTACT, how="left", maintain_order="left").select(SEGMENT, "keeps")
    pairs = both.unique().sort(SEGMENT, "keeps")
    names = pl.int_range(len(pairs), eager=True).cast(pl.String)
    numbered = pairs.with_columns(names.cast(pl.Enum(names)).alias("stand"))
    labels = both.join(numbered, on=[SEGMENT, "keeps"], how="left", nulls_equal=True, maintain_order="left")["stand"]
    return labels, tuple(Stand(*pair) for pair in pairs.iter_rows())
