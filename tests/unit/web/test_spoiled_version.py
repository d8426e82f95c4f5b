"""A version that can no longer be read stops no page of contacts, and its segmentation can be put out of use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.models import Segmentation, Version
from support.sales import create_company
from support.segmented import by_employees, publish

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_contacts_can_be_worked_with_and_the_segmentation_archived(client_of: Callable[[str], Client]) -> None:
    client = client_of("manager")
    create_defaults(at=NOW)
    publish(by_employees(name="Good"), NOW)
    bad = publish(by_employees(name="Bad"), NOW)
    acme = create_company()
    Version.objects.filter(id=bad.pk).update(document='{"name": "spoiled"}')
    place = f"/companies/{acme.id}/"
    for address in (
        "/companies/",
        "/companies/new/",
        place,
        f"{place}edit/",
        "/segmentations/",
        "/settings/contacts/company/fields/",
    ):
        assert client.get(address).status_code == 200, address
    assert client.post(f"/segmentations/{bad.segmentation_id}/archive/").status_code == 302
    assert Segmentation.objects.get(id=bad.segmentation_id).archived_at is not None
