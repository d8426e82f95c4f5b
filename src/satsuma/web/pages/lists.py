"""What the page of a list shows, whatever it lists: headings, rows, the filter in words. Made by the views of lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.accounts.models import User
from satsuma.app.crm.lists import Answer, Column, ListDefinition, ListQuery
from satsuma.app.crm.lists.cells import cell_labels, cell_text, condition_words
from satsuma.app.crm.queries.lists import Count, count_rows, list_page
from satsuma.app.crm.queries.views import list_views

LONGEST_CELL = 80
"""Characters of a text in a cell; the row's page has all of it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name, and the address that sorts by it; "" where that cannot be."""

    key: str
    label: str
    url: str
    direction: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in words; `labels` are several, each on its own; `drawn` stands in the place of the text."""

    text: str = ""
    labels: Sequence[str] = ()
    is_number: bool = False
    drawn: Any = None


@dataclass(frozen=True, slots=True)
class Row:
    """`item` is what the row is about, for its name and link; the cells are those of the columns behind the first."""

    item: Any
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of the filter in words, and the address without it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: its name, its address, and whether it is what is shown now."""

    id: int
    name: str
    url: str
    is_shared: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A column that can be shown or filtered by."""

    key: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class ListShown:
    """A page of a list with everything around it. `address` is the query behind the question mark, without the place.
    `hidden` are its parameters without words and place, for forms that go on from it."""

    name: str
    path: str
    address: str
    words: str
    sort: str
    headings: Sequence[Heading]
    rows: Sequence[Row]
    count: Count
    count_text: str
    previous_url: str
    next_url: str
    chips: Sequence[Chip]
    notices: Sequence[str]
    clear_url: str
    is_filtered: bool
    columns: Sequence[Choice]
    filters: Sequence[Choice]
    hidden: Sequence[tuple[str, str]]
    is_whole: bool

    @property
    def hidden_but_columns(self) -> list[tuple[str, str]]:
        """For the form that chooses columns."""
        words = [("q", self.words)] if self.words else []
        return [*words, *((name, value) for name, value in self.hidden if name != "columns")]


def list_shown(
    definition: ListDefinition,
    query: ListQuery,
    *,
    path: str,
    as_of: date,
    counted: Callable[[Count], str],
    count: Count | None = None,
) -> ListShown:
    """The page that is asked for. `counted` says how many there are; they are counted here unless `count` is known."""
    page = list_page(definition, query, as_of=as_of)
    is_whole = page.before is None and page.after is None
    if is_whole:
        count = Count(len(page.rows), is_more=False)
    count = count or count_rows(definition, query, as_of=as_of)
    shown = [definition.by_key[key] for key in query.columns]

    def url(asked: ListQuery) -> str:
        address = asked.address(definition)
        return f"{path}?{address}" if address else path

    anywhere = query.at(None)
    return ListShown(
        name=definition.name,
        path=path,
        address=anywhere.address(definition),
        words=query.words,
        sort="-" * query.descending + query.sort,
        headings=[_heading(column, query, url) for column in shown],
        rows=[Row(row, [cell(column, row) for column in shown[1:]]) for row in page.rows],
        count=count,
        count_text=counted(count),
        previous_url=url(query.at(page.before)) if page.before else "",
        next_url=url(query.at(page.after)) if page.after else "",
        chips=_chips(definition, anywhere, url),
        notices=query.notices,
        clear_url=url(query.without_filter()),
        is_filtered=query.is_filtered,
        columns=[Choice(column.key, column.label, column.key in query.columns) for column in definition.columns[1:]],
        filters=[Choice(column.key, column.label) for column in definition.columns],
        hidden=[(name, value) for name, value in anywhere.parameters(definition) if name != "q"],
        is_whole=is_whole,
    )


def cell(column: Column, row: Any) -> Cell:
    if column.answer is Answer.CHOICES:
        return Cell(labels=cell_labels(column, row))
    if column.is_quantity:
        return Cell(_quantity(column, column.value(row)), is_number=True)
    text = cell_text(column, row)
    if column.drawn and (drawn := column.drawn(row)) is not None:
        return Cell(text, drawn=drawn)
    return Cell(text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…")


def _quantity(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.answer is Answer.PERCENT:
        return locale.percent(value / 100, decimals=1)
    return locale.money_to_cent(value) if column.answer is Answer.MONEY else locale.number(value)


def _heading(column: Column, query: ListQuery, url: Callable[[ListQuery], str]) -> Heading:
    is_sorted = column.key == query.sort
    direction = ("descending" if query.descending else "ascending") if is_sorted else ""
    address = url(query.sorted_by(column)) if column.is_sortable else ""
    return Heading(column.key, column.label, address, direction, column.is_quantity)


def _chips(definition: ListDefinition, query: ListQuery, url: Callable[[ListQuery], str]) -> list[Chip]:
    chips = []
    if query.words:
        wordless = ListQuery(
            conditions=query.conditions, sort=query.sort, descending=query.descending, columns=query.columns
        )
        chips.append(Chip(_("“%(words)s”") % {"words": query.words}, url(wordless)))
    for condition in query.conditions:
        column = definition.by_key[condition.key]
        chips.append(Chip(condition_words(column, condition), url(query.without(condition))))
    return chips


def views_shown(definition: ListDefinition, query: ListQuery, *, path: str, reader: User) -> list[View]:
    """The saved views of the list that the reader can see. One query."""
    address = query.address(definition)
    return [
        View(view.pk, view.name, f"{path}?{view.query}", view.owner_id is None, view.query == address)
        for view in list_views(definition.name, reader)
    ]
