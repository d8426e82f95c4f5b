"""The twelve files of csv-spectrum are read exactly as their JSON states."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from satsuma.tables import read_records, read_table

SPECTRUM = Path(__file__).parents[2] / "data" / "messy" / "csv-spectrum"
NAMES = sorted(path.stem for path in SPECTRUM.glob("*.csv"))


# Two published pairs disagree with themselves: this CSV has another phone number, and this one lost its CRs.
CSV_SAYS = {"location_coordinates": ("1234567890", "2095257564"), "newlines_crlf": ("\\r\\n", "\\n")}


def stated(name: str) -> object:
    text = (SPECTRUM / f"{name}.json").read_text().replace(*CSV_SAYS.get(name, ("", "")))
    records = json.loads(text)
    return records if isinstance(records, list) else [records]


def test_all_twelve_are_here() -> None:
    assert len(NAMES) == 12


@pytest.mark.parametrize("name", NAMES)
def test_records_are_as_stated(name: str) -> None:
    header, *records = read_records(SPECTRUM / f"{name}.csv")
    found = [dict(zip(header, record, strict=True)) for record in records]
    assert found == stated(name)


@pytest.mark.parametrize("name", NAMES)
def test_tables_are_as_stated(name: str) -> None:
    found = read_table(SPECTRUM / f"{name}.csv").frame.to_dicts()
    assert found == stated(name)
