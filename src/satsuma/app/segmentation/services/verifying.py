"""Proves that stored results are what a full recomputation gives, and that history agrees with them. Called by the
nightly job, by `satsuma verify-results` and when sample data is made.

Everybody is compared without any lock, so that people can go on saving; who differs then is looked at again, one by
one, by the specification and while nobody can write results. Nothing is mended here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import date, datetime

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.facts.contacts import contacts_of
from satsuma.app.segmentation.comparing import SEGMENT, differences
from satsuma.app.segmentation.errors import NotScoredError
from satsuma.app.segmentation.models import ResultCheck
from satsuma.app.segmentation.queries.segmentations import (
    SegmentationSpec,
    VersionSpec,
    get_segmentation,
    list_published,
)
from satsuma.app.segmentation.queries.stored import (
    AFTER,
    count_members,
    count_members_by_moves,
    read_exceptions,
    read_last_moves,
    read_results,
)
from satsuma.app.segmentation.queries.verification import CheckSpec, Finding, find_last_check
from satsuma.app.segmentation.scoring import CONTACT, by_specification, layout_of, read_contacts, score_contacts
from satsuma.app.segmentation.services.locks import hold_contacts, hold_results
from satsuma.app.segmentation.services.rescoring import note_failed, note_stale

Progress = Callable[[int, int, str], None]
NAMED = 20
"""So many contacts of a segmentation are named; all are counted."""
SAMPLE = 2_000
"""So many contacts are scored by the specification too, straight from the database."""
LOOKED_AT_AGAIN = 20_000
"""So many that differ are looked at again; more than that is no coincidence."""


def verify_results(*, at: datetime, progress: Progress = lambda done, total, phase: None) -> CheckSpec:
    """Compares everything, writes down what was found, and gives it. Segmentations with wrong results are noted as
    stale, so that the next scheduled re-scoring mends them. Best called outside of transactions, so that snapshots can
    be kept; about three seconds for a million contacts and segmentation. Raises NotScoredError after all others are
    checked, if everybody cannot be scored by some."""
    as_of, wanted, findings, failed, compared = workspace_day(at), list_published(), [], [], 0
    for number, segmentation in enumerate(wanted):
        progress(number, len(wanted), _("Checking %(name)s") % {"name": segmentation.name})
        if (checked := _tried(segmentation, as_of, at)) is None:
            failed.append(segmentation.name)
            continue
        count, finding = checked
        compared += count
        if finding is not None:
            findings.append(finding)
            note_stale(segmentation.id, at)
    facts = {
        "checked_at": at,
        "as_of": as_of,
        "segmentations": len(wanted) - len(failed),
        "results": compared,
        "wrong": sum(finding.wrong + finding.history for finding in findings),
        "findings": [asdict(finding) for finding in findings],
    }
    ResultCheck.objects.update_or_create(pk=1, defaults=facts)
    found = find_last_check()
    assert found is not None
    if failed:
        raise NotScoredError(failed)
    return found


def _tried(segmentation: SegmentationSpec, as_of: date, at: datetime) -> tuple[int, Finding | None] | None:
    """As `_verify`; None for one that cannot be checked, which is noted as stale and logged."""
    try:
        return _verify(segmentation, as_of)
    except NotFoundError:  # deleted meanwhile
        return 0, None
    except Exception as error:
        note_failed(segmentation.id, error, at)
        return None


def _verify(segmentation: SegmentationSpec, as_of: date) -> tuple[int, Finding | None]:
    """How many contacts were compared, and what is wrong, if anything."""
    assert segmentation.version is not None
    fresh = score_contacts(segmentation.version, read_contacts(segmentation.version, None), as_of)
    stored = read_results(segmentation.id)
    suspects = {*_differing(segmentation, fresh, stored, as_of), *_history_differing(segmentation.id, stored)}
    suspects |= _sampled(segmentation.version, fresh, as_of)
    wrong, history, sizes = _confirmed(segmentation.id, sorted(suspects), as_of)
    if not (wrong or history or sizes):
        return len(fresh), None
    named = tuple(sorted({*wrong, *history})[:NAMED])
    return len(fresh), Finding(segmentation.id, segmentation.name, len(wrong), len(history), sizes, named)


def _differing(segmentation: SegmentationSpec, fresh: pl.DataFrame, stored: pl.DataFrame, as_of: date) -> list[int]:
    exceptions = read_exceptions(segmentation, as_of)
    return differences(fresh, stored, exceptions)[CONTACT].to_list()


def _history_differing(
    segmentation_id: int, stored: pl.DataFrame, contact_ids: Collection[int] | None = None
) -> list[int]:
    """The contacts whose last move does not lead to where they are."""
    last = read_last_moves(segmentation_id, contact_ids)
    pairs = last.join(stored.select(CONTACT, SEGMENT), on=CONTACT, how="full", coalesce=True)
    return pairs.filter(pl.col(AFTER).ne_missing(pl.col(SEGMENT)))[CONTACT].to_list()


def _sampled(version: VersionSpec, fresh: pl.DataFrame, as_of: date) -> set[int]:
    """Of contacts that stand evenly among all, those to whom the specification gives something else than the engine."""
    some = fresh.gather_every(max(len(fresh) // SAMPLE, 1))
    exact = _by_specification(version, some[CONTACT].to_list(), as_of)
    return set(some.join(exact, on=fresh.columns, how="anti")[CONTACT].to_list())


def _by_specification(version: VersionSpec, contact_ids: Collection[int], as_of: date) -> pl.DataFrame:
    layout = layout_of(version.document)
    return by_specification(layout, contacts_of(layout, contact_ids), version.segment_ids, as_of)


@transaction.atomic
def _confirmed(segmentation_id: int, contact_ids: list[int], as_of: date) -> tuple[list[int], list[int], bool]:
    """Whose result is wrong, whose history is, and whether the sizes that follow from moves are: as things stand while
    nobody changes them. A result of the day for which everybody was last scored is right."""
    suspects = contact_ids[:LOOKED_AT_AGAIN]
    hold_contacts(suspects)
    hold_results(segmentation_id)
    segmentation = get_segmentation(segmentation_id)
    assert segmentation.version is not None
    stored = read_results(segmentation_id, suspects)
    wrong = set(suspects)
    for day in {as_of, segmentation.scored_on or as_of}:
        fresh = _by_specification(segmentation.version, wrong, day)
        here = stored.filter(pl.col(CONTACT).is_in(pl.Series(sorted(wrong), dtype=pl.Int64).implode()))
        found = differences(fresh, here, read_exceptions(segmentation, day, wrong))
        wrong = {contact for contact in found[CONTACT] if contact in wrong}
    history = _history_differing(segmentation_id, stored, suspects)
    sizes = count_members(segmentation_id) != count_members_by_moves(segmentation_id)
    return sorted({*wrong, *contact_ids[LOOKED_AT_AGAIN:]}), sorted(history), sizes
