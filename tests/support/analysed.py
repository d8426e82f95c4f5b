"""A small workspace with a published segmentation, and its figures computed the plain way: contact by contact, by the
specification and by the metrics that lists show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import fmean, quantiles

from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.activities import ActivityEntry, log_activity
from satsuma.app.crm.services.contacts import Entry, bin_contacts, create_contact
from satsuma.app.crm.services.deal_entries import DealEntry
from satsuma.app.crm.services.deals import create_deal
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.values import loaded_value
from satsuma.app.segmentation.models import Assignment
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation
from satsuma.domain import model as domain
from satsuma.domain import scoring
from satsuma.domain.model import Kind
from support.sales import stage_id
from support.segmented import company_value, metric_key, publish

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)
COMPANIES = 12


def analysed_workspace(at: datetime = NOW) -> SegmentationSpec:
    """Made at that time, which is today. Twelve companies with up to 220 employees and one in the bin; every second
    with an e-mail, every fifth with a phone number only. Calls; deals won today, 29, 30, 59 and 60 days ago, a lost one
    and open ones, one by way of a person."""
    create_defaults(at=at)
    today = workspace_day(at)
    companies = [_company(place, at) for place in range(COMPANIES)]
    binned = _company(99, at)
    for place, company in enumerate(companies):
        if place % 3 == 1:
            log_activity(contact_id=company.pk, entry=ActivityEntry("call"), by=None, at=at - timedelta(days=8 * place))
    for place, company in enumerate(companies[3:]):
        for days in (0, 29, 30, 59, 60)[: place % 6]:
            _deal(
                at, "won", f"{1_111.11 * (place + 1):.2f}", company=company.pk, closed_on=today - timedelta(days=days)
            )
        if place % 3 == 0:
            _deal(at, "offer", f"{5_000.5 + place}", company=company.pk)
    person = create_contact(kind=Kind.PERSON, entry=Entry({"name": "Ada"}, company_id=companies[4].pk), by=None, at=at)
    _deal(at, "won", "20000", person=person.contact.pk, closed_on=today - timedelta(days=400))
    _deal(at, "lost", "9999", company=companies[5].pk, closed_on=today)
    _deal(at, "won", "7777", company=binned.pk, closed_on=today)
    version = publish(company_value(), at)
    bin_contacts(contact_ids=[binned.pk], by=None, at=at)
    return get_segmentation(version.segmentation_id)


def _company(place: int, at: datetime) -> Contact:
    values: dict[str, domain.Value] = {"name": f"Company {place:02}"}
    if place % 4:
        values["employees"] = 20 * place
    if place % 2 == 0:
        values["email"] = f"info@company{place}.example"
    elif place % 5 == 0:
        values["phone"] = "+48 22 123 45 67"
    return create_contact(kind=Kind.COMPANY, entry=Entry(values), by=None, at=at).contact


def _deal(
    at: datetime,
    stage: str,
    value: str,
    *,
    company: int | None = None,
    person: int | None = None,
    closed_on: date | None = None,
) -> None:
    entry = DealEntry("Sale", company, person, Decimal(value), stage_id=stage_id(stage), closed_on=closed_on)
    create_deal(entry=entry, by=None, at=at)


@dataclass(frozen=True)
class Plain:
    """A segment's figures, by the book; means and quartiles rounded to what doubles surely hold."""

    customers: int
    won: float
    open: float
    buyers: int
    reachable: int
    coverage: float | None
    five: tuple[float, ...] | None
    points: tuple[float, ...]


def plain_figures(spec: SegmentationSpec, segment_id: int) -> Plain:
    """Of those whose stored result is this segment."""
    rows = Assignment.objects.filter(segmentation=spec.id, segment=segment_id).select_related("contact")
    contacts = [row.contact for row in rows.order_by("contact")]
    won = [_metric(contact, "sum", "won") for contact in contacts]
    results = [_scored(spec, contact) for contact in contacts]
    return Plain(
        customers=len(contacts),
        won=round(sum(won), 4),
        open=round(sum(_metric(contact, "sum", "open") for contact in contacts), 4),
        buyers=sum(_metric(contact, "count", "won") > 0 for contact in contacts),
        reachable=sum(bool(contact.email or contact.phone) for contact in contacts),
        coverage=round(fmean(result.coverage for result in results), 9) if results else None,
        five=_five(won),
        points=tuple(
            round(fmean(points), 9) for points in zip(*(_points(spec, contact) for contact in contacts), strict=True)
        ),
    )


def _metric(contact: Contact, aggregate: str, state: str) -> float:
    """As it is stored, which is what lists show."""
    key = metric_key(Kind(contact.kind), aggregate, of="deals", where={"state": [state]})
    return float(contact.metrics.get(key) or 0)


def _record(spec: SegmentationSpec, contact: Contact) -> dict[str, domain.Value]:
    assert spec.version
    fields = spec.version.model.fields
    stored = {
        field.key: contact.metrics.get(field.key) if field.metric else getattr(contact, field.key) for field in fields
    }
    return {field.key: loaded_value(field.type, stored[field.key]) for field in fields}


def _scored(spec: SegmentationSpec, contact: Contact) -> scoring.Result:
    assert spec.version
    return scoring.score(spec.version.model, _record(spec, contact), TODAY)


def _points(spec: SegmentationSpec, contact: Contact) -> Sequence[int]:
    assert spec.version
    record, model = _record(spec, contact), spec.version.model
    return [
        parameter.relevance
        * scoring.parameter_points(parameter, model.field(parameter.field), record[parameter.field], TODAY)
        for _axis, parameter in model.parameters
    ]


def _five(values: Sequence[float]) -> tuple[float, ...] | None:
    if not values:
        return None
    quarters = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return tuple(round(value, 6) for value in (min(values), *quarters, max(values)))
