"""The last days of the sample data, one after another: deals are opened and closed, touches logged, answers given, each
on its day by the service that people use. Called by `services.sample`.

What follows from saves – metrics, segments, history – is then as true as if somebody had worked there all the time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import BatchRow
from satsuma.app.crm.sample.files import SampleCompany, SampleDeal
from satsuma.app.crm.services.activities import ActivityEntry, log_activity
from satsuma.app.crm.services.batches import RowChange, record
from satsuma.app.crm.services.contacts import Entry, save_contact
from satsuma.app.crm.services.deals import create_deal, save_deal
from satsuma.app.crm.services.rows import Table, read_rows
from satsuma.app.crm.services.sample_making import SampleMaking, SampleTouch

MORNING, EVENING = time(9), time(19)
BETWEEN = timedelta(minutes=7)


@dataclass(frozen=True, slots=True)
class SampleDay:
    """One of the days, when it ends: how many days ago it is, and what the questions of the sample have become."""

    days_ago: int
    evening: datetime
    questions: Mapping[str, FieldSpec]


EachDay = Callable[[SampleDay], None]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that is done so many days before today. `does` takes the moment, and gives which row it made or
    changed."""

    days_ago: int
    does: Callable[[datetime], tuple[Table, int]]


def let_it_pass(day: SampleDay) -> None:
    """For nobody who wants to know."""


def play_last_days(making: SampleMaking, each_day: EachDay) -> None:
    """Does what happened in the last days; `each_day` is called in the evening before the first of them, and in the
    evening of each. What is done goes into the batch, which can then be undone exactly."""
    _Playing(making).play(_Happenings(making).list(), each_day)


class _Playing:
    """The days until now, one after another."""

    def __init__(self, making: SampleMaking) -> None:
        self.batch, self.now, self.zone, self.days = making.batch, making.now, making.zone, making.days
        self.today, self.questions = making.today, making.questions
        self.touched: dict[Table, set[int]] = defaultdict(set)

    def play(self, happenings: Iterable[Happening], each_day: EachDay) -> None:
        by_day: dict[int, list[Happening]] = defaultdict(list)
        for happening in happenings:
            by_day[happening.days_ago].append(happening)
        self._end_day(self.days, each_day)
        for days_ago in range(self.days - 1, -1, -1):
            for number, happening in enumerate(by_day[days_ago]):
                table, row_id = happening.does(self._moment(days_ago, MORNING, after=number * BETWEEN))
                self.touched[table].add(row_id)
            self._end_day(days_ago, each_day)
        self._note_down()

    def _end_day(self, days_ago: int, each_day: EachDay) -> None:
        each_day(SampleDay(days_ago, self._moment(days_ago, EVENING), self.questions))

    def _moment(self, days_ago: int, hour: time, after: timedelta = timedelta()) -> datetime:
        """Never later than now."""
        day = self.today - timedelta(days=days_ago)
        return min(datetime.combine(day, hour, self.zone) + after, self.now)

    def _note_down(self) -> None:
        """The rows as they are now are those that the batch made."""
        for table, ids in self.touched.items():
            after = {row_id: {"version": row["version"]} for row_id, row in read_rows(table, sorted(ids)).items()}
            known = list(BatchRow.objects.filter(batch=self.batch, table=table, row_id__in=ids))
            for row in known:
                row.after = after.pop(row.row_id)
            BatchRow.objects.bulk_update(known, ["after"], batch_size=500)
            record(self.batch, table, (RowChange(row_id, None, version) for row_id, version in after.items()))


class _Happenings:
    """What happened in the last days."""

    def __init__(self, making: SampleMaking) -> None:
        self.making, self.days, self.by = making, making.days, making.by

    def list(self) -> Iterator[Happening]:
        yield from self._sales()
        yield from (
            Happening(touch.days_ago, partial(self._log, touch))
            for touch in self.making.touches
            if touch.days_ago < self.days
        )
        for place, row in enumerate(self.making.sample):
            if days_ago := self.making.asked_again(row, place):
                yield Happening(days_ago, partial(self._answer, row))

    def _sales(self) -> Iterator[Happening]:
        for row in self.making.sales:
            if row.opened_days_ago < self.days:
                yield Happening(row.opened_days_ago, partial(self._open, row))
            if row.closed_days_ago is not None and row.closed_days_ago < self.days:
                yield Happening(row.closed_days_ago, partial(self._close, row))

    def _open(self, row: SampleDeal, at: datetime) -> tuple[Table, int]:
        saved = create_deal(entry=self.making.entry(row, is_over=False), by=self.by, at=at)
        self.making.deals[row.number] = saved.deal
        return Table.DEAL, saved.deal.id

    def _close(self, row: SampleDeal, at: datetime) -> tuple[Table, int]:
        deal, entry = self.making.deals[row.number], self.making.entry(row, is_over=True)
        saved = save_deal(deal_id=deal.id, version=deal.version, entry=entry, by=self.by, at=at)
        self.making.deals[row.number] = saved.deal
        return Table.DEAL, deal.id

    def _log(self, touch: SampleTouch, at: datetime) -> tuple[Table, int]:
        entry = ActivityEntry(touch.kind, touch.text)
        return Table.ACTIVITY, log_activity(contact_id=touch.person.id, entry=entry, by=self.by, at=at).activity.id

    def _answer(self, row: SampleCompany, at: datetime) -> tuple[Table, int]:
        company, question = self.making.companies[row.key], self.making.questions["nps"].key
        entry = Entry({question: int(row.answers["nps"])})
        save_contact(contact_id=company.id, version=1, entry=entry, by=self.by, at=at)
        return Table.CONTACT, company.id
