"""Options that several commands share, each written once. Commands take them with the decorator `takes`.

A group of options is a dataclass; its fields are Typer annotations. A command that takes the group receives one value
instead of a dozen arguments.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

TABLES, READING, ENGINE = "Tables", "How files are read", "Engine"


def today() -> date:
    """The day on this machine: the scoring day unless --as-of says otherwise."""
    return datetime.now().astimezone().date()


def _day(text: str | date) -> date:
    if isinstance(text, date):
        return text  # the default goes through the parser too
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day. Write it as 2026-11-21.") from None


ModelPath = Annotated[
    Path, typer.Argument(metavar="MODEL", help="The segmentation file (YAML or JSON).", show_default=False)
]
AsOf = Annotated[
    date,
    typer.Option(
        "--as-of", metavar="DAY", parser=_day, default_factory=today, help="The scoring day.", show_default="today"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def _option(flag: str, metavar: str, text: str, panel: str) -> Any:
    return typer.Option(flag, metavar=metavar, help=text, rich_help_panel=panel, show_default=False)


@dataclass(frozen=True, slots=True)
class TableOptions:
    """Which tables to read, and how."""

    contacts: Annotated[
        Path | None,
        typer.Argument(
            metavar="CONTACTS",
            help="The companies or people: CSV, TSV, XLSX, Parquet, JSON lines. Left out: those that the deals name.",
            show_default=False,
        ),
    ] = None
    key: Annotated[str | None, _option("--key", "COLUMN", "The contacts' unique key. [first column]", TABLES)] = None
    deals: Annotated[Path | None, _option("--deals", "FILE", "The deals that metrics count.", TABLES)] = None
    deals_key: Annotated[
        str | None, _option("--deals-key", "COLUMN", "Whose deal a row is. [same name as --key]", TABLES)
    ] = None
    activities: Annotated[
        Path | None, _option("--activities", "FILE", "The activities that metrics count.", TABLES)
    ] = None
    activities_key: Annotated[
        str | None, _option("--activities-key", "COLUMN", "Whose activity a row is. [same name as --key]", TABLES)
    ] = None
    people: Annotated[Path | None, _option("--people", "FILE", "The people of the companies.", TABLES)] = None
    people_key: Annotated[
        str | None, _option("--people-key", "COLUMN", "The company a person belongs to. [same name as --key]", TABLES)
    ] = None
    person_key: Annotated[
        str | None,
        _option(
            "--person-key", "COLUMN", "The column that names a person in --people, --deals and --activities.", TABLES
        ),
    ] = None
    encoding: Annotated[str | None, _option("--encoding", "NAME", "Such as utf-8 or cp1250.", READING)] = None
    delimiter: Annotated[str | None, _option("--delimiter", "SIGN", "Such as ';', 'tab' or 'blanks'.", READING)] = None
    decimal: Annotated[str | None, _option("--decimal", "SIGN", "The decimal sign: '.' or ','.", READING)] = None
    thousands: Annotated[str | None, _option("--thousands", "SIGN", "The thousands separator.", READING)] = None
    date_format: Annotated[
        str | None, _option("--date-format", "FORMAT", "Such as dd.mm.yyyy or %d.%m.%Y.", READING)
    ] = None
    sheet: Annotated[str | None, _option("--sheet", "NAME", "The sheet of an XLSX file. [the first]", READING)] = None
    header_row: Annotated[
        int | None, _option("--header-row", "NUMBER", "The row of column names; 0: there is none.", READING)
    ] = None
    empty: Annotated[
        list[str] | None, _option("--empty", "WORD", "A word that means empty, such as NULL. Repeatable.", READING)
    ] = None

    @property
    def files(self) -> tuple[Path | None, ...]:
        """Every file that is read."""
        return (self.contacts, self.deals, self.activities, self.people)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What computes."""

    engine: Annotated[
        str,
        typer.Option(
            "--engine",
            metavar="NAME",
            help="polars, polars-in-memory, duckdb, spark, sqlite, postgres or ibis-duckdb.",
            rich_help_panel=ENGINE,
        ),
    ] = "polars"
    url: Annotated[
        str | None,
        _option("--url", "ADDRESS", "Of the database (postgresql://…) or of Spark's master (local[*]).", ENGINE),
    ] = None


def takes(**groups: type) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """Lets a command take groups of options: `@takes(tables=TableOptions)` replaces the argument `tables` by the
    group's own arguments and options on the command line."""

    def decorate(command: Callable[..., Any]) -> Callable[..., None]:
        own = inspect.signature(command)
        hints = get_type_hints(command, include_extras=True)
        plain = [
            p.replace(annotation=hints[name], kind=p.KEYWORD_ONLY)
            for name, p in own.parameters.items()
            if name not in groups
        ]
        grouped = [parameter for group in groups.values() for parameter in _parameters(group)]

        @functools.wraps(command)
        def wrapper(**given: Any) -> None:
            values = {
                name: group(**{field.name: given.pop(field.name) for field in fields(group)})
                for name, group in groups.items()
            }
            command(**given, **values)

        every = sorted(plain + grouped, key=_arguments_first)
        wrapper.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
        wrapper.__annotations__ = {parameter.name: parameter.annotation for parameter in every}
        return wrapper

    return decorate


def _parameters(group: type) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(group)
    ]


def _arguments_first(parameter: inspect.Parameter) -> bool:
    """Arguments stand before options in usage lines; the model before the contacts."""
    return not any(
        isinstance(extra, typer.models.ArgumentInfo) for extra in getattr(parameter.annotation, "__metadata__", ())
    )
