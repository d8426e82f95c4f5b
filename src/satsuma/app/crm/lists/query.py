"""What somebody asks of a list, read from its address and written back into it.

    q=acme&owner=3&tag=7&where=employees~from~50&where=country~any~PL,DE&sort=-updated&columns=name,country

Reading is strict but never fails: what cannot be understood is left out, and said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from django.utils.translation import gettext as _

from satsuma.app.crm.errors import RefusedError
from satsuma.app.crm.lists.columns import Column
from satsuma.app.crm.lists.conditions import Condition, ConditionRefusedError, Operator, gone_options, read_condition
from satsuma.app.crm.lists.definitions import ListDefinition

MOST_CONDITIONS = 20
MOST_COLUMNS = 40
LONGEST_WORDS = 200
MOST_PARAMETERS = 1_000
LONGEST_ADDRESS = 100_000
NOBODY = "none"
"""As in owner=none: without one."""
SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins or ends: behind this row, or before it. `value` is what the row is sorted by, as a text;
    None if it has no value."""

    row_id: int
    value: str | None
    backward: bool = False

    def written(self) -> str:
        return str(self.row_id) if self.value is None else f"{self.row_id}{SEPARATOR}{self.value}"


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A filter, an order, columns and a place in the list. `box` is the id of the segmentation that is counted beside
    it. `notices` say what of the address was not understood."""

    words: str = ""
    conditions: tuple[Condition, ...] = ()
    sort: str = ""
    descending: bool = False
    columns: tuple[str, ...] = ()
    cursor: Cursor | None = None
    box: str = ""
    notices: tuple[str, ...] = ()

    @property
    def is_filtered(self) -> bool:
        return bool(self.words or self.conditions)

    def without_filter(self) -> ListQuery:
        return replace(self, words="", conditions=(), cursor=None)

    def without(self, condition: Condition) -> ListQuery:
        kept = tuple(other for other in self.conditions if other != condition)
        return replace(self, conditions=kept, cursor=None)

    def sorted_by(self, column: Column) -> ListQuery:
        """By this column; by the same one again the other way round."""
        return replace(self, sort=column.key, descending=self.sort == column.key and not self.descending, cursor=None)

    def at(self, cursor: Cursor | None) -> ListQuery:
        return replace(self, cursor=cursor)

    def parameters(self, definition: ListDefinition) -> list[tuple[str, str]]:
        """The address' parameters, in one fixed order, without what is so anyhow."""
        found = [("q", self.words)] if self.words else []
        found += [_parameter(definition, condition) for condition in self.conditions]
        if (self.sort, self.descending) != definition.default_order:
            found.append(("sort", "-" * self.descending + self.sort))
        if self.columns != definition.default_columns:
            found.append(("columns", ",".join(self.columns)))
        if self.box:
            found.append(("box", self.box))
        if self.cursor:
            found.append(("before" if self.cursor.backward else "after", self.cursor.written()))
        return found

    def address(self, definition: ListDefinition) -> str:
        """The part of the address behind the question mark; `read_list_query` reads the same query from it."""
        return urlencode(self.parameters(definition), safe="~,")


def read_list_query(definition: ListDefinition, given: Mapping[str, Sequence[str]]) -> ListQuery:
    """What is asked by the parameters of an address: name → all its values."""
    notices: list[str] = []
    sort, descending = _order(definition, _last(given, "sort"), notices)
    return ListQuery(
        words=_words(_last(given, "q")),
        conditions=_conditions(definition, given, notices),
        sort=sort,
        descending=descending,
        columns=_columns(definition, ",".join(given.get("columns", ())), notices),
        cursor=_cursor(given),
        box=_number(_last(given, "box")),
        notices=tuple(notices),
    )


def read_address(definition: ListDefinition, address: str) -> ListQuery:
    """What the part of an address behind the question mark asks for. Raises RefusedError for one that is longer than
    any list writes: what is cut off could be the condition that keeps a change to a few."""
    try:
        given = parse_qs(address, max_num_fields=MOST_PARAMETERS, errors="ignore")
    except ValueError:
        given = None
    if given is None or len(address) > LONGEST_ADDRESS:
        raise RefusedError(
            "address_too_long",
            _("What is asked of this list is too long."),
            remedy=_("Go back to the list and take out some conditions."),
        )
    return read_list_query(definition, given)


def read_understood(definition: ListDefinition, address: str) -> ListQuery:
    """The same, for what works without anybody looking on. Raises RefusedError too where something of the address is no
    longer understood: a page may leave that out and say so, but a change or an export would reach too many."""
    query = read_address(definition, address)
    if query.notices:
        raise RefusedError(
            "list_changed",
            _("The list can no longer be asked for what was chosen. %(reason)s") % {"reason": query.notices[0]},
            remedy=_("Go back to the list and choose again."),
        )
    return query


def _parameter(definition: ListDefinition, condition: Condition) -> tuple[str, str]:
    if condition.key in definition.shortcuts and condition.operator is Operator.ANY:
        return condition.key, condition.typed()
    return "where", condition.written()


def _last(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name) or [""]
    return values[-1]


def _words(typed: str) -> str:
    return " ".join(typed.encode(errors="ignore").decode().replace("\0", "").split())[:LONGEST_WORDS]


def _conditions(
    definition: ListDefinition, given: Mapping[str, Sequence[str]], notices: list[str]
) -> tuple[Condition, ...]:
    written = [text for name in definition.shortcuts if (text := _shortcut(name, given.get(name, ())))]
    written += [text for text in given.get("where", ()) if text]
    if len(written) > MOST_CONDITIONS:
        notices.append(
            _("A list has at most %(most)d conditions; the others are left out.") % {"most": MOST_CONDITIONS}
        )
    found: dict[Condition, None] = {}
    for text in written[:MOST_CONDITIONS]:
        try:
            condition = read_condition(definition.columns, text)
            found[condition] = None
            notices += _gone(definition.by_key[condition.key], condition)
        except ConditionRefusedError as error:
            notices.append(_("%(reason)s This condition is left out.") % {"reason": error})
    return tuple(found)


def _gone(column: Column, condition: Condition) -> list[str]:
    if not gone_options(column, condition):
        return []
    return [_("“%(label)s” is filtered by something that is no longer there.") % {"label": column.label}]


def _shortcut(name: str, values: Sequence[str]) -> str:
    """owner=3&owner=4 is where=owner~any~3,4; owner=none is where=owner~empty."""
    asked = [value for value in values if value]
    if not asked:
        return ""
    if asked == [NOBODY]:
        return f"{name}{SEPARATOR}{Operator.EMPTY}"
    return SEPARATOR.join((name, Operator.ANY, ",".join(asked)))


def _order(definition: ListDefinition, typed: str, notices: list[str]) -> tuple[str, bool]:
    if not typed:
        return definition.default_order
    key, descending = typed.removeprefix("-"), typed.startswith("-")
    column = definition.find_column(key)
    if column is None or not column.is_sortable:
        notices.append(_("The list cannot be sorted by “%(key)s”.") % {"key": key[:40]})
        return definition.default_order
    return column.key, descending


def _columns(definition: ListDefinition, typed: str, notices: list[str]) -> tuple[str, ...]:
    """The first column, which leads to the row's page, is always there."""
    if not typed:
        return definition.default_columns
    asked = tuple(dict.fromkeys(filter(None, typed.split(","))))[:MOST_COLUMNS]
    found = {key: definition.find_column(key) for key in asked}
    unknown = [key for key, column in found.items() if column is None]
    if unknown:
        notices.append(_("There is no field “%(key)s” in this list.") % {"key": unknown[0][:40]})
    return tuple(dict.fromkeys([definition.columns[0].key, *(column.key for column in found.values() if column)]))


def _cursor(given: Mapping[str, Sequence[str]]) -> Cursor | None:
    backward = bool(_last(given, "before"))
    written = _last(given, "before") or _last(given, "after")
    row_id, tilde, value = written.partition(SEPARATOR)
    if not _number(row_id):
        return None
    return Cursor(int(row_id), value if tilde else None, backward)


def _number(typed: str) -> str:
    """The digits of an id, "" for anything else."""
    return typed if typed.isascii() and typed.isdigit() and len(typed) <= 18 else ""
