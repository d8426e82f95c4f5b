"""What all orders that people make have in common. Called by the services of sections, options and stages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from satsuma.app.crm.errors import RefusedError

Row = TypeVar("Row")


def refuse_other_rows(ids: Collection[int], order: Sequence[int]) -> None:
    """Raises RefusedError unless the order names each of the ids once and nothing else: it was made for another list,
    or somebody has added or removed something since."""
    if len(order) != len(ids) or set(order) != set(ids):
        raise RefusedError(
            "order_stale",
            _("This list has changed in the meantime, so the new order was not kept."),
            remedy=_("Load the page again and repeat it."),
        )


def moved(rows: Sequence[Row], row: Row, *, up: bool) -> list[Row]:
    """The rows with this one a place up or down; as they are if there is no such place."""
    found = list(rows)
    at = found.index(row)
    to = at - 1 if up else at + 1
    if 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
    return found
