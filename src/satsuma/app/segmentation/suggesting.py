"""Ranges and points for a field, from the values that contacts have: what a new parameter begins with. Called by the
wizard. Call it outside of transactions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.snapshots.contacts import contacts_for
from satsuma.domain.folding import fold
from satsuma.domain.model import (
    AgeRanges,
    Axis,
    Band,
    Field,
    FieldType,
    Group,
    Groups,
    NumericRanges,
    Parameter,
    Ranges,
    Segmentation,
    YesNo,
)
from satsuma.engine.facts import Contacts, encode_rows
from satsuma.engine.layout import ID, Layout
from satsuma.engine.metrics import MetricCompiler
from satsuma.engine.profile import profile_values
from satsuma.engine.suggest.option_order import in_order
from satsuma.engine.suggest.parameters import suggest_parameter

RELEVANCE = 5
MOST_GROUPS = 8
"""Groups that are suggested for options and words; the rarer ones are anything else."""
MOST_TEXTS = 1_000
"""Texts that are looked at, the most frequent ones: names of a million contacts nearly all differ."""
FULL_POINTS = 10


def plain_parameter(field: Field) -> Parameter:
    """A parameter for a field whose values nobody knows yet."""
    return Parameter(field.key, RELEVANCE, _plain_ranges(field))


def suggest_for(spec: FieldSpec, *, as_of: date) -> Parameter:
    """A parameter whose ranges fit what contacts have; the plain one where there is too little to go by. One pass over
    the field's column: under a second for a million contacts."""
    field = spec.domain_field()
    plain = plain_parameter(field)
    model = Segmentation("", spec.kind, (field,), (Axis("", (plain,), (Band(""), Band("", 1))),))
    layout = Layout(model)
    values = _values(layout, contacts_for(layout), as_of).drop_nulls()
    if not len(values):
        return plain
    if field.type.has_options:
        found: Parameter | None = _by_option(field, plain, values)
    elif field.type is FieldType.TEXT:
        found = replace(plain, ranges=Groups(tuple(Group((word,), 0) for word in _commonest_words(values))))
    else:
        found = suggest_parameter(field, profile_values(spec.label, field.type, values), as_of)
    return replace(found, enabled=True, relevance=RELEVANCE) if found else plain


def _values(layout: Layout, contacts: Contacts, as_of: date) -> pl.Series:
    field = layout.segmentation.fields[0]
    if not field.metric:
        return contacts.values[field.key]
    ids = pl.LazyFrame({ID: pl.int_range(len(contacts), eager=True, dtype=pl.Int64)})
    rows = {source: encode_rows(layout, source, contacts).lazy() for source in layout.sources}
    measured = MetricCompiler(layout, as_of, pl).measured(ids, rows).collect()
    column: pl.Series = measured[layout.column(field.key)]
    return column


def _by_option(field: Field, plain: Parameter, values: pl.Series) -> Parameter:
    """Options that have an order earn rising points; of others the commonest become groups that wait for points."""
    labels = {option.label: option.key for option in field.options}
    rungs = in_order(list(labels)) if field.type is FieldType.CHOICE else ()
    if rungs:
        return replace(plain, ranges=Groups(_rising([[labels[label] for label in rung] for rung in rungs])))
    counted = values.explode() if field.type is FieldType.CHOICES else values
    known = set(labels.values())
    common = [key for key, _count in _commonest(counted.cast(pl.String)) if key in known][:MOST_GROUPS]
    return replace(plain, ranges=Groups(tuple(Group((key,), 0) for key in common))) if common else plain


def _rising(rungs: Sequence[Sequence[str]]) -> tuple[Group, ...]:
    steps = max(len(rungs) - 1, 1)
    return tuple(Group(tuple(keys), round(FULL_POINTS * place / steps)) for place, keys in enumerate(rungs))[::-1]


def _commonest(values: pl.Series) -> list[tuple[str, int]]:
    """Each text and how often it is there, the most frequent first."""
    counts = values.drop_nulls().alias("text").value_counts(name="n").sort("n", "text", descending=[True, False])
    return list(counts.iter_rows())


def _commonest_words(values: pl.Series) -> list[str]:
    """Spellings that count as one word are one, in the most frequent of them."""
    spelled: dict[str, str] = {}
    together: Counter[str] = Counter()
    for text, count in _commonest(values.cast(pl.String))[:MOST_TEXTS]:
        together[fold(text)] += count
        spelled.setdefault(fold(text), text.strip())
    ranked = sorted(together, key=lambda word: (-together[word], word))
    return [spelled[word] for word in ranked if word][:MOST_GROUPS]


def _plain_ranges(field: Field) -> Ranges:
    match field.type:
        case FieldType.RATING:
            low, high = field.minimum or 0, 10 if field.maximum is None else field.maximum
            cuts = sorted({low + round((high - low) * share) for share in (0.7, 0.9)} - {low})
            return NumericRanges(tuple(cuts), tuple([0, 5, 10][-len(cuts) - 1 :]))
        case FieldType.MONEY:
            return NumericRanges((1_000, 10_000), (0, 5, 10))
        case FieldType.NUMBER:
            return NumericRanges((10, 100), (0, 5, 10))
        case FieldType.DATE:
            return AgeRanges((30, 90, 365), (10, 7, 3, 0))
        case FieldType.YES_NO:
            return YesNo(FULL_POINTS, 0)
        case FieldType.CHOICE | FieldType.CHOICES:
            return Groups(tuple(Group((option.key,), 0) for option in field.options[:MOST_GROUPS]) or (Group((), 0),))
        case FieldType.TEXT:
            return Groups((Group((), FULL_POINTS),))
