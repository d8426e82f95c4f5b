"""A draft tried on one contact."""

from __future__ import annotations

from dataclasses import replace

import pytest

from satsuma.app.crm.services.contacts import bin_contacts
from satsuma.app.segmentation.previews.drafts import preview_draft
from satsuma.app.segmentation.previews.trying import try_on
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec
from satsuma.app.segmentation.services.exemptions import set_exemption
from satsuma.domain.errors import ModelError
from satsuma.domain.model import Kind
from support.analysed import analysed_workspace
from support.drafted import FROZEN, LATER, NOW, OBJECTION, TODAY, company
from support.segmented import a_model, by_employees, company_value

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def published(workspace: object) -> SegmentationSpec:
    return analysed_workspace()


def test_the_explanation_is_the_drafts() -> None:
    found = try_on(by_employees(), contact_id=company("Company 06").pk, as_of=TODAY)
    assert found is not None
    assert (found.result.segment_name, found.result.total.score, found.reasons[0].value) == ("VIP", 100, 120)
    assert try_on(by_employees(0, 0, 0), contact_id=company("Company 06").pk, as_of=TODAY) != found


def test_everybody_tried_adds_up_to_the_preview() -> None:
    model = company_value()
    preview = preview_draft(model, segmentation_id=None, segment_ids=[None] * 4, as_of=TODAY)
    assert preview.numbers is not None
    tried = [try_on(model, contact_id=company(f"Company {place:02}").pk, as_of=TODAY) for place in range(12)]
    names = [found.result.segment_name for found in tried if found]
    assert [names.count(each.name) for each in preview.numbers.segments] == [
        each.customers for each in preview.numbers.segments
    ]


def test_who_is_not_profiled_is_not_tried() -> None:
    objecting, frozen, gone = (company(f"Company 0{place}").pk for place in (1, 2, 3))
    for contact_id, kind in ((objecting, OBJECTION), (frozen, FROZEN)):
        set_exemption(contact_id=contact_id, kind=kind, reason="", by=None, at=NOW)
    bin_contacts(contact_ids=[gone], by=None, at=LATER)
    of_people = replace(by_employees(), kind=Kind.PERSON)
    assert [try_on(by_employees(), contact_id=id_, as_of=TODAY) for id_ in (objecting, gone, 10**9)] == [None] * 3
    assert try_on(of_people, contact_id=frozen, as_of=TODAY) is None
    assert try_on(by_employees(), contact_id=frozen, as_of=TODAY) is not None


def test_a_draft_with_problems_cannot_be_tried() -> None:
    with pytest.raises(ModelError):
        try_on(a_model([]), contact_id=company("Company 01").pk, as_of=TODAY)
