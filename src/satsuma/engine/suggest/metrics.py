"""Metrics worth counting in a table of deals, and how they come out. Called by the `draft` command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from satsuma.domain.folding import fold
from satsuma.domain.model import Aggregate, Axis, Field, FieldType, Kind, Metric, Segmentation, Source
from satsuma.engine.backends import polars_session
from satsuma.engine.facts import Contacts, encode
from satsuma.engine.layout import ID, Layout
from satsuma.engine.profile import ColumnProfile, profile_values
from satsuma.engine.profile.column_words import says
from satsuma.engine.score import measured_contacts

WON = frozenset(
    {"won", "closed won", "closed-won", "closedwon", "paid", "closed (won)", "sold", "invoiced", "completed"}
)
STAGES = frozenset({"stage", "status", "state", "outcome", "result", "phase"})
WHOLE_VALUE = (("close", "won"), ("net",), ("value", "amount", "total", "revenue", "sales", "mrr"))
"""Words of a money column that says what a deal is worth, best first …"""
NOT_VALUE = frozenset(
    {"price", "cost", "costs", "discount", "tax", "fee", "list", "gross", "refund", "shipping", "budget"}
)
"""… and of one that says something else."""
DEAL_DAYS = (
    ("close", "closed", "won", "paid"),
    ("ordered", "order", "purchase", "purchased", "invoice", "sold"),
    ("start", "date"),
)
NOT_DEAL_DAYS = frozenset(
    {"due", "required", "created", "engage", "ship", "shipped", "end", "expected", "expiry", "birth"}
)
MOSTLY_GIVEN = 0.8
"""Share of the deals that must have a day before those without one are left out."""


def suggest_metrics(profiles: Sequence[ColumnProfile]) -> tuple[Field, ...]:
    """Fields for the number of deals, their value and the latest day, as far as the columns of the deals give them;
    only of won deals where a column tells which are won."""
    where = _won(profiles)
    money = _best([p for p in profiles if p.type is FieldType.MONEY], WHOLE_VALUE, NOT_VALUE)
    day = _best([p for p in profiles if p.type is FieldType.DATE], DEAL_DAYS, NOT_DEAL_DAYS)
    won = "won " if where else ""
    when = day.name if day and (where or day.filled >= MOSTLY_GIVEN * day.rows) else None
    plain = Metric(Source.DEALS, Aggregate.COUNT, where=where, day=when)
    fields = [Field("deals", FieldType.NUMBER, f"Number of {won}deals", unit="deals", metric=plain)]
    if money:
        metric = replace(plain, aggregate=Aggregate.SUM, column=money.name)
        fields.insert(0, Field("deals_value", FieldType.MONEY, f"Value of {won}deals", metric=metric))
    if day:
        metric = replace(plain, aggregate=Aggregate.LATEST, column=day.name, day=day.name)
        fields.append(Field("last_deal", FieldType.DATE, f"Latest {won}deal", metric=metric))
    return tuple(fields)


def metrics_only(fields: Sequence[Field], kind: Kind) -> Segmentation:
    """A segmentation that asks for nothing: what readers of tables take to find out what to read."""
    return Segmentation("Metrics", kind, tuple(fields), (Axis("Score", (), ()),))


def profile_metrics(segmentation: Segmentation, contacts: Contacts, as_of: date) -> tuple[ColumnProfile, ...]:
    """How the segmentation's metrics come out on that day, for all contacts; one profile for each field."""
    layout = Layout(segmentation, tuple(field.key for field in segmentation.fields))
    session = polars_session()
    frame = session.collect(measured_contacts(encode(layout, contacts), as_of, session)).sort(ID)
    return tuple(profile_values(f.key, f.type, frame[layout.column(f.key)]) for f in segmentation.fields)


def _won(profiles: Sequence[ColumnProfile]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The condition that a deal is won: on the column called like a stage, else on the first with such a value."""
    choices = [profile for profile in profiles if profile.type is FieldType.CHOICE]
    for profile in sorted(choices, key=lambda profile: not says(profile.name, STAGES)):
        values = tuple(option.text for option in profile.options if fold(option.text) in WON)
        if values and len(values) < len(profile.options):
            return ((profile.name, values),)
    return ()


def _best(
    profiles: Sequence[ColumnProfile], wanted: Sequence[tuple[str, ...]], unwanted: frozenset[str]
) -> ColumnProfile | None:
    """The column whose name says best what is wanted; the first of equals. Columns without any value do not count."""
    filled = [profile for profile in profiles if profile.filled]

    def rank(profile: ColumnProfile) -> tuple[bool, int]:
        named = (place for place, words in enumerate(wanted) if says(profile.name, words))
        return says(profile.name, unwanted), next(named, len(wanted))

    return min(filled, key=rank, default=None)
