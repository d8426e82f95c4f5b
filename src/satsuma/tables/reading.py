"""From a file on disk to a `Table`. Called by `cli`, and by `engine` where it reads Parquet as a stream."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from io import BufferedIOBase
from pathlib import Path

import polars as pl

from satsuma.domain.errors import InputError
from satsuma.tables.delimited import Cells, read_delimited, refuse_nul
from satsuma.tables.dialect import recognise_delimiter
from satsuma.tables.encoding import Decoded, decode, example_word
from satsuma.tables.json_lines import read_json_lines
from satsuma.tables.limits import MAX_FILE_BYTES
from satsuma.tables.options import ReadOptions
from satsuma.tables.records import iterate_records
from satsuma.tables.table import Table
from satsuma.tables.workbooks import read_sheet_records, read_workbook

DELIMITED = (".csv", ".tsv", ".tab", ".psv", ".ssv", ".txt")
TABBED = (".tsv", ".tab")
JSON_LINES = (".jsonl", ".ndjson")
WORKBOOKS = (".xlsx", ".xlsm")
PARQUET = (".parquet", ".pq")
READ_BYTES = 16 * 1024**2
MAGIC = {b"PK\x03\x04": "an XLSX workbook", b"PAR1": "a Parquet file", b"\x1f\x8b": "a gzip file"}


def read_table(path: Path, options: ReadOptions | None = None) -> Table:
    """The table in a file, its kind told by the extension; text kinds may end in .gz too.

    Costs memory for the whole table. Raises InputError with the file, and the row where there is one.
    """
    options = options or ReadOptions()
    file, kind = path.name, file_kind(path)
    with _file_errors(path):
        _refuse_folder(path)
        if kind in PARQUET:
            return _from_parquet(path, options)
        if kind in WORKBOOKS:
            workbook = read_workbook(path, options, file)
            return _table(file, workbook.cells, options, workbook.notes, workbook.faults)
        decoded = _read_text(path, options, file)
        if kind in JSON_LINES:
            return _table(file, read_json_lines(decoded.utf8, file), options)
        return _from_delimited(decoded, _with_known_delimiter(options, kind), file)


def read_records(path: Path, options: ReadOptions | None = None) -> list[list[str]]:
    """Every record of a delimited file or sheet as its cells, nothing checked, blank records and header included."""
    options = options or ReadOptions()
    file, kind = path.name, file_kind(path)
    with _file_errors(path):
        _refuse_folder(path)
        if kind in WORKBOOKS:
            return read_sheet_records(path, options.sheet, file)
        utf8 = _read_text(path, options, file).utf8
        delimiter = _with_known_delimiter(options, kind).delimiter or recognise_delimiter(utf8)
        refuse_nul(utf8, delimiter, file)
        return list(iterate_records(utf8, delimiter, file))


def scan(path: Path) -> pl.LazyFrame:
    """A Parquet file as a stream. Raises InputError if it is no Parquet file."""
    if file_kind(path) not in PARQUET:
        raise InputError(
            "file_kind_unknown",
            f"{path.name} is not a Parquet file; only these are read as a stream.",
            remedy="Convert it to Parquet.",
            file=path.name,
        )
    with _file_errors(path):
        _refuse_folder(path)
        frame = pl.scan_parquet(path)
        frame.collect_schema()
        return frame


def file_kind(path: Path) -> str:
    """The extension that tells the kind, in small letters, without .gz. Raises InputError `file_kind_unknown`."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    packed = suffixes[-1:] == [".gz"]
    kind = (suffixes[-2:-1] if packed else suffixes[-1:]) or [""]
    if kind[0] in (*DELIMITED, *JSON_LINES) or (not packed and kind[0] in (*WORKBOOKS, *PARQUET)):
        return kind[0]
    raise InputError(
        "file_kind_unknown",
        f"{path.name}: files that end in {''.join(suffixes[-2:] if packed else suffixes[-1:])!r} are not known.",
        remedy="Use .csv, .tsv, .txt, .jsonl (each also with .gz), .xlsx or .parquet.",
        file=path.name,
    )


def _with_known_delimiter(options: ReadOptions, kind: str) -> ReadOptions:
    return replace(options, delimiter=options.delimiter or "\t") if kind in TABBED else options


def _from_delimited(decoded: Decoded, options: ReadOptions, file: str) -> Table:
    cells = read_delimited(decoded.utf8, options, file)
    notes = []
    if decoded.guessed:
        word = example_word(decoded.utf8)
        notes.append(f"{file} is not UTF-8; read as {decoded.encoding} ({word!r}). Say --encoding if that is wrong.")
    if options.header_row is None and cells.header.records > 1:
        notes.append(f"{file}: row {cells.header.records} is taken as the header; the rows above it are left out.")
    return _table(file, cells, options, tuple(notes))


def _from_parquet(path: Path, options: ReadOptions) -> Table:
    frame = pl.read_parquet(path)
    return Table(path.name, frame, _numbered(frame.height), options)


def _numbered(height: int) -> pl.Series:
    return pl.int_range(1, height + 1, dtype=pl.Int64, eager=True).alias("row")


def _table(
    file: str,
    cells: Cells,
    options: ReadOptions,
    notes: tuple[str, ...] = (),
    faults: Mapping[str, Mapping[int, str]] | None = None,
) -> Table:
    return Table(file, cells.frame, cells.rows, options, notes, cells.header.twins, faults or {})


def _read_text(path: Path, options: ReadOptions, file: str) -> Decoded:
    packed = path.suffix.lower() == ".gz"
    with gzip.open(path) if packed else path.open("rb") as stream:
        data = _read_at_most(stream, MAX_FILE_BYTES)
    if data is None:
        raise InputError(
            "file_too_large",
            f"{file} holds more than {MAX_FILE_BYTES // 1024**3} GiB of text.",
            remedy="Split it, or save it as Parquet.",
            file=file,
        )
    _refuse_other_kind(data, file)
    return decode(data, options.encoding, file)


def _read_at_most(stream: BufferedIOBase, most: int) -> bytes | None:
    """All of it; None if there is more. Not by asking for so much at once: Python would take the memory beforehand."""
    parts, found = [], 0
    while part := stream.read(READ_BYTES):
        found += len(part)
        if found > most:
            return None
        parts.append(part)
    return b"".join(parts)


def _refuse_other_kind(data: bytes, file: str) -> None:
    kind = next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), None)
    if kind is not None:
        raise InputError(
            "file_kind_wrong",
            f"{file} is {kind}, not text.",
            remedy="Give it the extension of what it is.",
            file=file,
        )


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise InputError("file_is_folder", f"{str(path)!r} is a folder.", remedy="Name a file in it.", file=str(path))


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    """Whatever the system or a library says about a file, as an InputError."""
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(
            "file_missing", f"There is no file {str(path)!r}.", remedy="Check its name and folder.", file=str(path)
        ) from error
    except (gzip.BadGzipFile, EOFError, zlib.error, pl.exceptions.PolarsError) as error:
        raise InputError(
            "file_broken", f"{path.name} is damaged or not what its name says.", remedy="Get it again.", file=path.name
        ) from error
    except OSError as error:
        raise InputError(
            "file_unreadable",
            f"{str(path)!r} cannot be read: {error.strerror or error}.",
            remedy="Check the permissions, or copy it elsewhere.",
            file=str(path),
        ) from error
