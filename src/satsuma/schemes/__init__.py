"""The ready-made segmentations: model files to start from. Used by `cli` (`satsuma schemes`, `satsuma new`).

The files are the only truth: listing reads the first lines of each, so that it needs neither pydantic nor a YAML
reader; only `read_scheme` loads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from satsuma.domain.errors import InputError
from satsuma.domain.model import Kind

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from satsuma.domain.model import Segmentation

KEYS = (
    "company-value",
    "value-based",
    "potential-hipo",
    "rfm",
    "firmographic-fit",
    "behavioural",
    "revenue-tier",
    "plan-tier",
    "product",
    "industry",
    "geographic",
    "needs-based",
    "nps",
    "person-influence",
    "demographic",
    "psychographic",
)
"""Every scheme, in the order in which people see them: what most begin with first, those for people last."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A ready-made segmentation as it is listed: `key` is what `satsuma new` takes, `summary` one sentence."""

    key: str
    name: str
    kind: Kind
    summary: str


def list_schemes() -> tuple[Scheme, ...]:
    """All ready-made schemes, in the order of `KEYS`. Reads a few small files; a few milliseconds."""
    return tuple(_listed(key) for key in KEYS)


def scheme_text(key: str) -> str:
    """The scheme's model file as it ships, comments included.

    Raises InputError `scheme_unknown`, naming the closest key, if there is no such scheme.
    """
    if key not in KEYS:
        raise _unknown(key)
    return (_folder() / f"{key}.yaml").read_text(encoding="utf-8")


def read_scheme(key: str) -> Segmentation:
    """The scheme as a segmentation.

    Raises InputError `scheme_unknown` as `scheme_text` does. Loads the model file reader: some tenths of a second the
    first time.
    """
    from satsuma.modelfile import parse_segmentation

    return parse_segmentation(scheme_text(key), source=f"{key}.yaml")


def _folder() -> Traversable:
    from importlib.resources import files

    return files("satsuma.schemes") / "files"


def _listed(key: str) -> Scheme:
    """From the top of the file, where each of these keys stands on a line of its own, unquoted (a test sees to it)."""
    top = dict(line.split(": ", 1) for line in scheme_text(key).splitlines()[:HEAD_LINES] if ": " in line)
    return Scheme(key, top["name"], Kind(top["kind"]), top["description"])


def _unknown(key: str) -> InputError:
    from difflib import get_close_matches

    closest = next(iter(get_close_matches(key.strip().casefold().replace("_", "-"), KEYS, n=1, cutoff=0.5)), None)
    suggestion = f"Did you mean {closest!r}? " if closest else ""
    return InputError(
        "scheme_unknown",
        f"There is no ready-made scheme called {key!r}.",
        remedy=f"{suggestion}`satsuma schemes` lists all of them.",
        key=key,
        closest=closest,
    )


HEAD_LINES = 20
"""How many lines of a file hold its opening comment, name, kind and description."""
