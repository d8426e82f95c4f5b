"""Figures of segments are those of the specification and of the lists, and are told anew when something has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from statistics import fmean

import polars as pl
import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact, Deal
from satsuma.app.crm.money import from_e4
from satsuma.app.crm.services.contacts import Entry, create_contact, save_contact
from satsuma.app.crm.services.deal_entries import entry_of
from satsuma.app.crm.services.deals import save_deal
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.models import Assignment, Exemption
from satsuma.app.segmentation.queries.analysis import Analysis, Figures, get_analysis
from satsuma.app.segmentation.queries.contact_results import find_contact_results
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.app.segmentation.services.exemptions import lift_exemption, set_exemption
from satsuma.domain.model import Kind
from satsuma.report.curve import pareto
from support.analysed import NOW, TODAY, Plain, analysed_workspace, plain_figures
from support.segmented import by_employees, company_value, metric_key, publish, publish_again

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def plain(analysis: Analysis) -> dict[str, Plain]:
    return {
        row.segment.name: Plain(
            customers=row.figures.customers,
            won=row.figures.won_e4 / 10_000,
            open=row.figures.open_e4 / 10_000,
            buyers=row.figures.buyers,
            reachable=row.figures.reachable,
            coverage=None if row.figures.coverage is None else round(row.figures.coverage, 9),
            five=row.figures.five and tuple(round(value, 6) for value in row.figures.five),
            points=tuple(round(points, 9) for points in row.points) if row.figures.customers else (),
        )
        for row in analysis.segments
    }


@pytest.mark.usefixtures("workspace")
def test_figures_are_those_of_the_specification() -> None:
    spec = analysed_workspace()
    analysis = get_analysis(spec, TODAY)
    assert plain(analysis) == {segment.name: plain_figures(spec, segment.id) for segment in spec.segments}
    assert [row.figures.customers for row in analysis.segments] == [5, 2, 4, 1]
    assert [row.share for row in analysis.segments] == [5 / 12, 2 / 12, 4 / 12, 1 / 12]
    total = analysis.total
    assert total.customers == 12
    assert total.won_e4 == sum(row.figures.won_e4 for row in analysis.segments)
    assert [row.won_share for row in analysis.segments] == [
        row.figures.won_e4 / total.won_e4 for row in analysis.segments
    ]


@pytest.mark.usefixtures("workspace")
def test_what_was_won_lately_counts_by_days() -> None:
    """Today and 29 days ago are the last thirty days, 30 and 59 days ago the thirty before, 60 days ago neither."""
    analysis = get_analysis(analysed_workspace(), TODAY)
    won = {days: Decimal(0) for days in (0, 29, 30, 59, 60, 400)}
    for deal in Deal.objects.filter(state="won", company__binned_at__isnull=True):
        assert deal.closed_on
        won[(TODAY - deal.closed_on).days] += deal.worth_e4 or 0
    assert analysis.total.won_recent_e4 == won[0] + won[29] > 0
    assert analysis.total.won_before_e4 == won[30] + won[59] > 0
    assert analysis.total.won_e4 == sum(won.values())


@pytest.mark.usefixtures("workspace")
def test_parameters_say_who_has_no_data_and_the_curve_is_everybodys() -> None:
    spec = analysed_workspace()
    analysis = get_analysis(spec, TODAY)
    assert [(each.title, each.relevance, each.missing) for each in analysis.parameters] == [
        ("Employees", 2, 3),
        ("Value of won deals", 1, 0),
        ("Last activity", 1, 8),
    ]
    won = [value for segment in spec.segments for value in _won(spec.id, segment.id)]
    assert analysis.curve == pareto(pl.Series(won))


def _won(segmentation_id: int, segment_id: int) -> list[float]:
    contacts = _members(segmentation_id, segment_id)
    key = metric_key(Kind.COMPANY, "sum", of="deals", where={"state": ["won"]})
    return [float(contact.metrics.get(key) or 0) for contact in contacts]


@pytest.mark.usefixtures("workspace")
def test_a_segmentation_of_nobody_has_figures_too() -> None:
    create_defaults(at=NOW)
    version = publish(by_employees(), NOW)
    analysis = get_analysis(get_segmentation(version.segmentation_id), TODAY)
    assert analysis.total == Figures(0, 0, 0, 0, 0, 0, 0, 0, coverage=None, five=None)
    assert [(row.share, row.won_share) for row in analysis.segments] == [(0.0, None)] * 4
    assert (analysis.curve, analysis.not_profiled) == (None, 0)


def test_averages_are_rounded_half_up_in_ten_thousandths() -> None:
    sums = {(3, 10_000): 3_333, (3, 20_000): 6_667, (2, 3): 2, (0, 0): None, (2, -3): -1}
    nothing = Figures(0, 0, 0, 0, 0, 0, 0, 0, coverage=None, five=None)
    assert {
        (customers, won): replace(nothing, customers=customers, won_e4=won).average_e4 for customers, won in sums
    } == sums


@pytest.mark.usefixtures("workspace")
def test_who_objected_is_counted_and_no_more(administrator: User) -> None:
    spec = analysed_workspace()
    whose = Contact.objects.get(name="Company 07")
    set_exemption(contact_id=whose.pk, kind=Exemption.Kind.OBJECTION, reason="By e-mail", by=administrator, at=NOW)
    analysis = get_analysis(spec, TODAY)
    assert (analysis.total.customers, analysis.not_profiled) == (11, 1)
    assert plain(analysis) == {segment.name: plain_figures(spec, segment.id) for segment in spec.segments}


@pytest.mark.usefixtures("workspace")
def test_frozen_contacts_keep_their_segment_and_coverage(administrator: User) -> None:
    """Under the version that gave them, although its highest segment is gone and relevance is another."""
    spec = analysed_workspace()
    best = Assignment.objects.get(segmentation=spec.id, segment__name="VIP")
    set_exemption(contact_id=best.contact_id, kind=Exemption.Kind.FROZEN, reason="Lost", by=administrator, at=NOW)
    model, before = company_value(), get_analysis(spec, TODAY)
    (axis,) = model.axes
    parameters = (replace(axis.parameters[0], relevance=9), *axis.parameters[1:])
    fewer = replace(axis, parameters=parameters, bands=axis.bands[:-1])
    publish_again(spec.id, replace(model, axes=(fewer,)), NOW)
    changed = get_segmentation(spec.id)
    analysis = get_analysis(changed, TODAY)
    assert [(row.segment.name, row.segment.retired) for row in analysis.segments] == [
        ("Average", False),
        ("Good", False),
        ("Super", False),
        ("VIP", True),
    ]
    assert analysis.segments[-1].figures == before.segments[-1].figures
    for row in analysis.segments[:-1]:
        coverage = [_coverage(contact, spec.id) for contact in _members(spec.id, row.segment.id)]
        assert row.figures.coverage == pytest.approx(fmean(coverage), abs=1e-9) if coverage else None


def _members(segmentation_id: int, segment_id: int) -> list[Contact]:
    rows = Assignment.objects.filter(segmentation=segmentation_id, segment=segment_id).select_related("contact")
    return [row.contact for row in rows]


def _coverage(contact: Contact, segmentation_id: int) -> float:
    found = find_contact_results(contact, TODAY).find(segmentation_id)
    assert found
    assert found.coverage is not None
    return found.coverage


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("workspace")
def test_figures_are_kept_until_something_changes(administrator: User) -> None:
    spec = analysed_workspace()
    first = get_analysis(spec, TODAY)
    assert get_analysis(spec, TODAY) is first
    assert get_analysis(spec, TODAY + timedelta(days=1)) is not first
    deal = Deal.objects.filter(state="won", company__isnull=False, company__binned_at__isnull=True).first()
    assert deal
    more = replace(entry_of(deal), value=(from_e4(deal.value_e4) or 0) + 1)
    save_deal(deal_id=deal.pk, version=deal.version, entry=more, by=administrator, at=NOW)
    changed = get_analysis(spec, TODAY)
    assert changed.total.won_e4 == first.total.won_e4 + 10_000
    assert plain(changed) == {segment.name: plain_figures(spec, segment.id) for segment in spec.segments}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("workspace")
def test_figures_are_told_anew_when_a_contact_is_frozen_no_more(administrator: User) -> None:
    """Its result may be another though its segment is the same."""
    create_defaults(at=NOW)
    acme = create_contact(kind=Kind.COMPANY, entry=Entry({"name": "Acme"}), by=None, at=NOW).contact
    id_ = publish(by_employees(), NOW).segmentation_id
    set_exemption(contact_id=acme.pk, kind=Exemption.Kind.FROZEN, reason="", by=administrator, at=NOW)
    entry = Entry({"employees": 5})
    save_contact(contact_id=acme.pk, version=1, entry=entry, by=None, at=NOW)
    assert get_analysis(get_segmentation(id_), TODAY).total.coverage == 0
    lift_exemption(contact_id=acme.pk, kind=Exemption.Kind.FROZEN, by=administrator, at=NOW)
    assert get_analysis(get_segmentation(id_), TODAY).total.coverage == 1
