"""The customers behind one number of what a draft would do: where they are now, where they would be. Called by the last
step of the wizard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from satsuma.app.crm.facts.contacts import contacts_of
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.segmentation.models import Assignment
from satsuma.app.segmentation.previews.drafts import list_moving
from satsuma.app.segmentation.queries.analysis_columns import WON
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, version_spec
from satsuma.app.segmentation.starting.metrics import meaning
from satsuma.domain import scoring as specification
from satsuma.domain.model import Kind
from satsuma.engine.facts import records
from satsuma.engine.layout import Layout


@dataclass(frozen=True, slots=True)
class Standing:
    """Percent scores now, under the version that gave it, and under the draft; None for who has none now."""

    contact: Contact
    before: float | None
    after: float
    worth: float | None


@dataclass(frozen=True, slots=True)
class MovingPage:
    """Some of `total` customers, the most valuable first. `has_worth`: the workspace has the metric of won deals."""

    total: int
    customers: tuple[Standing, ...]
    has_worth: bool


def list_moving_customers(
    draft: DraftSpec,
    segmentation: SegmentationSpec,
    *,
    before_id: int | None,
    after: int,
    as_of: date,
    start: int,
    most: int,
) -> MovingPage:
    """Who is in the segment `before_id` now (None: in none) and would be in the draft's at the place `after`. Takes a
    draft without problems. Costs as much as a preview, and some ten queries for those that are shown."""
    ids = list_moving(
        draft.model,
        segmentation_id=draft.segmentation_id,
        segment_ids=draft.segment_ids,
        as_of=as_of,
        before_id=before_id,
        after=after,
    )
    shown = ids[start : start + most]
    contacts = {contact.pk: contact for contact in Contact.objects.filter(id__in=shown).select_related("company")}
    now, then = _scores_now(segmentation, shown), _scores_then(draft, shown, as_of)
    key = _worth_key(segmentation.kind)
    return MovingPage(
        len(ids),
        tuple(
            Standing(contacts[id_], now.get(id_), then[id_], contacts[id_].metrics.get(key))
            for id_ in shown
            if id_ in contacts and id_ in then
        ),
        has_worth=key is not None,
    )


def _scores_now(segmentation: SegmentationSpec, ids: Sequence[int]) -> Mapping[int, float]:
    if segmentation.version is None:
        return {}
    rows = Assignment.objects.filter(segmentation=segmentation.id, contact__in=ids, score__isnull=False)
    found = {}
    for row in rows.select_related("version__published_by"):
        version = version_spec(row.version) if row.version else segmentation.version
        found[row.contact_id] = version.percent(row.score or 0)
    return found


def _scores_then(draft: DraftSpec, ids: Sequence[int], as_of: date) -> Mapping[int, float]:
    """By the specification: these are few."""
    layout = Layout(draft.model)
    contacts = contacts_of(layout, ids)
    results = (specification.score(draft.model, record, as_of) for record in records(layout, contacts, as_of))
    return {id_: result.total.percent for id_, result in zip(contacts.keys.to_list(), results, strict=True)}


def _worth_key(kind: Kind) -> str | None:
    sought = meaning(WON)
    metrics = ((field.key, field.metric) for field in list_fields(kind))
    return next((key for key, metric in metrics if metric and meaning(metric) == sought), None)
