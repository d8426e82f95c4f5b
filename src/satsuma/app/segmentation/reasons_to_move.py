"""Which facts moved a contact, for the person whose save changed them. Called by `telling`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from satsuma.app.crm.facts.contacts import contacts_of
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.crm.values import loaded_value
from satsuma.domain.model import Kind, Record, Segmentation
from satsuma.domain.scoring import parameter_points
from satsuma.engine.facts import records
from satsuma.engine.layout import Layout

MOST_NAMED = 2
"""Facts that a sentence names: those that did most."""


def fields_that_moved(
    model: Segmentation, contact_id: int, before: Mapping[str, Any], *, grew: bool | None, as_of: date
) -> list[str]:
    """The keys of the fields whose change did most for the move, the most first, at most two; none where something else
    moved the contact. `before` is what they held, as JSON keeps it; `grew` says whether the score is a higher one now,
    None where that says nothing. At most eight queries."""
    asked = {parameter.field for _axis, parameter in model.parameters} & before.keys()
    if not asked:
        return []
    layout = Layout(model)
    now = next(iter(records(layout, contacts_of(layout, [contact_id]), as_of)), None)
    if now is None:
        return []
    then = {**now, **{key: loaded_value(model.field(key).type, before[key]) for key in asked}}
    gains = _gains(model, asked, then, now, as_of)
    if grew is not None:
        gains = {key: gain for key, gain in gains.items() if (gain > 0) is grew}
    return sorted((key for key in gains if gains[key]), key=lambda key: -abs(gains[key]))[:MOST_NAMED]


def labels(kind: Kind, keys: Collection[str]) -> list[str]:
    """The names of these fields, in this order. Two queries."""
    known = {field.key: field.label for field in list_fields(kind, retired=True)} if keys else {}
    return [known[key] for key in keys if key in known]


def _gains(model: Segmentation, asked: Collection[str], then: Record, now: Record, as_of: date) -> dict[str, int]:
    """What each field's change did to the scores together."""
    gains = dict.fromkeys((field.key for field in model.fields if field.key in asked), 0)
    for _axis, parameter in model.parameters:
        if parameter.field in gains:
            field = model.field(parameter.field)
            after, before = (parameter_points(parameter, field, record.get(field.key), as_of) for record in (now, then))
            gains[field.key] += parameter.relevance * (after - before)
    return gains
