"""Names of sixty letters: no page of segmentations is wider than a phone, and no number is pushed out of sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from satsuma.app.accounts.models import Workspace
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.domain.model import Segmentation
from support.sales import create_company
from support.segmented import by_employees, publish

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Wielobranżowe Przedsiębiorstwo Produkcyjno-Handlowo-Usługowe Kowalski"
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte"


def renamed(model: Segmentation) -> Segmentation:
    """Every other segment has a name without a space to break it at."""
    (axis,) = model.axes
    bands = [
        replace(band, name=f"{LONG if number % 2 else UNBROKEN} {number}") for number, band in enumerate(axis.bands)
    ]
    return replace(model, name=LONG, axes=(replace(axis, bands=tuple(bands)),))


def test_long_names_widen_nothing(open_page: Callable[..., Page], workspace: Workspace):
    now = timezone.now()
    create_defaults(at=now)
    company = create_company(LONG)
    create_company(UNBROKEN)
    one = publish(renamed(by_employees()), now).segmentation_id
    publish(replace(by_employees(), name=UNBROKEN), now)
    pages = (
        "/dashboard/",
        "/segmentations/",
        *(f"/segmentations/{one}/{page}" for page in ("", "history/", "versions/")),
        *(f"/segmentations/{one}/draft/{step}/" for step in ("parameters", "names", "publish")),
        "/companies/",
        f"/companies/{company.pk}/",
        "/companies/fill/",
        "/settings/scoring/",
    )
    page = open_page("/dashboard/", role="manager", width=360)
    wide = []
    for path in pages:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append(path)
    assert wide == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/segmentations/{one}/draft/names/")
    table = page.locator("#preview-numbers .table-responsive")
    assert table.evaluate("box => box.scrollWidth - box.clientWidth") == 0
