"""What made many moves at once: an import, a bulk change, their undo, a version, a job that scored again. Pages of jobs
tell by it who moved, and lists of moves are narrowed to it.

A job says in the facts of its result what it announced, see `crm.hooks.announced`. So does one that is not over, or has
failed, in its checkpoint: what it has moved until then is told as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from satsuma.app.crm.hooks import ANNOUNCED
from satsuma.app.jobs.models import Run
from satsuma.app.segmentation.models import Version
from satsuma.app.segmentation.models.results import Cause


class Maker(StrEnum):
    """`JOB` is one that scored everybody, or a list, again."""

    IMPORT = "import"
    BULK = "bulk"
    MERGE = "merge"
    VERSION = "version"
    JOB = "job"


MAKERS: Mapping[str, Maker] = {
    Cause.IMPORT: Maker.IMPORT,
    Cause.BULK: Maker.BULK,
    Cause.MERGE: Maker.MERGE,
    Cause.VERSION: Maker.VERSION,
    Cause.TIME: Maker.JOB,
    Cause.REQUEST: Maker.JOB,
}
BATCHES = frozenset({Maker.IMPORT, Maker.BULK, Maker.MERGE})
UNDONE = "undone"
_WRITTEN = re.compile(rf"({'|'.join(Maker)})-([0-9]{{1,18}})(-{UNDONE})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Origin:
    """`number` is the `reference` of the moves, see `Move`. The undo of a batch is an origin of its own."""

    maker: Maker
    number: int
    is_undo: bool = False

    def __str__(self) -> str:
        """As it stands in addresses: import-12, import-12-undone, version-3."""
        return f"{self.maker}-{self.number}" + (f"-{UNDONE}" if self.is_undo else "")


@dataclass(frozen=True, slots=True)
class Announced:
    """What a job announced; `segmentation_id` is None for what may have moved contacts in all segmentations."""

    origin: Origin
    segmentation_id: int | None = None


def read_origin(text: str) -> Origin | None:
    """None for whatever is none."""
    found = _WRITTEN.fullmatch(text)
    if found is None or (found[3] and found[1] not in BATCHES):
        return None
    return Origin(Maker(found[1]), int(found[2]), bool(found[3]))


def find_announced(run: Run) -> Announced | None:
    """What the run announced, so far; None for one that moves nobody."""
    kept = (run.result or {}).get("facts") or run.checkpoint
    fact = kept.get(ANNOUNCED) if isinstance(kept, dict) else None
    if not fact:
        return None
    origin = Origin(MAKERS[fact["cause"]], fact["reference"], fact.get("is_undo", False))
    return Announced(origin, fact.get("segmentation_id"))


def announced_by_version(version: Version) -> dict[str, Any]:
    """The fact of the job that published it."""
    facts = {"cause": Cause.VERSION.value, "reference": version.number, "segmentation_id": version.segmentation_id}
    return {ANNOUNCED: facts}


def announced_by_job(cause: Cause, run_id: int) -> dict[str, Any]:
    """The fact of a job that scores again."""
    return {ANNOUNCED: {"cause": cause.value, "reference": run_id}}
