"""What pydantic finds, in the words of this project. Called by `structure`."""

from __future__ import annotations

import re
from typing import Any

from pydantic_core import ErrorDetails

from satsuma.domain.errors import SHOWN_CHARACTERS, Problem
from satsuma.domain.places import Path, place
from satsuma.domain.suggestion import closest, hint
from satsuma.modelfile import parts
from satsuma.modelfile.codes import FileCode
from satsuma.modelfile.layout import OF_ONE_AXIS, OF_SEVERAL_AXES

EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "number_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping (`key: value`)",
    "model_type": "a mapping (`key: value`)",
    "option_type": "a list of texts",
}


def sentence(error: ErrorDetails, path: Path) -> Problem:
    """The problem that a validation error is; `path` is its place in the tree."""
    kind, raw, at = error["type"], error["input"], place(*path)
    facts = error.get("ctx", {})
    if kind == "missing":
        return Problem(at, FileCode.KEY_MISSING, f"`{path[-1]}` is missing. Add it.", {"key": path[-1]})
    if kind in (FileCode.KEY_MISSING, FileCode.KEYS_NOT_TOGETHER):
        return Problem(at, FileCode(kind), facts["sentence"])
    if raw is None:
        return Problem(at, FileCode.VALUE_EMPTY, "There is no value here. Give one, or remove the key.")
    if kind == "option_twice":
        message = f"The option {facts['option']!r} is listed twice. Remove one of the two."
        return Problem(at, FileCode.KEY_TWICE, message, {"key": facts["option"]})
    if kind == "enum":
        return _word_unknown(raw, at, re.findall(r"'([^']*)'", facts["expected"]))
    expected = EXPECTED.get(kind, "something else")
    message = f"Here must be {expected}, not {_described(raw)}.{_advice(expected, raw)}"
    return Problem(at, FileCode.WRONG_TYPE, message, {"expected": expected, "found": _shown(raw)})


def _word_unknown(raw: Any, at: str, known: list[str]) -> Problem:
    meant = hint(raw, known) if isinstance(raw, str) else ""
    listed = ", ".join(known)
    message = f"Here must be one of {listed}, not {_described(raw)}.{' ' + meant if meant.startswith('Did') else ''}"
    return Problem(at, FileCode.WORD_UNKNOWN, message, {"found": _shown(raw), "known": known})


def _described(raw: Any) -> str:
    if isinstance(raw, dict):
        return "a mapping"
    if isinstance(raw, list):
        return "a list"
    if isinstance(raw, str):
        return f"the text {_shown(raw)!r}"
    return f"{_shown(raw)}"


def _shown(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    text = "a mapping" if isinstance(raw, dict) else "a list" if isinstance(raw, list) else str(raw)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def _advice(expected: str, raw: Any) -> str:
    if expected == "text" and isinstance(raw, int | float):
        return ' Put it in quotes: "…".'
    if "number" in expected and isinstance(raw, str) and re.fullmatch(r"\s*[-+]?[0-9.,_ ]+\s*", raw):
        return " Write it without quotes, blanks and commas; the decimal sign is a point."
    if expected == "a list" and not isinstance(raw, dict):
        return " Put it in brackets: [ … ]."
    return ""


def unknown_key(path: Path, mapping: dict[str, Any]) -> tuple[Problem, str | None]:
    """The problem of a key that there is not, and the key that was probably meant, if the mapping lacks it."""
    key = str(path[-1])
    known = [name for name in _known_keys(path[:-1]) if name not in mapping]
    if not path[:-1]:  # of the two layouts, only the one that the file has
        foreign = OF_ONE_AXIS if "axes" in mapping else OF_SEVERAL_AXES if "parameters" in mapping else ()
        known = [name for name in known if name not in foreign]
    meant = closest(key, known)
    message = f"The key {_shown(key)!r} is unknown here. {hint(key, known)}"
    advice = "" if meant else " Remove it."
    return Problem(place(*path), FileCode.KEY_UNKNOWN, message + advice, {"key": key, "meant": meant}), meant


def _known_keys(path: Path) -> list[str]:
    return [info.alias or name for name, info in _part_at(path).model_fields.items()]


def _part_at(path: Path) -> type[parts.Part]:
    match path:
        case ():
            return parts.FilePart
        case ("fields", _):
            return parts.FieldPart
        case (*_, "metric"):
            return parts.MetricPart
        case (*_, "parameters", int()):
            return parts.ParameterPart
        case (*_, "ranges"):
            return parts.RangesPart
        case (*_, "ages"):
            return parts.AgesPart
        case (*_, "groups", int()):
            return parts.GroupPart
        case (*_, "bands"):
            return parts.BandsPart
        case (*_, "bands", "segments", int()):
            return parts.BandPart
        case ("axes", int()):
            return parts.AxisPart
        case ("rules", int()):
            return parts.RulePart
        case _:
            return parts.SegmentPart
