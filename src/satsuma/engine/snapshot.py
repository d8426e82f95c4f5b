"""Everybody's typed values in memory, and previews of one draft after another. Called by `cli` and `report`.

One pass counts the contacts by the axes' scores and current segment (`tally`). What an edit does not touch is kept:
encoded columns, metrics, customers per line, and the counts themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import Field, FieldType, Metric, Parameter, Segmentation
from satsuma.domain.scoring import lines
from satsuma.engine.compiler import PRESENT, SEGMENT, TOTAL, Compiler, band_column, score_column
from satsuma.engine.facts import Contacts, encode_rows, field_encoding
from satsuma.engine.layout import ID, Layout
from satsuma.engine.metrics import MetricCompiler
from satsuma.engine.preview import CURRENT, CUSTOMERS, VALUE, LineCount, Preview, read_off
from satsuma.engine.tally import Tally, changed_parameters, count, switched_on, without_points

LINE = "line"
MAX_SUM = 9.0e18
"""Ten-thousandths whose sum surely fits 64 bits, roundings of this very estimate included."""
MOST_COUNTS = 10_000
"""Customers per line that are kept, until counting begins anew."""
MOST_LISTINGS = 2
"""Of a field whose texts are listed: those of the draft, and those of its parameters that are switched off too."""
MOST_TALLIES = 4
"""So many drafts can be edited in turns without counting everybody each time."""
SOME = 50_000
MOST_TOGETHER = 20_000
"""With several axes, scores and current segments that come together among some customers. Sorting a million customers
into as many groups would take four times as long as counting them by each axis, and a browser is not sent so many."""
MOST_TO_SPLIT = 20_000
"""Scores and current segments that come together. Counted by the answers to a parameter too, more would take longer to
read than everybody takes to count."""


@dataclass(slots=True)
class Snapshot:
    """Everybody's typed values in memory, for previews of one draft after another on the day `as_of`.

    `value_field` is the field to add up; `current` is each contact's present segment name (null: none). What has been
    computed for one draft is kept and used for the next. `beside` gives one with other present segments. Not to be used
    by several threads at once.
    """

    contacts: Contacts
    as_of: date
    value_field: str | None = None
    current: pl.Series | None = None
    _columns: dict[Field, dict[tuple[str, ...], list[pl.Series]]] = field(default_factory=dict)
    _measured: dict[Metric, pl.Series] = field(default_factory=dict)
    _amounts: dict[Field, pl.Series] = field(default_factory=dict)
    _counts: dict[object, tuple[int, ...]] = field(default_factory=dict)
    _tallies: list[Tally] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.current is not None:  # an Enum of few has numbers of one byte: grouping takes a fifth less
            self.current = self.current.cast(pl.Enum(self.current.unique().drop_nulls().cast(pl.String).sort()))

    def preview(self, segmentation: Segmentation) -> Preview:
        """What the segmentation would do to everybody. About 60 ms for a million contacts and 20 parameters.

        After one parameter was edited, more edits of its points, its relevance or its switch take a few milliseconds,
        and so do other bands and other rules at any time: nobody is looked at again.
        """
        layout = Layout(segmentation, self._also)
        asked = tuple(parameter for _, parameter in segmentation.parameters)
        counts = tuple((parameter, self._line_counts(layout, parameter)) for parameter in asked)
        return read_off(segmentation, *self._cells(segmentation), counts)

    def beside(self, current: pl.Series | None) -> Snapshot:
        """The same contacts with these present segments. What is kept of them is shared."""
        return replace(self, current=current, _tallies=[])

    def count_lines(self, segmentation: Segmentation) -> list[tuple[LineCount, ...]]:
        """Customers per line of each enabled parameter, in order."""
        layout = Layout(segmentation, self._also)
        return [self._line_counts(layout, parameter) for _, parameter in segmentation.parameters]

    def segments(self, segmentation: Segmentation) -> pl.Series:
        """The number of the segment that the segmentation places each contact in. One pass."""
        layout = Layout(segmentation, self._also)
        compiler = Compiler(layout, self.as_of, pl)
        scored = self._everybody(layout).lazy().select(ID, *compiler.scores())
        return _placed(scored, compiler).select(ID, SEGMENT).collect().sort(ID)[SEGMENT]

    def values(self, segmentation: Segmentation) -> pl.Series:
        """Each contact's value, Float64; null where there is none. Needs a `value_field`."""
        assert self.value_field is not None
        layout = Layout(segmentation, (self.value_field,))
        return self._frame(layout)[layout.column(self.value_field)]

    def _frame(self, layout: Layout) -> pl.DataFrame:
        """All columns that the layout asks for, taken from what is kept as far as possible."""
        columns = self._metrics(layout)
        for asked in layout.asked:
            if not asked.metric:
                columns += self._encoded(layout, asked)
        return pl.DataFrame([pl.int_range(len(self.contacts), eager=True).alias(ID), *columns])

    def _encoded(self, layout: Layout, asked: Field) -> list[pl.Series]:
        """Columns are called by the place of their field, which may be another in the next draft."""
        name, listed = layout.column(asked.key), layout.listed(asked.key)
        kept, listing = self._columns.setdefault(asked, {}), tuple(listed)
        if listing not in kept:
            for oldest in list(kept)[: len(kept) - MOST_LISTINGS + 1]:
                del kept[oldest]
            typed = pl.DataFrame([self.contacts.values[asked.key].alias(name)])
            kept[listing] = typed.select(field_encoding(layout, asked)).get_columns()
        names = [name, *(layout.option_column(asked.key, code) for code in listed.values())]
        return [column.alias(as_) for column, as_ in zip(kept[listing], names, strict=False)]

    def _metrics(self, layout: Layout) -> list[pl.Series]:
        """The asked metrics; the new ones among them are measured together."""
        asked = [(each, each.metric) for each in layout.asked if each.metric]
        if new := {metric: each for each, metric in asked if metric not in self._measured}:
            nothing = replace(layout.segmentation.axes[0], parameters=())
            only_new = Layout(replace(layout.segmentation, axes=(nothing,)), tuple(each.key for each in new.values()))
            ids = pl.LazyFrame({ID: pl.int_range(len(self.contacts), eager=True, dtype=pl.Int64)})
            rows = {source: encode_rows(only_new, source, self.contacts).lazy() for source in only_new.sources}
            measured = MetricCompiler(only_new, self.as_of, pl).measured(ids, rows).collect().sort(ID)
            self._measured |= {metric: measured[only_new.column(each.key)] for metric, each in new.items()}
        return [self._measured[metric].alias(layout.column(each.key)) for each, metric in asked]

    @property
    def _also(self) -> tuple[str, ...]:
        return (self.value_field,) if self.value_field else ()

    def _cells(self, segmentation: Segmentation) -> tuple[pl.DataFrame, Sequence[pl.DataFrame]]:
        """Customers, value and present relevance by at least total score, segment and current segment; and customers by
        at least score and band of each axis. Both are cells of all axes' scores, unless these are too many."""
        compiler = Compiler(Layout(segmentation, self._also), self.as_of, pl)
        if (tally := self._tally(segmentation)) is None:
            return self._counted_apart(segmentation, compiler)
        cells = _placed(tally.cells(segmentation).lazy(), compiler).collect()
        return cells, [cells] * len(segmentation.axes)

    def _counted_apart(
        self, segmentation: Segmentation, compiler: Compiler
    ) -> tuple[pl.DataFrame, Sequence[pl.DataFrame]]:
        everybody = self._everybody(compiler.layout).lazy()
        kept = [column for column in (CURRENT, VALUE) if column in everybody.collect_schema()]
        placed = _placed(everybody.select(ID, *kept, *compiler.scores()), compiler).collect(engine="streaming").lazy()
        by_axis = [(score_column(number), band_column(number)) for number in range(len(segmentation.axes))]
        customers = pl.len().cast(pl.Int64).alias(CUSTOMERS)
        sums = [pl.col(column).sum() for column in (PRESENT, VALUE) if column in (PRESENT, *kept)]
        keys = [TOTAL, SEGMENT, *(column for column in kept if column == CURRENT)]
        queries = [placed.group_by(keys).agg(customers, *sums), *(placed.group_by(by).agg(customers) for by in by_axis)]
        cells, *axes = pl.collect_all(queries, engine="streaming")
        return cells, axes

    def _tally(self, segmentation: Segmentation) -> Tally | None:
        """One that is kept, or a new one: that leaves the parameter free that was just edited, and is likely to be
        again. None if scores come together in too many ways."""
        value = Layout(segmentation).fields[self.value_field] if self.value_field else None
        found = next((each for each in self._tallies if each.covers(segmentation, value)), None)
        kept = [each for each in self._tallies if each is not found]
        if found is None:
            if segmentation.has_rules and self._are_too_many(segmentation):
                return None
            before, free = self._just_edited(segmentation)
            kept = [each for each in kept if each is not before]
            found = self._counted(segmentation, free, value)
        self._tallies = [replace(found, draft=segmentation), *kept][:MOST_TALLIES]
        return self._tallies[0]

    def _are_too_many(self, segmentation: Segmentation) -> bool:
        """Whether the scores of some customers come together in more ways than are counted of all."""
        if len(self.contacts) <= MOST_TOGETHER:
            return False
        layout = Layout(segmentation, self._also)
        some = self._everybody(layout).head(SOME).lazy()
        current = [column for column in some.collect_schema() if column == CURRENT]
        *scores, _present = Compiler(layout, self.as_of, pl).scores()
        return some.select(*current, *scores).unique().collect().height > MOST_TOGETHER

    def _just_edited(self, segmentation: Segmentation) -> tuple[Tally | None, int | None]:
        """The draft before, if one differs in one parameter only, and which one that is."""
        for tally in self._tallies:
            changed = changed_parameters(tally.draft, segmentation)
            if changed is not None and len(changed) == 1:
                return tally, changed[0] if tally.size <= MOST_TO_SPLIT else None
        return None, None

    def _counted(self, segmentation: Segmentation, free: int | None, value: Field | None) -> Tally:
        layout = Layout(segmentation if free is None else switched_on(segmentation, free), self._also)
        return count(layout, self._everybody(layout), self.as_of, segmentation, free=free, value=value)

    def _everybody(self, layout: Layout) -> pl.DataFrame:
        """All columns that the layout asks for, with the current segment and the value."""
        frame = self._frame(layout)
        given = [self.current.alias(CURRENT)] if self.current is not None else []
        added = [self._ten_thousandths(layout, frame, self.value_field)] if self.value_field else []
        return frame.hstack([*given, *added])

    def _ten_thousandths(self, layout: Layout, frame: pl.DataFrame, value_field: str) -> pl.Series:
        """Of the value field: kept like an encoded column."""
        asked = layout.fields[value_field]
        if asked not in self._amounts:
            self._amounts[asked] = ten_thousandths(frame[layout.column(value_field)])
        return self._amounts[asked].alias(VALUE)

    def _line_counts(self, layout: Layout, parameter: Parameter) -> tuple[LineCount, ...]:
        """Customers per line; counted again only when field or ranges have changed, not with points or relevance."""
        every = lines(parameter)
        kept = (layout.fields[parameter.field], without_points(parameter))
        if len(self._counts) > MOST_COUNTS:
            self._counts.clear()
        if kept not in self._counts:
            self._counts[kept] = _count_lines(layout, parameter, self._frame(layout), self.as_of)
        return tuple(LineCount(line, count) for line, count in zip(every, self._counts[kept], strict=True))


def _placed(scored: pl.LazyFrame, compiler: Compiler) -> pl.LazyFrame:
    """With total score, bands and segment."""
    return scored.with_columns(compiler.total(), *compiler.bands()).with_columns(compiler.segment())


def ten_thousandths(values: pl.Series) -> pl.Series:
    """Doubles as whole ten-thousandths, so that their sum is exact and in no order. 64 bits hold sums up to 900
    trillion; beyond that 128 bits do, more slowly."""
    scaled = (values * PER_UNIT).round()
    return scaled.cast(pl.Int64 if float(scaled.abs().sum()) < MAX_SUM else pl.Int128)


def _count_lines(layout: Layout, parameter: Parameter, frame: pl.DataFrame, as_of: date) -> tuple[int, ...]:
    every = lines(parameter)
    compiler = Compiler(layout, as_of, pl)
    if layout.fields[parameter.field].type is FieldType.CHOICES:
        return _count_choices(compiler, parameter, frame)
    numbers = frame.lazy().select(compiler.line_number(parameter).alias(LINE))
    counted = dict(numbers.group_by(LINE).len().collect(engine="streaming").iter_rows())
    return tuple(counted.get(line.index, 0) for line in every)


def _count_choices(compiler: Compiler, parameter: Parameter, frame: pl.DataFrame) -> tuple[int, ...]:
    missing: Any = pl.col(compiler.layout.column(parameter.field)).is_null()
    hits = compiler.group_hits(parameter)
    conditions: list[Any] = [*hits, ~reduce(or_, hits), missing]
    counted: tuple[int, ...] = frame.select(c.sum().alias(str(n)) for n, c in enumerate(conditions)).row(0)
    return counted
