"""What is kept in the process between two previews is never wrong for the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from satsuma.app.crm.services.activities import ActivityEntry, log_activity
from satsuma.app.crm.services.contacts import Entry, bin_contacts, create_contact, restore_contacts, save_contact
from satsuma.app.segmentation.previews import everybody
from satsuma.app.segmentation.previews.numbers import ParameterNumbers
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec
from satsuma.app.segmentation.services.exemptions import lift_exemption, set_exemption
from satsuma.app.segmentation.services.pins import remove_pin
from satsuma.domain.model import Kind
from support.analysed import _deal, analysed_workspace
from support.drafted import FROZEN, LATER, OBJECTION, TODAY, Drafted, company, drafted, of_three, pin
from support.racing import race
from support.segmented import by_employees, company_value, publish_again

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_FOLDER = tmp_path
    return tmp_path


@pytest.fixture
def published(workspace: object) -> SegmentationSpec:
    return analysed_workspace()


def _edit(name: str, **values: Any) -> None:
    contact = company(name)
    save_contact(contact_id=contact.pk, version=contact.version, entry=Entry(values), by=None, at=LATER)


def _win(published: SegmentationSpec) -> None:
    _deal(LATER, "won", "123456.7891", company=company("Company 01").pk, closed_on=TODAY)


CHANGES: dict[str, Callable[[SegmentationSpec], object]] = {
    "nothing": lambda published: None,
    "an edit": lambda published: _edit("Company 01", employees=5000),
    "a deal": _win,
    "a call": lambda published: log_activity(
        contact_id=company("Company 02").pk, entry=ActivityEntry("call"), by=None, at=LATER
    ),
    "a new one": lambda published: create_contact(
        kind=Kind.COMPANY, entry=Entry({"name": "New", "employees": 400}), by=None, at=LATER
    ),
    "the bin": lambda published: bin_contacts(contact_ids=[company("Company 03").pk], by=None, at=LATER),
    "out of the bin": lambda published: restore_contacts(contact_ids=[company("Company 03").pk], by=None, at=LATER),
    "a pin": lambda published: pin(published, "Company 05", "VIP"),
    "another pin": lambda published: pin(published, "Company 05", "Super"),
    "no pin": lambda published: remove_pin(
        segmentation_id=published.id, contact_id=company("Company 05").pk, by=None, at=LATER
    ),
    "frozen": lambda published: set_exemption(
        contact_id=company("Company 06").pk, kind=FROZEN, reason="", by=None, at=LATER
    ),
    "an objection": lambda published: set_exemption(
        contact_id=company("Company 07").pk, kind=OBJECTION, reason="", by=None, at=LATER
    ),
    "no objection": lambda published: lift_exemption(
        contact_id=company("Company 07").pk, kind=OBJECTION, by=None, at=LATER
    ),
    "a version": lambda published: publish_again(published.id, of_three(company_value(), 20, 90), LATER),
}


def test_what_is_kept_is_what_everybody_read_anew_gives(published: SegmentationSpec) -> None:
    model = company_value()
    ids = drafted(published, model).segment_ids
    seen = []
    for change in CHANGES.values():
        change(published)
        draft = Drafted(published, model, ids)
        kept = draft.preview()
        everybody._KEPT.clear()
        assert kept == draft.preview()
        seen.append(kept)
        model = replace(model, axes=(replace(model.axes[0], parameters=model.axes[0].parameters[::-1]),))
    different = [number for number in range(1, len(seen)) if seen[number].numbers != seen[number - 1].numbers]
    assert len(different) >= len(CHANGES) - 4


def test_everybody_is_read_once_while_nothing_changes(published: SegmentationSpec) -> None:
    draft = drafted(published, company_value())
    first = draft.preview()
    while everybody._KEPT.get(Kind.COMPANY) is not (kept := _kept_after(draft)):  # the first reading writes snapshots
        pass
    for model in (company_value(), of_three(company_value(), 30, 60), by_employees()):
        drafted(published, model).preview()
        assert everybody._KEPT[Kind.COMPANY] is kept
    assert draft.preview() == first
    _edit("Company 01", employees=7)
    draft.preview()
    assert everybody._KEPT[Kind.COMPANY] is not kept


def _kept_after(draft: Drafted) -> object:
    before = everybody._KEPT.get(Kind.COMPANY)
    draft.preview()
    return before


def test_in_a_transaction_nothing_is_kept(published: SegmentationSpec) -> None:
    everybody._KEPT.clear()
    with transaction.atomic():
        _edit("Company 01", employees=7)
        found = drafted(published, by_employees()).preview()
        assert found.parameters[0][0] == ParameterNumbers((1, 2, 6, 3), 0.75)
    assert everybody._KEPT == {}


def test_changes_are_looked_for_later_where_reading_everybody_takes_long(
    published: SegmentationSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = drafted(published, by_employees())
    draft.preview()
    before = draft.preview()
    monkeypatch.setattr(everybody, "MANY", 12)
    monkeypatch.setattr(everybody, "READING_SHARE", 10**9)
    _edit("Company 01", employees=7)
    assert draft.preview().parameters == before.parameters
    monkeypatch.setattr(everybody, "READING_SHARE", 0)
    assert draft.preview().parameters[0][0] == ParameterNumbers((1, 2, 6, 3), 0.75)


def test_several_people_at_once_see_the_same(published: SegmentationSpec) -> None:
    everybody._KEPT.clear()
    drafts = [drafted(published, model) for model in (company_value(), by_employees())]
    expected = [draft.preview() for draft in drafts]
    everybody._KEPT.clear()
    assert race(4, lambda number: drafts[number % 2].preview()) == [expected[number % 2] for number in range(4)]
