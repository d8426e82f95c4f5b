"""The customers behind one number of what a draft would do: where they are now, where they would be. Called by the last
step of the wizard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
class Way:
    """From the segment `before_id` (None: from none) to the draft's at the place `after`; `customers` go it."""

    before_id: int | None
    after: int
    customers: int


@dataclass(frozen=True, slots=True)
class Traveller:
    """A customer and the way it would go. Percent scores now, under the version that gave it, and under the draft; None
    for who has none now. `worth` is the value of won deals, None without that metric."""

    contact: Contact
    way: Way
    before: float | None
    after: float
    worth: float | None


def list_travellers(
    draft: DraftSpec, segmentation: SegmentationSpec, ways: Sequence[Way], *, as_of: date, start: int, most: int
) -> list[Traveller]:
    """Some of those who would go these ways, one way after the other, the most valuable of each first. Takes a draft
    without problems. Costs as much as a preview for each way that is shown, and some ten queries."""
    found = dict(_ids(draft, ways, as_of, start, start + most))
    contacts = {row.pk: row for row in Contact.objects.filter(id__in=found).select_related("company")}
    now, then = _scores_now(segmentation, list(found)), _scores_then(draft, list(found), as_of)
    key = _worth_key(segmentation.kind)
    return [
        Traveller(contacts[id_], way, now.get(id_), then[id_], contacts[id_].metrics.get(key) if key else None)
        for id_, way in found.items()
        if id_ in contacts and id_ in then
    ]


def _ids(draft: DraftSpec, ways: Sequence[Way], as_of: date, start: int, end: int) -> Iterator[tuple[int, Way]]:
    """Those from `start` to under `end`; ways that are shown nothing of are passed over."""
    first = 0
    for way in ways:
        if first < end and start < first + way.customers:
            ids = list_moving(
                draft.model,
                segmentation_id=draft.segmentation_id,
                segment_ids=draft.segment_ids,
                as_of=as_of,
                before_id=way.before_id,
                after=way.after,
            )
            yield from ((id_, way) for id_ in ids[max(start - first, 0) : end - first])
        first += way.customers


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
