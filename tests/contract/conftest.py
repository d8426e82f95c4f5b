"""A folder with a small segmentation and its tables, as somebody would have them."""

from __future__ import annotations

from pathlib import Path

import pytest

MODEL = """\
satsuma: 1
name: Value
kind: company
fields:
  size: {type: number, unit: people}
  sector: {type: choice, options: [retail, finance]}
  since: {type: date}
  won: {type: money, label: Won value, metric: {of: deals, aggregate: sum, column: value, where: {stage: [won]}}}
parameters:
  - {field: size, relevance: 2, ranges: {cuts: [10, 100], points: [0, 3, 5]}}
  - {field: sector, relevance: 1, groups: [{values: [retail], points: 5}]}
  - {field: since, relevance: 1, ages: {cuts: [365], points: [0, 5]}}
  - {field: won, relevance: 1, ranges: {cuts: [0.3], points: [0, 10]}}
bands:
  segments: [{name: Low}, {name: High, from: 50, color: "#2fb344"}]
"""
ACCOUNTS = """\
account,size,sector,since
Acme,5,retail,2025-06-30
Bolt,100,finance,2026-06-29
Cora,,,
"""
DEALS = """\
account,value,stage
Acme,0.1,won
Acme,0.2,Won
Bolt,5,lost
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """`model.yaml`, `accounts.csv` and `deals.csv`."""
    (tmp_path / "model.yaml").write_text(MODEL, encoding="utf-8")
    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    (tmp_path / "deals.csv").write_text(DEALS, encoding="utf-8")
    return tmp_path
