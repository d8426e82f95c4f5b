"""Puts the sample data into the workspace with segmentations that have a past, and takes it out again. Called by the
first run, the settings and `satsuma demo`.

Nothing of the past is made up: the first segmentations are published five weeks ago, and then the sample's last weeks
happen day by day.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Batch
from satsuma.app.crm.queries.sample import find_sample
from satsuma.app.crm.services.batches import Undone
from satsuma.app.crm.services.sample import create_sample_data, refuse_second_sample, remove_sample_data
from satsuma.app.crm.services.sample_days import SampleDay
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.segmentation import sample_models
from satsuma.app.segmentation.errors import NotScoredError
from satsuma.app.segmentation.models import Draft, Pin, Segmentation, Version
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.sample_models import Questions
from satsuma.app.segmentation.services.drafts import change_draft, create_segmentation
from satsuma.app.segmentation.services.publishing import publish_now
from satsuma.app.segmentation.services.rescoring import begin_day
from satsuma.app.segmentation.services.results import Step
from satsuma.app.segmentation.services.segmentations import delete_segmentation
from satsuma.app.segmentation.services.verifying import verify_results
from satsuma.app.segmentation.starting import load_known
from satsuma.domain import model as domain
from satsuma.domain.model import Kind

SAMPLE = "sample_data"
DAYS = 35
RECOMMENDATION, SECOND_VERSION = 21, 12
"""How many days ago the other segmentation of companies, and the second version of the first, were published."""
BETWEEN = 3
"""Days from one scoring of everybody to the next: each takes a moment."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What came of removing the sample; `kept` are the names of segmentations that somebody has changed."""

    undone: Undone
    kept: tuple[str, ...]


def start_sample(*, by: User, at: datetime) -> Run:
    """Has a worker put the sample in. Raises RefusedError if it is there already."""
    refuse_second_sample()
    return start_run(kind=SAMPLE, arguments={}, by=by, at=at)


@transaction.atomic
def create_sample(*, by: User | None, at: datetime, step: Step = lambda done, total, phase: None) -> Batch:
    """The sample data, segmentations of its companies and people with five weeks of history, and a draft that says
    something else than what is published; all results are checked in the end. Takes some seconds. Raises RefusedError
    if the sample is there already."""
    story = _Story(by, step)
    batch = create_sample_data(by=by, at=at, days=DAYS, each_day=story.end_day)
    batch.made["segmentations"] = [_fingerprint(segmentation_id) for segmentation_id in story.segmentation_ids]
    batch.save(update_fields=["made"])
    step(DAYS, DAYS, _("Checking all results"))
    with suppress(NotScoredError):  # one that was there before and cannot be read is noted; it keeps no sample out
        verify_results(at=at)
    return batch


@transaction.atomic
def remove_sample(*, by: User | None, at: datetime) -> Removed:
    """Takes out exactly what `create_sample` put in. Segmentations that somebody has changed or pinned contacts in stay
    and are told, and so do the questions that they ask. Raises RefusedError if there is no sample."""
    batch = find_sample()
    kept = []
    for made in batch.made.get("segmentations", []) if batch else []:
        row = Segmentation.objects.filter(id=made["id"]).first()
        if row is None:
            continue
        if _fingerprint(row.pk) == made and not Pin.objects.filter(segmentation=row).exists():
            delete_segmentation(segmentation_id=row.pk, at=at)
        else:
            kept.append(row.name)
    return Removed(remove_sample_data(by=by, at=at), tuple(kept))


def _fingerprint(segmentation_id: int) -> dict[str, object]:
    """What is another once somebody has changed something."""
    row = Segmentation.objects.get(id=segmentation_id)
    return {
        "id": row.pk,
        "draft": Draft.objects.get(segmentation=row).version,
        "versions": Version.objects.filter(segmentation=row).count(),
        "is_archived": row.archived_at is not None,
    }


class _Story:
    """What became of the segmentations, day by day."""

    def __init__(self, by: User | None, step: Step) -> None:
        self.by, self.step = by, step
        self.segmentation_ids: list[int] = []
        self.company_value = 0

    def end_day(self, day: SampleDay) -> None:
        at = day.evening
        self.step(DAYS - day.days_ago, DAYS, _("Living through the last days"))
        if day.days_ago == DAYS:
            self.company_value = self._publish(sample_models.company_value(load_known(Kind.COMPANY), day.questions), at)
            self._publish(sample_models.influence(load_known(Kind.PERSON)), at)
        elif day.days_ago % BETWEEN == 0:
            for segmentation_id in self.segmentation_ids:
                begin_day(segmentation_id=segmentation_id, at=at)
        if day.days_ago == RECOMMENDATION:
            self._publish(sample_models.recommendation(day.questions), at)
        elif day.days_ago == SECOND_VERSION:
            version = self._change(sample_models.with_recommendation, day)
            note = _("Whether they recommend us counts now.")
            publish_now(segmentation_id=self.company_value, draft_version=version, note=note, by=self.by, at=at)
        elif day.days_ago == 0:
            self._change(sample_models.with_more_potential, day)

    def _publish(self, model: domain.Segmentation, at: datetime) -> int:
        """A segmentation with this model; gives its id."""
        row = create_segmentation(model=model, by=self.by, at=at)
        publish_now(segmentation_id=row.pk, draft_version=1, note="", by=self.by, at=at)
        self.segmentation_ids.append(row.pk)
        return row.pk

    def _change(self, change: Callable[[domain.Segmentation, Questions], domain.Segmentation], day: SampleDay) -> int:
        """Changes the draft of the companies' value; gives the draft's version."""
        draft = get_draft(self.company_value)
        return change_draft(
            segmentation_id=self.company_value,
            version=draft.version,
            model=change(draft.model, day.questions),
            segment_ids=draft.segment_ids,
            by=self.by,
            at=day.evening,
        )
