"""Buyers of a shop as people, their purchases as deals: the installation places everybody exactly where the command
line does with the same model file.

The data is CDNOW's 1/10 sample; see tests/data/cdnow/NOTICE.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Deal
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.models import Assignment
from satsuma.app.segmentation.services.publishing import publish_now
from satsuma.app.segmentation.services.starting import start_from_model
from satsuma.app.segmentation.starting import load_known, plan_start
from satsuma.domain.model import Kind
from satsuma.modelfile import read_segmentation
from support.command import done
from support.importing import bring_in, counts

ROOT = Path(__file__).parents[2]
LAST_DAY = datetime(1998, 6, 30, 12, tzinfo=UTC)
HEADINGS = ("Person ID", "Person name", "Deal name", "Amount", "Stage", "Close date")
COLUMNS = {
    "{of: deals, aggregate: latest, column: date, day: date}": (
        "{of: deals, aggregate: latest, column: closed_on, where: {stage: [won]}, day: closed_on}"
    ),
    "{of: deals, aggregate: count, day: date}": (
        "{of: deals, aggregate: count, where: {stage: [won]}, day: closed_on}"
    ),
    "{of: deals, aggregate: sum, column: dollar_value, day: date}": (
        "{of: deals, aggregate: sum, column: value, where: {stage: [won]}, day: closed_on}"
    ),
}
"""How the example's model calls the columns of its table, and how an installation calls those of deals."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def purchases(tmp_path: Path) -> Path:
    """The sample as a table of deals. Its columns are: number, number in the sample, day, how many, for how much."""
    lines = (ROOT / "tests/data/cdnow/CDNOW_sample.txt").read_text().split("\n")
    file = tmp_path / "purchases.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        for buyer, _place, day, discs, spent in (line.split() for line in lines if line.strip()):
            closed = f"{day[:4]}-{day[4:6]}-{day[6:]}"
            writer.writerow([f"B{buyer}", f"Buyer {buyer}", f"{discs} discs", spent, "won", closed])
    return file


@pytest.fixture
def model(tmp_path: Path) -> Path:
    text = (ROOT / "examples/cdnow/model.yaml").read_text()
    for theirs, ours in COLUMNS.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    file = tmp_path / "model.yaml"
    file.write_text(text)
    return file


def scored(model: Path, purchases: Path) -> dict[str, str]:
    """Segments by buyer, as `satsuma score` gives them; it is told what the columns are called."""
    text = purchases.read_text().replace(",".join(HEADINGS), "person,name,title,value,stage,closed_on", 1)
    deals, out = purchases.with_name("deals.csv"), purchases.with_name("scored.csv")
    deals.write_text(text)
    done("score", model, "--deals", deals, "--deals-key", "person", "--as-of", "1998-06-30", "-o", out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        return {row["person"]: row["segment"] for row in csv.DictReader(file)}


def test_buyers_are_placed_as_the_command_line_places_them(administrator: User, model: Path, purchases: Path) -> None:
    create_defaults(at=LAST_DAY)
    row = bring_in(purchases.read_bytes(), "purchases.csv", keys={"person": "external_id", "deal": ""})
    assert counts(row.report or {}) == {"person": (2357, 0, 0), "deal": (6919, 0, 0)}
    assert Deal.objects.filter(state="won", closed_on__isnull=False).count() == 6919
    segmentation = read_segmentation(model)
    plan = plan_start(segmentation, load_known(Kind.PERSON))
    assert (sorted(plan.matched), plan.proposed, plan.left_out) == (["last_bought", "purchases", "spent"], (), ())
    started = start_from_model(model=segmentation, kind=Kind.PERSON, agreed=(), by=administrator, at=LAST_DAY)
    publish_now(segmentation_id=started.segmentation_id, draft_version=1, note="", by=administrator, at=LAST_DAY)
    placed = dict(Assignment.objects.values_list("contact__external_id", "segment__name"))
    expected = scored(model, purchases)
    assert Counter(placed.values()) == Counter(expected.values())
    assert placed == expected
    assert len(set(expected.values())) > 5
