"""Companies and their sales pipeline brought in as people do it: the installation places everybody exactly where the
command line does with the same model file.

The data's licence is not stated, so it is not here; without it there is nothing to test. See examples/maven.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm.imports.mapping import FileMapping
from satsuma.app.crm.models import Import
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.imports import set_mapping
from satsuma.app.segmentation.models import Assignment
from satsuma.app.segmentation.services.publishing import publish_now
from satsuma.app.segmentation.services.starting import start_from_model
from satsuma.domain.model import Kind
from satsuma.modelfile import read_segmentation
from support.command import done
from support.importing import NOW, bring_in, brought_in, counts, upload

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "b2b_crm_maven"
MODEL = ROOT / "examples/maven/model.yaml"
LAST_DAY = datetime(2017, 12, 31, 12, tzinfo=UTC)
QUESTIONS = {"sector": "text", "revenue": "number", "office_location": "text"}
"""Columns that become fields of their own, as the file has them, misspellings and all."""
COLUMNS = {"deal_stage": "stage", "close_value": "value", "close_date": "closed_on"}
"""How the file calls the columns of deals, and how an installation does."""

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not DATA.exists(), reason="the data is not there")]


def accounts() -> Import:
    row = upload((DATA / "accounts.csv").read_bytes(), "accounts.csv")
    mapping = FileMapping.from_json(row.mapping or {})
    columns = [
        replace(each, to="new", type=QUESTIONS[each.column]) if each.column in QUESTIONS else each
        for each in mapping.columns
    ]
    return set_mapping(import_id=row.pk, mapping=replace(mapping, columns=tuple(columns)), at=NOW)


def scored(folder: Path) -> dict[str, str]:
    """Segments by company, as `satsuma score` gives them."""
    asked = ("--key", "account", "--deals", DATA / "sales_pipeline.csv", "--deals-key", "account")
    done("score", MODEL, DATA / "accounts.csv", *asked, "--as-of", "2017-12-31", "-o", folder / "scored.csv")
    with (folder / "scored.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["account"]: row["segment"] for row in csv.DictReader(file)}


def test_companies_are_placed_as_the_command_line_places_them(administrator: User, tmp_path: Path) -> None:
    create_defaults(at=NOW)
    assert counts(brought_in(accounts()).report or {}) == {"company": (85, 0, 0)}
    pipeline = bring_in((DATA / "sales_pipeline.csv").read_bytes(), "sales_pipeline.csv")
    assert counts(pipeline.report or {}) == {"company": (0, 0, 85), "deal": (8800, 0, 0)}
    text = MODEL.read_text()
    for theirs, ours in COLUMNS.items():
        text = text.replace(theirs, ours)
    (tmp_path / "model.yaml").write_text(text)
    metrics = ("won_value", "won_quarter", "won_deals", "open_deals")
    started = start_from_model(
        model=read_segmentation(tmp_path / "model.yaml"),
        kind=Kind.COMPANY,
        agreed=metrics,
        by=administrator,
        at=LAST_DAY,
    )
    assert (started.plan.proposed, started.plan.left_out, started.plan.unknown) == (metrics, (), ())
    publish_now(segmentation_id=started.segmentation_id, draft_version=1, note="", by=administrator, at=LAST_DAY)
    placed = dict(Assignment.objects.values_list("contact__name", "segment__name"))
    assert placed == scored(tmp_path)
    assert Counter(placed.values()) == {"Average": 34, "Good": 26, "Super": 21, "VIP": 4}
