"""`python -m benchmarks.rescoring_child ROWS`: fills the installation that SATSUMA_DATA and SATSUMA_DATABASE_URL name,
publishes a segmentation of 20 parameters, and re-scores everybody after every tenth has changed. Prints seconds by name
as JSON."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import UTC, date, datetime

from benchmarks.baselines.case_sql import rescore_by_case
from benchmarks.baselines.row_by_row import rescore_row_by_row
from benchmarks.rescoring import ANALYSIS, BY_CASE, COLD, FIRST, ROW_BY_ROW, SAVE, SLOW_SAVE, WARM
from benchmarks.timing import seconds
from satsuma.domain.model import NumericRanges, Segmentation

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
AS_OF = date(2026, 11, 21)
REPETITIONS = 3
SAMPLE = 300
"""Companies that are re-scored row by row; the time is scaled up to everybody."""
SAVES = 200


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "satsuma.config.settings"
    import django

    django.setup()
    from benchmarks.drafts_child import installation_model
    from benchmarks.installation import create_installation
    from satsuma.app.segmentation.services.drafts import create_segmentation
    from satsuma.app.segmentation.services.publishing import publish_now

    rows = int(sys.argv[1])
    create_installation(rows)
    model = _decided_by_employees(installation_model())
    plain = _saves()[SAVES // 2]
    row = create_segmentation(model=model, by=None, at=NOW)

    def publish() -> None:
        publish_now(segmentation_id=row.pk, draft_version=1, note="", by=None, at=NOW)

    took = {FIRST: seconds(publish)}
    _vacuum()
    took |= _measured(row.pk, rows)
    saves = _saves()
    took |= {SAVE: max(saves[SAVES // 2] - plain, 0.0), SLOW_SAVE: saves[SAVES * 99 // 100]}
    took[ANALYSIS] = seconds(lambda: _analyse(row.pk))
    _assert_right()
    print(json.dumps(took))


def _decided_by_employees(model: Segmentation) -> Segmentation:
    """Employees count as much as all else together, so that who gets many or few changes the segment."""
    (axis,) = model.axes
    few_or_many = NumericRanges((1_000, 4_000), (0, 60, 200))
    parameters = tuple(
        replace(each, ranges=few_or_many, relevance=10) if each.field == "employees" else each
        for each in axis.parameters
    )
    return replace(model, axes=(replace(axis, parameters=parameters),))


def _measured(segmentation_id: int, rows: int) -> dict[str, float]:
    from satsuma.app.crm.snapshots.contacts import forget_snapshots

    best = dict.fromkeys((COLD, WARM, BY_CASE), float("inf"))
    for _turn in range(REPETITIONS):
        _edit()
        forget_snapshots()
        best[COLD] = min(best[COLD], seconds(lambda: _rescore(segmentation_id)))
        _edit()
        _warm_up(segmentation_id)
        best[WARM] = min(best[WARM], seconds(lambda: _rescore(segmentation_id)))
        _edit()
        best[BY_CASE] = min(best[BY_CASE], seconds(lambda: rescore_by_case(segmentation_id, AS_OF, NOW)))
        _assert_nothing_left(segmentation_id)
    _edit()
    sample = min(rows, SAMPLE)
    by_row = seconds(lambda: rescore_row_by_row(segmentation_id, sample, AS_OF, NOW))
    return {**best, ROW_BY_ROW: by_row * rows / sample}


def _rescore(segmentation_id: int) -> None:
    from satsuma.app.segmentation.models.results import Cause
    from satsuma.app.segmentation.services.rescoring import rescore_everybody

    _warm_up(segmentation_id)
    outcome = rescore_everybody(segmentation_id=segmentation_id, cause=Cause.REQUEST, at=NOW)
    assert outcome is not None
    assert 0.05 < len(outcome.moved) / outcome.contacts < 0.11, len(outcome.moved)


def _warm_up(segmentation_id: int) -> None:
    from satsuma.app.segmentation.queries.segmentations import get_segmentation
    from satsuma.app.segmentation.scoring import warm_up

    version = get_segmentation(segmentation_id).version
    assert version is not None
    warm_up(version.document)


def _assert_nothing_left(segmentation_id: int) -> None:
    """What the database did is what we would have done."""
    from satsuma.app.segmentation.models.results import Cause
    from satsuma.app.segmentation.services.rescoring import rescore_everybody

    outcome = rescore_everybody(segmentation_id=segmentation_id, cause=Cause.REQUEST, at=NOW)
    assert outcome is not None
    assert len(outcome.changed) == 0, outcome.changed


def _edit() -> None:
    """Every tenth gets many employees, or few the next time."""
    from django.db import connection, transaction

    from satsuma.app.crm.changes import next_mark

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE crm_contact SET changed = %s, employees = CASE WHEN employees < 2000 THEN 4500 ELSE 10 END"
            " WHERE id %% 10 = 0",
            [next_mark()],
        )
    _vacuum()


def _vacuum() -> None:
    """As PostgreSQL does by itself, but not while something is measured."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE crm_contact, segmentation_assignment, segmentation_move")


def _saves() -> list[float]:
    """How long each of some saves took, the quickest first."""
    from django.utils import timezone

    from satsuma.app.crm.models import Contact
    from satsuma.app.crm.services.contacts import Entry, save_contact

    took: list[float] = []
    for contact in Contact.objects.order_by("id")[:SAVES]:
        entry = Entry({"employees": float(len(took))})

        def save(contact: Contact = contact, entry: Entry = entry) -> None:
            save_contact(contact_id=contact.id, version=contact.version, entry=entry, by=None, at=timezone.now())

        took.append(seconds(save))
    return sorted(took)


def _analyse(segmentation_id: int) -> None:
    from satsuma.app.segmentation.queries.analysis import get_analysis
    from satsuma.app.segmentation.queries.segmentations import get_segmentation

    assert get_analysis(get_segmentation(segmentation_id), AS_OF).total.customers


def _assert_right() -> None:
    from satsuma.app.segmentation.models import Segmentation
    from satsuma.app.segmentation.models.results import Cause
    from satsuma.app.segmentation.services.rescoring import rescore_everybody
    from satsuma.app.segmentation.services.verifying import verify_results

    for found in Segmentation.objects.all():
        rescore_everybody(segmentation_id=found.pk, cause=Cause.REQUEST, at=NOW)
    checked = verify_results(at=NOW)
    assert checked.is_right, checked.sentence


if __name__ == "__main__":
    main()
