"""From a tree to a `FilePart`, with every problem of structure. Called by `reading`.

To find all problems at once, what is broken is replaced by a stand-in (a parameter, a field, a band …) so that the
rest can be checked. What the rules then say about a stand-in, or because of one, is left out: see `is_consequence`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from satsuma.domain.checks import Code
from satsuma.domain.errors import Problem
from satsuma.domain.places import Path, is_within, place
from satsuma.modelfile.layout import layout_problems
from satsuma.modelfile.parts import FilePart
from satsuma.modelfile.sentences import sentence, unknown_key

PARAMETER = {"field": "stand-in", "relevance": 1, "yes": 0, "no": 0}
SEGMENTS = [{"name": "stand-in 1"}, {"name": "stand-in 2"}]
BANDS = {"segments": [{"name": "stand-in 1"}, {"name": "stand-in 2", "from": 50}]}
AXIS = {"name": "stand-in", "parameters": [PARAMETER], "bands": BANDS}
ANY = object()

StandIn = Callable[[Any, Path], Any]


def _constant(value: Any) -> StandIn:
    return lambda raw, path: copy.deepcopy(value)


def _named(raw: Any, path: Path) -> dict[str, str]:
    """A band or segment; it keeps its name, if that can be read, for the rules that speak of it."""
    name = raw.get("name") if isinstance(raw, dict) else None
    return {"name": name if isinstance(name, str) else f"stand-in {path[-1]}"}


STAND_INS: dict[tuple[Any, ...], StandIn] = {
    ("name",): _constant("stand-in"),
    ("kind",): _constant("company"),
    ("description",): _constant("stand-in"),
    ("fields",): _constant({}),
    ("fields", ANY): _constant({"type": "text"}),
    ("parameters",): _constant([PARAMETER]),
    ("parameters", ANY): _constant(PARAMETER),
    ("bands",): _constant(BANDS),
    ("bands", "scale"): _constant("percent"),
    ("bands", "segments"): _constant(BANDS["segments"]),
    ("bands", "segments", ANY): _named,
    ("axes",): _constant([AXIS, AXIS]),
    ("axes", ANY): _constant(AXIS),
    ("axes", ANY, "name"): lambda raw, path: f"stand-in {path[1]}",
    ("axes", ANY, "parameters"): _constant([PARAMETER]),
    ("axes", ANY, "parameters", ANY): _constant(PARAMETER),
    ("axes", ANY, "bands"): _constant(BANDS),
    ("axes", ANY, "bands", "scale"): _constant("percent"),
    ("axes", ANY, "bands", "segments"): _constant(BANDS["segments"]),
    ("axes", ANY, "bands", "segments", ANY): _named,
    ("segments",): _constant(SEGMENTS),
    ("segments", ANY): _named,
    ("rules",): _constant([{"segment": "stand-in"}]),
    ("rules", ANY): _constant({"segment": "stand-in"}),
}
"""What takes the place of a broken part, by the part's path; the deepest that fits an error is used."""


@dataclass(slots=True)
class Structure:
    """The part that could be made of a tree, the problems, and the paths at which there are stand-ins."""

    part: FilePart
    problems: list[Problem] = field(default_factory=list)
    broken: list[Path] = field(default_factory=list)


def read_structure(tree: dict[str, Any]) -> Structure:
    """Always a whole part: with stand-ins where the tree is broken, each with its problem. Changes the tree."""
    problems: list[Problem] = []
    broken: list[Path] = []
    laid_out = False
    while True:
        part, errors = _validated(tree)
        unknown = [error for error in errors if error["type"] == "extra_forbidden"]
        if unknown:  # alone and first: a mistyped key also leaves a missing one
            problems += [_mend_key(tree, error["loc"]) for error in unknown]
        elif not laid_out:
            laid_out = True
            found, missing = layout_problems(tree)
            problems += found
            broken += _replaced(tree, missing)
        elif part is None:
            paths = [_within(tree, error["loc"]) for error in errors]
            problems += [sentence(error, path) for error, path in zip(errors, paths, strict=True)]
            broken += _replaced(tree, dict.fromkeys(_stand_in_path(path) for path in paths))
        else:
            return Structure(part, problems, broken)


def _validated(tree: dict[str, Any]) -> tuple[FilePart | None, list[ErrorDetails]]:
    try:
        return FilePart.model_validate(tree), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _mend_key(tree: dict[str, Any], path: Path) -> Problem:
    """Removes the unknown key, or takes it for the known one that was probably meant."""
    mapping = _at(tree, path[:-1])
    problem, meant = unknown_key(path, mapping)
    value = mapping.pop(path[-1])
    if meant is not None:
        mapping[meant] = value
    return problem


def _within(tree: Any, loc: Path) -> Path:
    """The error's location without the names of types that pydantic puts between keys."""
    path: list[str | int] = []
    for index, step in enumerate(loc):
        if _has(tree, step):
            tree = tree[step]
            path.append(step)
        elif index == len(loc) - 1 and isinstance(step, str) and isinstance(tree, dict):
            path.append(step)  # a missing key
    return tuple(path)


def _has(tree: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(tree, list) and step < len(tree)
    return isinstance(tree, dict) and step in tree


def _at(tree: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def _stand_in_path(path: Path) -> Path:
    fitting = [path[:length] for length in range(1, len(path) + 1) if _stand_in(path[:length])]
    return fitting[-1]


def _stand_in(path: Path) -> StandIn | None:
    for pattern, stand_in in STAND_INS.items():
        if len(pattern) == len(path) and all(
            expected in (ANY, step) for expected, step in zip(pattern, path, strict=True)
        ):
            return stand_in
    return None


def _replaced(tree: Any, paths: Iterable[Path]) -> list[Path]:
    """Puts stand-ins at the paths, and gives the paths back."""
    done = list(paths)
    for path in done:
        parent = _at(tree, path[:-1])
        stand_in = _stand_in(path)
        assert stand_in is not None
        if _has(parent, path[-1]) or isinstance(parent, dict):
            parent[path[-1]] = stand_in(parent.get(path[-1]) if isinstance(parent, dict) else parent[path[-1]], path)
        else:
            parent.append(stand_in(None, path))
    return done


ABOUT_FIELDS = {
    Code.RANGES_DO_NOT_FIT,
    Code.NUMBER_TOO_PRECISE,
    Code.VALUE_TWICE,
    Code.OPTION_UNKNOWN,
    Code.SEPARATOR_IN_VALUE,
    Code.COMBINE_WITHOUT_CHOICES,
}
ABOUT_SCALE = {Code.EDGE_OUTSIDE_PERCENT, Code.EDGE_TOO_PRECISE, Code.EDGE_NOT_WHOLE}


def is_consequence(problem: Problem, structure: Structure) -> bool:
    """Whether the problem, found by the rules, is only there because something else is broken."""
    return any(_follows(problem, path, structure.part) for path in structure.broken)


def _follows(problem: Problem, broken: Path, part: FilePart) -> bool:
    if is_within(problem.place, place(*broken)):
        return True
    match broken:
        case ("fields",):
            return problem.code == Code.FIELD_UNKNOWN
        case ("fields", key):
            return problem.code in ABOUT_FIELDS and problem.facts.get("field") == key
        case ("segments", *_):
            return problem.code == Code.SEGMENT_UNKNOWN and _nameless(broken, part.segments)
        case ("axes",) | ("axes", _) | ("axes", _, "name"):
            return problem.code in (Code.AXIS_UNKNOWN, Code.AXES_TOO_FEW)
        case ("axes", int(number), "bands") | ("axes", int(number), "bands", "segments", *_):
            axis = part.axes[number] if part.axes else None
            return problem.code == Code.BAND_UNKNOWN and axis is not None and problem.facts.get("axis") == axis.name
        case (*above, "scale"):
            return problem.code in ABOUT_SCALE and is_within(problem.place, place(*above))
    return False


def _nameless(broken: Path, segments: Any) -> bool:
    """Whether the names of the segments are not all known."""
    if len(broken) == 1:
        return True
    return bool(segments[broken[1]].name.startswith("stand-in "))
