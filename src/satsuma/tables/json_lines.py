"""From JSON lines to a frame: one object per line, strictly. Called by `reading`."""

from __future__ import annotations

import json
import re
from typing import NoReturn

import polars as pl

from satsuma.domain.errors import CellError, InputError
from satsuma.tables.delimited import Cells
from satsuma.tables.header import Header, unique_names
from satsuma.tables.limits import MAX_COLUMNS

MAX_INTEGER = 2**63 - 1


def read_json_lines(utf8: bytes, file: str) -> Cells:
    """All objects; a key that is left out is empty. Keys become columns in the order in which they first occur.

    A column of numbers, of true/false or of lists of texts has its own type; a mixed one becomes text; one with objects
    cannot be used. Raises InputError `json_broken`, `file_empty`, `columns_too_many`; CellError for a lone surrogate.
    """
    columns: dict[str, list[object]] = {}
    rows: list[int] = []
    for row, line in enumerate(utf8.split(b"\n"), start=1):
        if line.strip():
            _add(_parsed(line, row, file), columns, len(rows), row, file)
            rows.append(row)
    if not columns:
        raise InputError("file_empty", f"{file} is empty.", remedy="Name a file with objects.", file=file)
    names, twins = unique_names(list(columns))
    series = [_series(name, values, len(rows)) for name, values in zip(names, columns.values(), strict=True)]
    return Cells(pl.DataFrame(series), pl.Series("row", rows, dtype=pl.Int64), Header(names, 0, 0, twins))


def _parsed(line: bytes, row: int, file: str) -> dict[str, object]:
    try:
        parsed = json.loads(line, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
        raise _broken(file, row, reason) from error
    if not isinstance(parsed, dict):
        raise _broken(file, row, "it is not an object")
    if re.search(rb"\\u[dD]", line):
        _refuse_lone_surrogates(parsed, row, file)
    return parsed


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} occurs twice")
    return record


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _refuse_lone_surrogates(record: dict[str, object], row: int, file: str) -> None:
    for key, value in record.items():
        text = json.dumps([key, value], ensure_ascii=False)
        if re.search("[\ud800-\udfff]", text):
            raise CellError(
                "this text contains half of a surrogate pair",
                file=file,
                row=row,
                column=key.encode("ascii", "backslashreplace").decode(),
                text=text.encode("ascii", "backslashreplace").decode(),
                remedy="Write the file as UTF-8 with whole characters.",
            )


def _broken(file: str, row: int, reason: str) -> InputError:
    return InputError(
        "json_broken",
        f"{file}, row {row}: this line cannot be read as JSON: {reason}.",
        remedy="Write one JSON object per line.",
        file=file,
        row=row,
    )


def _add(record: dict[str, object], columns: dict[str, list[object]], place: int, row: int, file: str) -> None:
    for key, value in record.items():
        values = columns.setdefault(key, [])
        values.extend([None] * (place - len(values)))
        values.append(value)
    if len(columns) > MAX_COLUMNS:
        raise InputError(
            "columns_too_many",
            f"{file}, row {row}: there are more than {MAX_COLUMNS:,} different keys.",
            remedy="Keep only the columns that are needed.",
            file=file,
        )


def _series(name: str, values: list[object], height: int) -> pl.Series:
    values.extend([None] * (height - len(values)))
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str}:
        return pl.Series(name, values, dtype=pl.String)
    if kinds == {bool}:
        return pl.Series(name, values, dtype=pl.Boolean)
    if kinds == {int} and all(value is None or abs(value) <= MAX_INTEGER for value in values):  # type: ignore[arg-type]
        return pl.Series(name, values, dtype=pl.Int64)
    if kinds <= {int, float} and float in kinds:
        return pl.Series(name, [None if value is None else _as_double(value) for value in values], dtype=pl.Float64)
    if kinds == {list} and all(type(part) is str for value in values for part in value or ()):  # type: ignore[attr-defined]
        return pl.Series(name, values, dtype=pl.List(pl.String))
    if kinds & {dict, list}:
        return pl.Series(name, values, dtype=pl.Object)
    return pl.Series(name, [_as_text(value) for value in values], dtype=pl.String)


def _as_double(value: object) -> float:
    assert isinstance(value, int | float)
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
