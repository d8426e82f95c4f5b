"""JSON text to a `Document`, strictly. Called by `reading`.

NaN and infinities come through as numbers that are not finite: the rules refuse them wherever a number may stand, with
the exact place.
"""

from __future__ import annotations

import json

from satsuma.domain.errors import Problem
from satsuma.domain.places import Path
from satsuma.modelfile.codes import FileCode
from satsuma.modelfile.document import MAX_DEPTH, Document, Tree, whole_number

TOO_DEEP = Problem(
    "",
    FileCode.TOO_DEEP,
    f"Lists and mappings lie more than {MAX_DEPTH} deep. Remove brackets.",
    {"limit": MAX_DEPTH},
)


class _Pairs(list[tuple[str, object]]):
    """A mapping as it is written: keys may come twice."""


def read_json(text: str) -> Document:
    """The document; its problems say where the text is not strict JSON."""
    document = Document()
    try:
        raw = json.loads(text, object_pairs_hook=_Pairs, parse_int=whole_number)
        document.tree = _value(raw, (), document)
    except json.JSONDecodeError as error:
        document.problems.append(_syntax(error, text))
    except RecursionError:
        document.problems.append(TOO_DEEP)
    return document


def _syntax(error: json.JSONDecodeError, text: str) -> Problem:
    if not text.strip():
        return Problem("", FileCode.EMPTY_FILE, "The file is empty.")
    facts = {"line": error.lineno, "column": error.colno}
    message = f"This cannot be read as JSON: {error.msg}. Look at the commas, brackets and quotes here and just before."
    return Problem(f"line {error.lineno}, column {error.colno}", FileCode.SYNTAX, message, facts)


def _value(raw: object, path: Path, document: Document) -> Tree:
    if len(path) > MAX_DEPTH:
        raise RecursionError
    if isinstance(raw, _Pairs):
        return _mapping(raw, path, document)
    if isinstance(raw, list):
        return [_value(item, (*path, index), document) for index, item in enumerate(raw)]
    assert raw is None or isinstance(raw, str | int | float)
    return document.text(raw, path) if isinstance(raw, str) else raw


def _mapping(pairs: _Pairs, path: Path, document: Document) -> dict[str, Tree]:
    entries: dict[str, Tree] = {}
    for written, raw in pairs:
        key = document.text(written, path)
        if key in entries:
            document.key_twice(path, key)
        else:
            entries[key] = _value(raw, (*path, key), document)
    return entries
