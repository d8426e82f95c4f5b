"""How old the results are, whether they were checked, and which jobs failed lately. Shown by the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from satsuma.app.accounts.models import User
from satsuma.app.jobs.models import State
from satsuma.app.jobs.queries.runs import list_statuses_of
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, VersionSpec
from satsuma.app.segmentation.queries.verification import CheckSpec, find_last_check, first_check_words
from satsuma.web.pages.jobs import JobView

SHOWN = 3
RECENT = timedelta(days=7)
OLD = timedelta(days=2)
"""Everybody is scored for each new day."""


@dataclass(frozen=True, slots=True)
class ResultsState:
    """`scored_at`: when everybody was last scored, `is_old` if that was not lately; `stale_since`: some results may be
    old since then; `check`: the last check of all results, without which `first_check` says when one comes; `failed`:
    jobs of the last seven days that the reader may see."""

    version: VersionSpec | None
    scored_at: datetime | None
    is_old: bool
    stale_since: datetime | None
    check: CheckSpec | None
    first_check: str
    failed: Sequence[JobView]


def results_state(segmentation: SegmentationSpec, reader: User, now: datetime) -> ResultsState:
    """Two queries, and two more before the first check."""
    statuses = list_statuses_of(reader, states=[State.FAILED], limit=SHOWN)
    failed = [status for status in statuses if (status.run.finished_at or now) >= now - RECENT]
    check = find_last_check()
    return ResultsState(
        version=segmentation.version,
        scored_at=segmentation.scored_at,
        is_old=segmentation.scored_at is None or segmentation.scored_at < now - OLD,
        stale_since=segmentation.stale_since,
        check=check,
        first_check="" if check else first_check_words(now),
        failed=[JobView.of(status) for status in failed],
    )
