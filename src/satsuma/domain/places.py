"""Where a problem sits, written like the file: `parameters[2].ranges.cuts`. Used by `checks` and `modelfile`."""

from __future__ import annotations

import json
import re

Step = str | int
"""A key of a mapping, or the number of a list's item, counted from 0."""

Path = tuple[Step, ...]

PLAIN_KEY = re.compile(r"[^\W\d][\w \-]*", re.UNICODE)


def place(*steps: Step) -> str:
    """`place("axes", 0, "name")` is `axes[0].name`. A key with other characters than letters, digits, blanks, `-` and
    `_` is quoted: `fields["a.b"].options`. No steps give the empty place: the whole file."""
    return "".join(_written(step) for step in steps).removeprefix(".")


def _written(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if PLAIN_KEY.fullmatch(step) else f"[{json.dumps(step, ensure_ascii=False)}]"


def is_within(inner: str, outer: str) -> bool:
    """Whether the place `inner` is `outer` or a part of it."""
    return inner == outer or outer == "" or inner.startswith((f"{outer}.", f"{outer}["))
