"""The words that sentences about differences are made of. Called by the other modules of this package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app import locale
from satsuma.domain.model import Field, FieldType, Number, Scale

SHOWN = 5
"""How many values of a group a sentence names; it counts the others."""
BETWEEN = " · "


class Titles:
    """What people call the fields, by key; a field that is known no longer is called by its key."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._fields: dict[str, Field] = {}
        for field in fields:
            self._fields.setdefault(field.key, field)

    def __getitem__(self, key: str) -> str:
        return self._fields[key].title if key in self._fields else key

    def field(self, key: str) -> Field | None:
        return self._fields.get(key)


def changed(before: str, after: str) -> str:
    return f"{before} → {after}"


def exact(value: Number) -> str:
    """Every decimal that the number has: two different numbers are never shown alike."""
    return locale.number(value, decimals=_decimals(value))


def points(count: int) -> str:
    return ngettext("%(count)s point", "%(count)s points", count) % {"count": locale.number(count)}


def many(values: Iterable[str]) -> str:
    return BETWEEN.join(values) or _("none")


def listed(values: Sequence[str]) -> str:
    """Some values by name, the others counted."""
    more = len(values) - SHOWN
    if more <= 1:
        return ", ".join(values)
    return _("%(values)s and %(count)s more") % {
        "values": ", ".join(values[:SHOWN]),
        "count": locale.number(more),
    }


def cuts(values: Sequence[Number], field: Field | None) -> str:
    """The limits between ranges, with their currency or unit; ages are days."""
    if field is not None and field.type is FieldType.MONEY:
        return many(locale.money(value) for value in values)
    numbers = many(map(exact, values))
    if field is None or not values:
        return numbers
    if field.type is FieldType.DATE:
        last = int(values[-1])
        return ngettext("%(numbers)s day", "%(numbers)s days", last if len(values) == 1 else 0) % {"numbers": numbers}
    return f"{numbers} {field.unit or ''}".rstrip()


def edge(value: Number | None, scale: Scale) -> str:
    """Where a segment begins, on its scale."""
    if value is None:
        return _("the lowest score")
    if scale is Scale.POINTS:
        return _("%(count)s points") % {"count": exact(value)}
    return locale.percent(Decimal(repr(value)) / 100, decimals=_decimals(value))


def _decimals(value: Number) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
