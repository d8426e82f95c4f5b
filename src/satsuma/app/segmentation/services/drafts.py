"""Makes segmentations and edits their drafts. Called by the wizard and by whatever brings in a whole model.

A draft saves itself: every change is a step that undo takes back. Quick changes of one person become one step, so that
undo takes back what somebody thinks of as one thing, not a letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.labels import folded_label
from satsuma.app.crm.services.keys import wait_for_turn
from satsuma.app.crm.values import ValueRefusedError, checked_text
from satsuma.app.segmentation.documents import draft_document, read_version
from satsuma.app.segmentation.errors import DraftConflictError
from satsuma.app.segmentation.models import Draft, DraftStep, Segmentation
from satsuma.domain import model as domain
from satsuma.domain.limits import MAX_NAME_CHARACTERS
from satsuma.domain.model import DEFAULT_BANDS, Axis, Kind
from satsuma.modelfile.building import ONLY_AXIS

MOST_STEPS = 200
"""Steps that are kept to be undone; older ones go."""
TOGETHER = timedelta(seconds=3)
"""Changes of one person that follow so quickly upon each other are one step."""


def empty_model(kind: Kind, name: str) -> domain.Segmentation:
    """What a segmentation begins with: no parameters yet, the usual four segments."""
    return domain.Segmentation(name, kind, fields=(), axes=(Axis(ONLY_AXIS, (), DEFAULT_BANDS),))


@transaction.atomic
def create_segmentation(*, model: domain.Segmentation, by: User | None, at: datetime) -> Segmentation:
    """A segmentation with this draft; nobody is placed before it is published. The first of a kind becomes its primary
    one. A name that is taken gets a number. Raises ValuesError `name`."""
    wait_for_turn()
    name = _free_name(model.kind, checked_name(model.name))
    row = Segmentation.objects.create(
        kind=model.kind,
        name=name,
        name_folded=folded_label(name),
        is_primary=not Segmentation.objects.filter(kind=model.kind, is_primary=True).exists(),
        created_by=by,
        created_at=at,
    )
    draft = Draft.objects.create(segmentation=row, updated_by=by, updated_at=at)
    nobody: list[int | None] = [None] * len(model.segments)
    _add_step(draft, replace(model, name=name), nobody, by, at)
    return row


@transaction.atomic
def change_draft(
    *,
    segmentation_id: int,
    version: int,
    model: domain.Segmentation,
    segment_ids: Sequence[int | None],
    by: User | None,
    at: datetime,
    as_one: bool = False,
) -> int:
    """The draft as it is to be from now on; gives its new version, or the old one if nothing is different. With
    `as_one`, a change that quickly follows one of the same person joins its step. Another name is given to the
    segmentation at once, and is no step. Raises DraftConflictError if somebody saved after `version`, and nothing is
    changed; ValuesError `name`; NotFoundError; ValueError for ids of other segmentations' segments."""
    renamed = _rename(segmentation_id, model.name)
    draft = _lock(segmentation_id)
    _refuse_conflict(draft, version)
    step = DraftStep.objects.get(draft=draft, number=draft.step)
    ids = _own_ids(draft, segment_ids, len(model.segments))
    model = replace(model, name=read_version(step.document).name)
    document = draft_document(model)
    if (document, ids) == (step.document, step.segment_ids):
        return _touch(draft, by, at) if renamed else draft.version
    if as_one and _goes_on(draft, step, by, at):
        step.document, step.segment_ids, step.made_at = document, ids, at
        step.save()
    else:
        _add_step(draft, model, ids, by, at)
    return _touch(draft, by, at)


@transaction.atomic
def undo_draft(*, segmentation_id: int, version: int, by: User, at: datetime) -> int:
    """Takes the last change back; gives the draft's version. Raises RefusedError at the beginning, DraftConflictError,
    NotFoundError."""
    return _go(segmentation_id, version, -1, by, at)


@transaction.atomic
def redo_draft(*, segmentation_id: int, version: int, by: User, at: datetime) -> int:
    """Makes a change again that was taken back. As `undo_draft`."""
    return _go(segmentation_id, version, +1, by, at)


@transaction.atomic
def name_new_segments(*, segmentation_id: int, ids: Mapping[str, int]) -> None:
    """Says which segments the new ones of a published draft have become, by name, in every step that is kept: undoing
    a change from before must not make them once more. Publishing is no step of its own. What is being edited in a page
    gets a conflict only if the draft that it shows is another now."""
    draft = _lock(segmentation_id)
    for step in DraftStep.objects.filter(draft=draft):
        names = [segment.name for segment in read_version(step.document).segments]
        free = {name: id_ for name, id_ in ids.items() if id_ not in step.segment_ids}
        known = [free.get(name) if id_ is None else id_ for name, id_ in zip(names, step.segment_ids, strict=True)]
        if known != step.segment_ids and len(set(known) - {None}) == len([id_ for id_ in known if id_ is not None]):
            step.segment_ids = known
            step.save(update_fields=["segment_ids"])
            if step.number == draft.step:
                draft.version += 1
                draft.save(update_fields=["version"])


def _goes_on(draft: Draft, step: DraftStep, by: User | None, at: datetime) -> bool:
    """Whether a change goes on with the step that the same person has just made, and nothing was undone since."""
    is_just_made = step.made_by_id == (by.pk if by else None) and at - step.made_at < TOGETHER
    undone = DraftStep.objects.filter(draft=draft, number__gt=step.number)
    return step.number > 0 and is_just_made and not undone.exists()


def _rename(segmentation_id: int, name: str) -> bool:
    """Whether it had another name. Its row is locked before its draft, as when it is published. A name that is taken
    gets a number, so that what somebody types letter by letter can be saved as it comes."""
    row = Segmentation.objects.filter(id=segmentation_id).exclude(name=name).first()
    if row is not None:
        wait_for_turn()
        row.name = _free_name(Kind(row.kind), checked_name(name), but=row.pk)
        row.name_folded = folded_label(row.name)
        row.save(update_fields=["name", "name_folded"])
    return row is not None


def checked_name(name: str) -> str:
    """The name as it is kept. Raises ValuesError `name`."""
    try:
        called = " ".join(checked_text(name, MAX_NAME_CHARACTERS).split())
    except ValueRefusedError as error:
        raise ValuesError({"name": str(error)}) from error
    if not called:
        raise ValuesError({"name": _("Enter a name.")})
    return called


def _free_name(kind: Kind, name: str, *, but: int = 0) -> str:
    """The name, numbered if a segmentation of the kind has it, other than the one `but`."""
    others = Segmentation.objects.filter(kind=kind).exclude(id=but)
    taken = set(others.values_list("name_folded", flat=True))
    numbered = (f"{name[: MAX_NAME_CHARACTERS - 5]} {number}" for number in range(2, len(taken) + 3))
    return next(free for free in (name, *numbered) if folded_label(free) not in taken)


def _go(segmentation_id: int, version: int, way: int, by: User, at: datetime) -> int:
    draft = _lock(segmentation_id)
    _refuse_conflict(draft, version)
    if not DraftStep.objects.filter(draft=draft, number=draft.step + way).exists():
        raise RefusedError("no_step", _("There is nothing left to undo.") if way < 0 else _("Nothing was undone."))
    draft.step += way
    return _touch(draft, by, at)


def _lock(segmentation_id: int) -> Draft:
    rows = Draft.objects.select_for_update(of=("self",)).select_related("updated_by")
    draft = rows.filter(segmentation=segmentation_id).first()
    if draft is None:
        raise NotFoundError(_("This draft is no longer there."), segmentation_id=segmentation_id)
    return draft


def _refuse_conflict(draft: Draft, version: int) -> None:
    if draft.version != version:
        raise DraftConflictError(version=draft.version, by=str(draft.updated_by) if draft.updated_by else "")


def _own_ids(draft: Draft, segment_ids: Sequence[int | None], count: int) -> list[int | None]:
    own = set(draft.segmentation.segments.values_list("id", flat=True))
    ids = [segment_id if segment_id in own else None for segment_id in segment_ids]
    named = [segment_id for segment_id in ids if segment_id is not None]
    if len(ids) != count or len(set(named)) != len(named):
        raise ValueError("Each segment of the model needs an id of its own, or None.")
    return ids


def _add_step(
    draft: Draft, model: domain.Segmentation, segment_ids: list[int | None], by: User | None, at: datetime
) -> None:
    steps = DraftStep.objects.filter(draft=draft)
    number = draft.step + 1 if steps.filter(number=draft.step).exists() else draft.step
    steps.filter(number__gte=number).delete()
    steps.filter(number__lte=number - MOST_STEPS).delete()
    DraftStep.objects.create(
        draft=draft,
        number=number,
        document=draft_document(model),
        segment_ids=segment_ids,
        made_by=by,
        made_at=at,
    )
    draft.step = number


def _touch(draft: Draft, by: User | None, at: datetime) -> int:
    draft.version += 1
    draft.updated_by, draft.updated_at = by, at
    draft.save()
    return draft.version
