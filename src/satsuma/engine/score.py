"""Scores everybody: facts in, one row of whole numbers per contact out, computed by any backend. Called by `cli`,
`verify` and `report`. `Scores` turns the numbers into what people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from satsuma.domain.model import Segmentation
from satsuma.domain.scoring import asked_relevance, score_span
from satsuma.engine.backends import Session, polars_session
from satsuma.engine.compiler import PRESENT, SEGMENT, Compiler, band_column, score_column
from satsuma.engine.expressions import Frame
from satsuma.engine.facts import Facts
from satsuma.engine.layout import ID
from satsuma.engine.metrics import MetricCompiler


def points_column(number: int) -> str:
    """The column of the n-th enabled parameter's relevance × points, all axes' parameters counted on."""
    return f"points_{number}"


def scored_frame(compiler: Compiler, contacts: Frame, *, with_points: bool = False, keep: Sequence[str] = ()) -> Frame:
    """The contacts' `keep` columns (`id` unless others are named), scores, bands, segment and `PRESENT`, still lazy."""
    points = [
        compiler.weighted_points(parameter).alias(points_column(number))
        for number, (_, parameter) in enumerate(compiler.layout.segmentation.parameters)
        if with_points
    ]
    whole = contacts.select(*(keep or (ID,)), *compiler.scores(), *points)
    return whole.with_columns(*compiler.bands()).with_columns(compiler.segment())


def score(facts: Facts, as_of: date, *, session: Session | None = None, with_points: bool = False) -> pl.DataFrame:
    """One row per contact, in the order of `id`: `score_0`…, `band_0`…, `segment`, `present` and, if asked for,
    `points_0`…, all whole numbers. Raises EngineError if the backend cannot be used."""
    session = session or polars_session()
    contacts = measured_contacts(facts, as_of, session)
    compiler = Compiler(facts.layout, as_of, session.ops)
    frame = session.collect(scored_frame(compiler, contacts, with_points=with_points))
    typed = frame.select(pl.col(column).cast(_outcome_type(column)) for column in frame.columns)
    return typed if typed[ID].is_sorted() else typed.sort(ID)


def _outcome_type(column: str) -> pl.DataType:
    """Scores and points need 32 bits; the others are small, and small columns are quick to write."""
    if column == ID:
        return pl.Int64()
    return pl.Int32() if column.startswith(("score_", "points_")) else pl.Int16()


def measured_contacts(facts: Facts, as_of: date, session: Session) -> Frame:
    """The contacts with their metrics, in the backend."""
    contacts = session.load("contacts", facts.contacts)
    rows = {source: session.load(str(source), frame) for source, frame in facts.rows.items()}
    return MetricCompiler(facts.layout, as_of, session.ops).measured(contacts, rows)


@dataclass(frozen=True, slots=True)
class Scores:
    """The outcome for everybody, and what it means in words. `frame` is what `score` gives."""

    segmentation: Segmentation
    frame: pl.DataFrame

    @property
    def total(self) -> pl.Series:
        """The axes' scores added up, Int64."""
        axes = range(len(self.segmentation.axes))
        return self.frame.select(score=pl.sum_horizontal(*(score_column(axis) for axis in axes)))["score"]

    @property
    def segment_names(self) -> pl.Series:
        names = [segment.name for segment in self.segmentation.segments]
        return _named(self.frame[SEGMENT], names, "segment")

    def table(self, keys: pl.Series, *, with_points: bool = False) -> pl.DataFrame:
        """What `satsuma score` writes: key, score, percent (one decimal), segment, coverage (0 to 1), each axis' score
        and band if there are several, and with points one column of relevance × points per enabled parameter, named
        by its field."""
        spans = [score_span(axis) for axis in self.segmentation.axes]
        lowest, highest = sum(low for low, _ in spans), sum(high for _, high in spans)
        table = pl.DataFrame([keys, self.total]).with_columns(
            percent(pl.col("score"), lowest, highest).alias("percent"),
            self.segment_names,
            self.coverage,
        )
        return table.hstack([*self._axis_columns(), *(self._points_columns() if with_points else ())])

    def _points_columns(self) -> list[pl.Series]:
        several = self.segmentation.has_rules
        return [
            self.frame[points_column(number)].alias(
                f"{axis.name} points: {p.field}" if several else f"points: {p.field}"
            )
            for number, (axis, p) in enumerate(self.segmentation.parameters)
        ]

    @property
    def coverage(self) -> pl.Series:
        """The share of relevance whose value was present; 1 if nothing is asked."""
        total = asked_relevance(self.segmentation)
        present = self.frame[PRESENT]
        # Divided by a column: by one number, Polars multiplies with its reciprocal, which is off by the last bit.
        every = pl.repeat(total or 1, len(present), eager=True)
        return (present / every if total else every.cast(pl.Float64)).alias("coverage")

    def _axis_columns(self) -> list[pl.Series]:
        if not self.segmentation.has_rules:
            return []
        return [
            column
            for number, axis in enumerate(self.segmentation.axes)
            for column in (
                self.frame[score_column(number)].alias(f"{axis.name} score"),
                _named(self.frame[band_column(number)], [band.name for band in axis.bands], f"{axis.name} band"),
            )
        ]


def percent(score: pl.Expr, lowest: int, highest: int) -> pl.Expr:
    """The percent score with one decimal, rounded half up in whole numbers, as `domain.scoring.percent_tenths`."""
    span = highest - lowest
    if span == 0:
        return pl.lit(0.0)
    tenths = (2000 * (score.cast(pl.Int64) - lowest) + span) // (2 * span)
    return (tenths / 10).round(1)  # Polars divides by multiplying with 0.1, which makes 3 tenths 0.30000000000000004


def _named(numbers: pl.Series, names: Sequence[str], title: str) -> pl.Series:
    return pl.Series(title, names, dtype=pl.String).gather(numbers) if len(numbers) else pl.Series(title, [], pl.String)
