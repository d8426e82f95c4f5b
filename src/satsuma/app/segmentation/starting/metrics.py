"""Metrics of a file, told in the columns of this workspace. Called by `plan`, and the other way round by `portable`.

Files of other tables say `stage: [won]` where deals here have a state, and `type` where activities have a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.imports.lookups import STATE_WORDS
from satsuma.app.crm.queries.metric_columns import SOURCES, MetricColumn, metric_problems, metric_type
from satsuma.app.segmentation.starting.known import Known
from satsuma.domain.model import Metric, Source

STAGE, STATE = "stage", "state"
OTHER_NAMES: Mapping[Source, Mapping[str, str]] = {
    Source.DEALS: {"status": STAGE, "amount": "value"},
    Source.ACTIVITIES: {"type": "kind", "date": "happened_on"},
    Source.PEOPLE: {},
}
"""What files call columns that have another name here."""
Conditions = tuple[tuple[str, tuple[str, ...]], ...]


class Untranslatable(Exception):  # noqa: N818 (it never leaves this package)
    """A metric that cannot be told in the words of this workspace; the text says why."""


@dataclass(frozen=True, slots=True)
class Translated:
    """The metric in this workspace's columns, and the values of its conditions that nothing here is called."""

    metric: Metric
    unknown: tuple[str, ...] = ()


def translated(metric: Metric, known: Known) -> Translated:
    """Raises Untranslatable."""
    if metric.of not in SOURCES[known.kind]:
        raise Untranslatable(_("People have no people of their own to count."))
    columns = known.columns[metric.of]
    unknown: list[str] = []
    found = replace(
        metric,
        column=None if metric.column is None else _column(metric.column, metric.of, columns).key,
        day=None if metric.day is None else _column(metric.day, metric.of, columns).key,
        where=tuple(_condition(column, values, metric.of, columns, unknown) for column, values in metric.where),
    )
    for sentence in metric_problems(known.kind, metric_type(found), found).values():
        raise Untranslatable(sentence)
    return Translated(found, tuple(unknown))


def meaning(metric: Metric) -> tuple[object, ...]:
    """Equal for metrics that give everybody the same: the order of conditions and of their values does not matter."""
    where = frozenset((column, frozenset(values)) for column, values in metric.where)
    return metric.of, metric.aggregate, metric.column, where, metric.day, metric.within_days


def in_plain_words(metric: Metric, columns: Iterable[MetricColumn]) -> Metric:
    """The metric with the names of its columns and values where they have generated keys: what other workspaces can
    read. A name that several have is left as its key."""
    known = {column.key: column for column in columns}

    def column_name(key: str) -> str:
        return known[key].label if key in known and key not in NAMED else key

    def value_name(column: str, key: str) -> str:
        choices = known[column].choices or () if column in known else ()
        names = [name for other, name in choices if other == key]
        alone = len(names) == 1 and sum(fold_name(name) == fold_name(names[0]) for _key, name in choices) == 1
        return names[0] if alone and column not in KEYED else key

    return replace(
        metric,
        column=metric.column and column_name(metric.column),
        day=metric.day and column_name(metric.day),
        where=tuple(
            (column_name(column), tuple(value_name(column, value) for value in values))
            for column, values in metric.where
        ),
    )


NAMED = frozenset(
    {"value", "product", "stage", "state", "owner", "currency", "opened_on", "closed_on"}
    | {"kind", "author", "rating", "happened_on", "job_title", "country", "city"}
)
"""Columns that every workspace has under this key."""
KEYED = frozenset({"state", "kind", "currency", "country"})
"""Columns whose values are the same keys in every workspace."""


def _column(name: str, source: Source, columns: Iterable[MetricColumn]) -> MetricColumn:
    """By its name first: a generated key of another workspace is something else here."""
    folded = fold_name(OTHER_NAMES[source].get(fold_name(name), name))
    by_label = {fold_name(column.label): column for column in columns if column.key not in NAMED}
    by_key = {column.key: column for column in columns}
    if (found := by_label.get(folded) or by_key.get(folded)) is None:
        raise Untranslatable(_("Nothing here is called “%(name)s”.") % {"name": name})
    return found


def _condition(
    name: str, values: tuple[str, ...], source: Source, columns: tuple[MetricColumn, ...], unknown: list[str]
) -> tuple[str, tuple[str, ...]]:
    column = _column(name, source, columns)
    if column.key == STAGE and all(fold_name(value) in STATE_WORDS for value in values):
        return STATE, tuple(dict.fromkeys(STATE_WORDS[fold_name(value)] for value in values))
    if column.choices is None:
        return column.key, values
    meant = _reader(column)
    found = [(value, meant(value)) for value in values]
    unknown.extend(value for value, key in found if key is None)
    keys = tuple(dict.fromkeys(key for _value, key in found if key is not None))
    if not keys:
        words = {"column": column.label, "values": ", ".join(values)}
        raise Untranslatable(_("“%(column)s” here never is: %(values)s.") % words)
    return column.key, keys


def _reader(column: MetricColumn) -> Callable[[str], str | None]:
    by_label = {fold_name(label): key for key, label in column.choices or ()}
    by_key = {fold_name(key): key for key, _label in column.choices or ()}
    return lambda value: by_label.get(fold_name(value)) or by_key.get(fold_name(value))
