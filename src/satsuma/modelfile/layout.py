"""The two layouts of a file – one axis, or two to four with rules – and keys that belong together. Called by
`structure` before anything else."""

from __future__ import annotations

from typing import Any

from satsuma.domain.checks import Code
from satsuma.domain.errors import Problem
from satsuma.domain.limits import MAX_AXES, MIN_AXES_WITH_RULES
from satsuma.domain.places import Path, place
from satsuma.modelfile.codes import FileCode

OF_ONE_AXIS = ("parameters", "bands")
OF_SEVERAL_AXES = ("axes", "segments", "rules")


def layout_problems(tree: dict[str, Any]) -> tuple[list[Problem], list[Path]]:
    """What is wrong with the choice of keys, and the paths that need a stand-in. Takes out of `tree` what belongs to
    the other layout."""
    needed, foreign = (OF_SEVERAL_AXES, OF_ONE_AXIS) if "axes" in tree else (OF_ONE_AXIS, OF_SEVERAL_AXES)
    problems = [_not_together(key) for key in foreign if tree.pop(key, NOTHING) is not NOTHING]
    missing: list[Path] = [(key,) for key in needed if key not in tree]
    problems += [_missing(path) for path in missing]
    axes = tree.get("axes")
    if isinstance(axes, list) and len(axes) < MIN_AXES_WITH_RULES:
        problems.append(_too_few(len(axes)))
        missing += [("axes", number) for number in range(len(axes), MIN_AXES_WITH_RULES)]
    return problems, missing


NOTHING = object()


def _not_together(key: str) -> Problem:
    if key in OF_ONE_AXIS:
        message = f"`{key}` cannot stand beside `axes`: each axis has its own. Move it into an axis, or remove `axes`."
    else:
        message = f"`{key}` goes with `axes` only. Remove it: with one axis, the segments are those of `bands`."
    return Problem(key, FileCode.KEYS_NOT_TOGETHER, message, {"key": key})


def _missing(path: Path) -> Problem:
    key = place(*path)
    return Problem(key, FileCode.KEY_MISSING, f"`{key}` is missing. Add it.", {"key": key})


def _too_few(count: int) -> Problem:
    message = (
        f"There must be {MIN_AXES_WITH_RULES} to {MAX_AXES} axes, here: {count}. "
        "For one axis, give `parameters` and `bands` in place of `axes`, `segments` and `rules`."
    )
    facts = {"count": count, "at_least": MIN_AXES_WITH_RULES, "at_most": MAX_AXES}
    return Problem("axes", Code.AXES_TOO_FEW, message, facts)
