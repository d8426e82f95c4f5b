"""Which field here is meant by a field of a file. Called by `plan`."""

from __future__ import annotations

from collections.abc import Iterator

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.imports.headings import ANY_BY_WORDS, BY_WORDS, heading_words
from satsuma.app.segmentation.starting.answers import can_answer
from satsuma.app.segmentation.starting.known import Known
from satsuma.app.segmentation.starting.metrics import meaning
from satsuma.domain.model import Field, Metric


def find_metric(metric: Metric, known: Known) -> FieldSpec | None:
    """The field that computes exactly this."""
    sought = meaning(metric)
    return next((field for field in known.fields if field.metric and meaning(field.metric) == sought), None)


def find_field(wanted: Field, known: Known) -> FieldSpec | None:
    """The field that asks the same and can hold the answers: by its name, a built-in one by its key too, or by one of
    the names that columns of tables have for it."""
    fields = [field for field in known.fields if field.is_typed_in and can_answer(wanted, field)]
    by_label = {fold_name(field.label): field for field in fields}
    built_in = {field.key: field for field in fields if field.is_column}
    for name in _names(wanted):
        found = by_label.get(fold_name(name)) or built_in.get(name)
        if found is not None:
            return found
    targets = (target for name in _names(wanted) for target in _targets(name, known))
    return next((built_in[target] for target in targets if target in built_in), None)


def _names(wanted: Field) -> Iterator[str]:
    """What the file calls it, the name that people read first."""
    for name in (wanted.title, wanted.column, wanted.key):
        if name:
            yield name


def _targets(name: str, known: Known) -> Iterator[str]:
    """The built-in fields that columns of this name are imported into."""
    words = heading_words(name)
    kind, _dot, key = BY_WORDS.get(words, "").partition(".")
    if kind == known.kind:
        yield key
    if words in ANY_BY_WORDS:
        yield ANY_BY_WORDS[words]
