"""`satsuma import`: brings files in without the pages: the same check, the same import."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from satsuma.cli.options import READING, Json, _option, takes
from satsuma.cli.starting import DataFolder

if TYPE_CHECKING:
    from satsuma.app.crm.models import Import

CHUNK = 1024 * 1024
SHOWN_ERRORS = 20


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How files are read."""

    encoding: Annotated[str | None, _option("--encoding", "NAME", "Such as utf-8 or cp1250.", READING)] = None
    delimiter: Annotated[str | None, _option("--delimiter", "SIGN", "Such as ';', 'tab' or 'blanks'.", READING)] = None
    decimal: Annotated[str | None, _option("--decimal", "SIGN", "The decimal sign: '.' or ','.", READING)] = None
    thousands: Annotated[str | None, _option("--thousands", "SIGN", "The thousands separator.", READING)] = None
    date_format: Annotated[str | None, _option("--date-format", "FORMAT", "Such as dd.mm.yyyy.", READING)] = None
    sheet: Annotated[str | None, _option("--sheet", "NAME", "The sheet of an XLSX file. [the first]", READING)] = None
    header_row: Annotated[
        int | None, _option("--header-row", "NUMBER", "The row of column names; 0: there is none.", READING)
    ] = None
    empty: Annotated[list[str] | None, _option("--empty", "WORD", "A word that means empty. Repeatable.", READING)] = (
        None
    )

    def reading(self) -> dict[str, Any]:
        delimiter = {"tab": "\t", "\\t": "\t"}.get(self.delimiter or "", self.delimiter)
        given = {
            "encoding": self.encoding,
            "delimiter": delimiter,
            "decimal": self.decimal,
            "thousands": self.thousands,
            "date_format": self.date_format,
            "sheet": self.sheet,
            "header_row": self.header_row,
            "empty_words": list(self.empty or ()),
        }
        return {name: value for name, value in given.items() if value not in (None, [])}


@takes(options=ReadingOptions)
def command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV, TSV, XLSX, Parquet, JSON lines.")],
    options: ReadingOptions,
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="WHAT", help="What the files are mostly about: companies, people or deals."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="NAME", help="How rows of --as are matched: external_id, domain, email or name."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=FIELD", help="Where a column goes: 'City=company.city'; 'City=': left out."
        ),
    ] = None,
    new_fields: Annotated[
        bool, typer.Option("--new-fields", help="Make a field of every column that is not recognised.")
    ] = False,
    skip_bad_rows: Annotated[
        bool, typer.Option("--skip-bad-rows", help="Leave wrong rows out, instead of writing nothing.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and write nothing.")] = False,
    errors: Annotated[
        Path | None, typer.Option("--errors", metavar="FILE", help="Write every error into this CSV file.")
    ] = None,
    json: Json = False,
    data: DataFolder = None,
) -> None:
    """Bring companies, people and deals in from files, one after the other."""
    from satsuma.cli.starting import working_with

    with working_with(data):
        for file in files:
            _bring_in(file, options, as_, key, column or [], new_fields, skip_bad_rows, dry_run, errors, json)


def _bring_in(
    file: Path,
    options: ReadingOptions,
    as_: str | None,
    key: str | None,
    given: list[str],
    new_fields: bool,
    skip_bad_rows: bool,
    dry_run: bool,
    errors: Path | None,
    json: bool,
) -> None:
    from django.utils import timezone

    from satsuma.app.crm.services import import_runs, imports

    at = timezone.now()
    row = imports.create_import(file_name=file.name, parts=_parts(file), by=None, at=at)
    done = False
    try:
        if reading := options.reading():
            row = imports.set_reading(import_id=row.pk, reading=reading, at=at)
        _refuse_unread(row)
        mapping = _mapping(row, as_, key, given, new_fields)
        row = imports.set_mapping(import_id=row.pk, mapping=mapping, at=at)
        import_runs.check_import(row, at=at)
        _say(row, json=json)
        _write_errors(row, errors)
        if not dry_run:
            row = imports.allow_bad_rows(import_id=row.pk, skip_bad_rows=skip_bad_rows)
            import_runs.run_import(row, by=None, at=at)
            done = True
    finally:
        if not done:
            imports.delete_import(import_id=row.pk, at=at)


def _parts(file: Path) -> Any:
    """The file's bytes. Raises InputError for one that cannot be opened."""
    from satsuma.domain.errors import InputError

    try:
        with file.open("rb") as stream:
            while part := stream.read(CHUNK):
                yield part
    except OSError as error:
        raise InputError(
            "file_unreadable",
            f"{str(file)!r} cannot be read: {error.strerror}.",
            remedy="Check its name and folder.",
            file=str(file),
        ) from error


def _refuse_unread(row: Import) -> None:
    from satsuma.app.crm.imports.wording import UnreadError

    if error := (row.recognised or {}).get("error"):
        raise UnreadError(row.file_name, error)


def _mapping(row: Import, as_: str | None, key: str | None, given: list[str], new_fields: bool) -> Any:
    """What is guessed, with what the command line says."""
    from dataclasses import replace

    from django.utils import timezone

    from satsuma.app.crm.imports.context import Part
    from satsuma.app.crm.imports.guessing import guess_part
    from satsuma.app.crm.imports.mapping import FileMapping
    from satsuma.app.crm.services.imports import propose_mapping
    from satsuma.domain.errors import InputError

    parts = {"companies": Part.COMPANY, "people": Part.PERSON, "deals": Part.DEAL}
    if as_ is not None and as_ not in parts:
        raise InputError("option_invalid", f"{as_!r} cannot be imported.", remedy="Use companies, people or deals.")
    part = parts[as_] if as_ else None
    if part is not None:
        row = propose_mapping(import_id=row.pk, mostly=part, at=timezone.now())
    mapping = FileMapping.from_json(row.mapping or {})
    targets = dict(text.rpartition("=")[::2] for text in given)
    about = part or guess_part((row.recognised or {})["columns"])
    otherwise = "new" if new_fields and about is not Part.DEAL else ""  # deals have no fields of their own
    columns = tuple(replace(known, to=targets.get(known.column, known.to or otherwise)) for known in mapping.columns)
    keys = dict(mapping.keys)
    for name in {known.to.partition(".")[0] for known in columns if "." in known.to}:
        keys.setdefault(name, "name" if name != "deal" else "")
    if key is not None:
        keys[(part or Part.COMPANY).value] = key
    if unknown := set(targets) - {known.column for known in columns}:
        raise InputError("column_missing", f"There is no column {sorted(unknown)[0]!r}.", remedy="Check --map.")
    return replace(mapping, columns=columns, keys=keys)


def _say(row: Import, *, json: bool) -> None:
    """The report of the check, for people or programs."""
    from satsuma.cli.screen import say, whole

    report = row.report or {}
    if json:
        import json as json_text

        print(json_text.dumps({"file": row.file_name, **report}, ensure_ascii=False))  # noqa: T201
        return
    say(f"{row.file_name}: {whole(report['rows'])} rows, {whole(report['bad_rows'])} of them wrong.")
    for part in report["parts"]:
        counts = (whole(part[name]) for name in ("new", "changed", "unchanged"))
        say("  {}: {} new, {} changed, {} unchanged".format(part["name"], *counts))
    for sentence in (*report["new_things"], *report["notes"]):
        say(f"  {sentence}")
    for fault in report["faults"]:
        say(f"  Column {fault['column']!r}: {fault['message']} {fault['remedy']}")
    for error in report["errors"][:SHOWN_ERRORS]:
        say(f"  Row {error['row']}, {error['column']!r}: {error['reason']} ({error['text']!r})")
    if report["error_count"] > SHOWN_ERRORS:
        say(f"  … {whole(report['error_count'])} errors in all; --errors FILE writes them down.")


def _write_errors(row: Import, errors: Path | None) -> None:
    from satsuma.app.crm.queries.imports import find_errors_file
    from satsuma.tables import write_text

    found = find_errors_file(row)
    if errors is not None and found is not None:
        write_text(errors, found.read_text(encoding="utf-8-sig"))
