"""What goes out: no text can act as a formula, numbers stay numbers, everything is there."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import fastexcel
import pytest

from satsuma.app.crm.exports import export_rows
from satsuma.app.crm.services.exports import write_everything
from support.importing import bring_in

if TYPE_CHECKING:
    from pathlib import Path

    from satsuma.app.accounts.models import Workspace

HEADINGS = ["=name", "number", "day", "moment", "flag", "list"]
ROW = ["=1+1", -1.5, date(2024, 2, 29), datetime(2024, 2, 29, 12, 30, tzinfo=UTC), True, ["+a", "b"]]
FORMULAS = ["=1+1", "+1", "-1", "@x", "\t=1", "\ufeff=1", "＝1", " =1"]


def read(file: io.IOBase) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))


def test_rows_become_csv() -> None:
    with export_rows(HEADINGS, [ROW, [None] * 6, ["x", Decimal("7.10"), None, None, False, []]], "csv") as file:
        assert read(file) == [
            ["'=name", "number", "day", "moment", "flag", "list"],
            ["'=1+1", "-1.5", "2024-02-29", "2024-02-29 12:30:00", "yes", "'+a; b"],
            ["", "", "", "", "", ""],
            ["x", "7.1", "", "", "no", ""],
        ]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_can_act_as_a_formula(text: str) -> None:
    with export_rows(["a"], [[text]], "csv") as file:
        assert read(file)[1] == [f"'{text}"]


def test_rows_become_a_workbook_with_numbers_and_texts(tmp_path: Path) -> None:
    with export_rows(HEADINGS, [ROW], "xlsx", name="A/B [c]") as file:
        book = fastexcel.read_excel(file.read())
    assert book.sheet_names == ["AB c"]
    frame = book.load_sheet(0).to_polars()
    assert frame.row(0) == (*("=1+1", -1.5, datetime(2024, 2, 29), datetime(2024, 2, 29, 12, 30), "yes", "+a; b"),)
    assert frame.columns == HEADINGS


@pytest.mark.django_db
def test_everything_goes_out_and_comes_back(crm: Workspace, tmp_path: Path) -> None:
    bring_in("Person - Name,Organization - Name,Deal - Title,Deal - Value\nAda,Acme,Big,7.5\n", "all.csv")
    write_everything(tmp_path / "all.zip", "csv", progress=lambda done, total, phase: None)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        tables = {name: read(io.BytesIO(archive.read(name))) for name in archive.namelist()}
    assert {name: len(rows) - 1 for name, rows in tables.items()} == {
        "companies.csv": 1,
        "people.csv": 1,
        "deals.csv": 1,
        "activities.csv": 0,
        "tasks.csv": 0,
    }
    deal = dict(zip(*tables["deals.csv"], strict=True))
    assert (deal["Title"], deal["Company"], deal["Person"], deal["Value"]) == ("Big", "Acme", "Ada", "7.5")
    write_everything(tmp_path / "all.xlsx", "xlsx", progress=lambda done, total, phase: None)
    assert fastexcel.read_excel(tmp_path / "all.xlsx").sheet_names == [
        *("Companies", "People", "Deals", "Activities", "Tasks")
    ]
