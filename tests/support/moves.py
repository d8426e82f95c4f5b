"""Made-up histories: who was in which segment on which day, written as moves, and the same told in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from satsuma.app.crm.models import Contact
from satsuma.app.segmentation.models import Move, Segment, Segmentation, Version
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
FIRST = date(2024, 11, 1)
Event = tuple[int, int, int | None]
"""The day after `FIRST`, the contact's place, and the place of the segment it goes to; None: to none."""


@dataclass
class History:
    """A published segmentation with contacts and their moves. `past` has the segments' places on each day that
    something happened, by the contact's place; `erased` the places of contacts that are gone."""

    segmentation: Segmentation
    version: Version
    segments: list[Segment]
    contacts: list[Contact]
    past: dict[date, dict[int, int]] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)

    @property
    def spec(self) -> SegmentationSpec:
        return get_segmentation(self.segmentation.pk)

    def on(self, day: date) -> Mapping[int, int]:
        """Where everybody was at the end of the day: segments' ids by the contact's place."""
        days = [each for each in self.past if each <= day]
        return {who: self.segments[place].pk for who, place in self.past[max(days)].items()} if days else {}

    def sizes(self, day: date) -> dict[int, int]:
        return dict(Counter(self.on(day).values()))

    def known(self, day: date) -> dict[int, int]:
        """Without those who are erased, by the contact's id."""
        return {self.contacts[who].pk: segment for who, segment in self.on(day).items() if who not in self.erased}


def make_history(*, segments: int = 3, contacts: int = 6, name: str = "Value") -> History:
    """Nothing has happened yet. Segments are called S0, S1 …, the lowest first, contacts C0, C1 …"""
    segmentation = Segmentation.objects.create(kind="company", name=name, name_folded=name.lower(), created_at=NOW)
    rows = [
        Segment.objects.create(segmentation=segmentation, name=f"S{place}", position=place) for place in range(segments)
    ]
    version = Version.objects.create(
        segmentation=segmentation,
        number=1,
        document="{}",
        segment_ids=[row.pk for row in rows],
        lowest=0,
        highest=100,
        asked=10,
        published_at=NOW,
    )
    segmentation.published = version
    segmentation.save()
    stamps = {"created_at": NOW, "updated_at": NOW}
    people = [
        Contact.objects.create(kind="company", name=f"C{place}", name_folded=f"c{place}", **stamps)
        for place in range(contacts)
    ]
    return History(segmentation, version, rows, people)


def tell(history: History, events: Iterable[Event], *, cause: str = Cause.DEAL) -> None:
    """Writes a move for every event that changes something, in the order of the days."""
    where = dict(history.past[max(history.past)]) if history.past else {}
    for day, who, to in sorted(events, key=lambda event: event[0]):
        on = FIRST + timedelta(days=day)
        if where.get(who) == to:
            continue
        write_move(history, who, where.get(who), to, on, cause=cause)
        where = {each: place for each, place in {**where, who: to}.items() if place is not None}
        history.past[on] = where


def write_move(
    history: History, who: int, before: int | None, after: int | None, on: date, *, cause: str = Cause.DEAL
) -> Move:
    return Move.objects.create(
        segmentation=history.segmentation,
        contact=history.contacts[who],
        before=None if before is None else history.segments[before],
        after=None if after is None else history.segments[after],
        before_score=None if before is None else before * 10,
        after_score=None if after is None else after * 10,
        version=history.version,
        cause=cause,
        reference=1 if cause == Cause.VERSION else None,
        at=datetime.combine(on, time(12), tzinfo=UTC),
        on=on,
        changed=1,
    )


def erase(history: History, places: Collection[int]) -> None:
    Contact.objects.filter(id__in=[history.contacts[place].pk for place in places]).delete()
    history.erased |= set(places)
