"""Publishes drafts and brings back old versions. Called by the wizard, the list of versions, the job, and sample data.

Publishing is one transaction: the version is frozen, everybody scored, what differs written, and the segmentation
pointed at the new version. Whatever happens before it is committed leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.values import ValueRefusedError, checked_text
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.segmentation import scoring
from satsuma.app.segmentation.documents import read_version, version_document
from satsuma.app.segmentation.errors import DraftConflictError, DraftProblemsError
from satsuma.app.segmentation.models import Segment, Segmentation, Version
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.app.segmentation.services.drafts import name_new_segments
from satsuma.app.segmentation.services.locks import hold_results, wait_for_all_saves
from satsuma.app.segmentation.services.rescoring import note_everybody_scored
from satsuma.app.segmentation.services.results import Occasion, Outcome, Step, bring_up_to_date
from satsuma.domain import model as domain
from satsuma.domain.checks import find_problems
from satsuma.domain.limits import MAX_TEXT_CHARACTERS
from satsuma.domain.scoring import asked_relevance, score_span

PUBLISH = "publish_segmentation"


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be published, as it was when somebody decided so: the text of a version and which segments its
    segments are, None for new ones. `restores` is the number of the version that it brings back, `after` that of the
    version that was the latest then, 0 for none."""

    segmentation_id: int
    document: str
    segment_ids: Sequence[int | None]
    note: str
    restores: int | None = None
    after: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@transaction.atomic
def start_publishing(*, segmentation_id: int, draft_version: int, note: str, by: User, at: datetime) -> Run:
    """Has a worker publish the draft as it is now. Raises DraftProblemsError; DraftConflictError if somebody saved
    after `draft_version`; ValuesError `note`; RefusedError for a segmentation out of use; NotFoundError."""
    return _start(_publication(segmentation_id, draft_version, note), by, at)


@transaction.atomic
def start_roll_back(*, segmentation_id: int, version_number: int, note: str, by: User, at: datetime) -> Run:
    """Has a worker publish an old version again, as a new one. The draft stays as it is. Raises NotFoundError;
    RefusedError for the published version, and for a segmentation out of use; ValuesError `note`."""
    return _start(_restoration(segmentation_id, version_number, note), by, at)


def publish_now(*, segmentation_id: int, draft_version: int, note: str, by: User | None, at: datetime) -> Version:
    """Publishes the draft at once and gives the version. Raises what `start_publishing` raises."""
    return _now(_publication(segmentation_id, draft_version, note), by, at)


def roll_back_now(*, segmentation_id: int, version_number: int, note: str, by: User | None, at: datetime) -> Version:
    """Publishes an old version again, at once. Raises what `start_roll_back` raises."""
    return _now(_restoration(segmentation_id, version_number, note), by, at)


def _now(publication: Publication, by: User | None, at: datetime) -> Version:
    warm_up(publication)
    with transaction.atomic():
        version, _outcome = publish(publication, by=by, at=at)
    return version


def warm_up(publication: Publication) -> None:
    """Reads what scoring will need, so that the transaction is short."""
    if not connection.in_atomic_block:
        scoring.warm_up(publication.document)


def publish(
    publication: Publication, *, by: User | None, at: datetime, step: Step = lambda done, total, phase: None
) -> tuple[Version, Outcome]:
    """The new version and what it changed. To be called in a transaction; all of it is there when that is committed, or
    nothing. Raises NotFoundError, RefusedError for a segmentation that was put out of use meanwhile."""
    wait_for_all_saves(publication.segmentation_id)
    row = hold_results(publication.segmentation_id)
    _refuse_archived(archived=row.archived_at is not None)
    model = read_version(publication.document)
    segment_ids = _write_segments(row, model, _known_by_now(publication, model), at)
    version = _write_version(row, model, publication, segment_ids, by, at)
    before, row.published = row.published_id, version
    row.save(update_fields=["published"])
    occasion = Occasion(Cause.VERSION, at, workspace_day(at), version.number)
    outcome = bring_up_to_date(get_segmentation(row.pk), occasion, version_before=before, step=step)
    note_everybody_scored(row, occasion)
    return version, outcome


def _publication(segmentation_id: int, draft_version: int, note: str) -> Publication:
    draft = get_draft(segmentation_id)
    if draft.version != draft_version:
        raise DraftConflictError(version=draft.version, by=draft.updated_by)
    if problems := find_problems(draft.model):
        raise DraftProblemsError(problems)
    return Publication(
        segmentation_id,
        version_document(draft.model),
        draft.segment_ids,
        _checked_note(note),
        after=_latest_number(segmentation_id),
    )


def _restoration(segmentation_id: int, number: int, note: str) -> Publication:
    version = Version.objects.filter(segmentation=segmentation_id, number=number).first()
    if version is None:
        raise NotFoundError(_("There is no such version."), segmentation_id=segmentation_id, number=number)
    if Segmentation.objects.filter(id=segmentation_id, published=version).exists():
        raise RefusedError("version_published", _("This is the published version already."))
    return Publication(segmentation_id, version.document, version.segment_ids, _checked_note(note), number)


def _checked_note(note: str) -> str:
    try:
        return checked_text(note, MAX_TEXT_CHARACTERS).strip()
    except ValueRefusedError as error:
        raise ValuesError({"note": str(error)}) from error


def _start(publication: Publication, by: User, at: datetime) -> Run:
    segmentation = get_segmentation(publication.segmentation_id)
    _refuse_archived(archived=segmentation.archived)
    title = _("Publish %(name)s") if publication.restores is None else _("Roll back %(name)s")
    return start_run(
        kind=PUBLISH, arguments=publication.as_json(), by=by, at=at, title=title % {"name": segmentation.name}
    )


def _refuse_archived(*, archived: bool) -> None:
    if archived:
        raise RefusedError(
            "segmentation_archived",
            _("This segmentation is out of use."),
            remedy=_("Bring it back into use, then publish."),
        )


def _known_by_now(publication: Publication, model: domain.Segmentation) -> list[int | None]:
    """The ids of the model's segments. Those that were new and that a version published since has made, because
    somebody published the same draft at the same time, are known by their names."""
    ids = publication.segment_ids
    if None not in ids:
        return list(ids)
    since = Version.objects.filter(segmentation=publication.segmentation_id, number__gt=publication.after)
    made: dict[str, int] = {}
    for version in since.order_by("number"):
        names = (segment.name for segment in read_version(version.document).segments)
        made |= {name: id_ for name, id_ in zip(names, version.segment_ids, strict=True) if id_ not in ids}
    named = zip(model.segments, ids, strict=True)
    return [made.pop(segment.name, None) if id_ is None else id_ for segment, id_ in named]


def _latest_number(segmentation_id: int) -> int:
    """0 before the first."""
    numbers = Version.objects.filter(segmentation=segmentation_id).order_by("-number").values_list("number", flat=True)
    return numbers.first() or 0


def _write_segments(
    row: Segmentation, model: domain.Segmentation, segment_ids: Sequence[int | None], at: datetime
) -> list[int]:
    """The ids of the model's segments, lowest first: known ones renamed, new ones made, all others retired."""
    known = {segment.pk: segment for segment in Segment.objects.filter(segmentation=row)}
    written = []
    for position, (named, segment_id) in enumerate(zip(model.segments, segment_ids, strict=True)):
        segment = known.get(segment_id or 0) or Segment(segmentation=row)
        segment.name, segment.color = named.name, named.color or ""
        segment.description, segment.position, segment.retired_at = named.description or "", position, None
        segment.save()
        written.append(segment)
    ids = [segment.pk for segment in written]
    others = Segment.objects.filter(segmentation=row, retired_at__isnull=True).exclude(id__in=ids)
    others.update(retired_at=at)
    new = {segment.name: segment.pk for segment in written if segment.pk not in known}
    if new:
        name_new_segments(segmentation_id=row.pk, ids=new)
    return ids


def _write_version(
    row: Segmentation,
    model: domain.Segmentation,
    publication: Publication,
    segment_ids: list[int],
    by: User | None,
    at: datetime,
) -> Version:
    spans = [score_span(axis) for axis in model.axes]
    return Version.objects.create(
        segmentation=row,
        number=_latest_number(row.pk) + 1,
        document=publication.document,
        segment_ids=segment_ids,
        lowest=sum(lowest for lowest, _highest in spans),
        highest=sum(highest for _lowest, highest in spans),
        asked=asked_relevance(model),
        note=publication.note,
        restores=publication.restores,
        published_by=by,
        published_at=at,
    )
