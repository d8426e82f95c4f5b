"""The Maven example. Its data may not ship with Satsuma: what needs it runs where somebody has put it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from satsuma.domain.model import Source
from satsuma.modelfile import check_file
from support.sample_tables import Table, results

HERE = Path(__file__).parents[3] / "examples" / "maven"
ACCOUNTS, PIPELINE = HERE / "accounts.csv", HERE / "sales_pipeline.csv"


def test_the_model_has_no_problem_and_no_warning() -> None:
    findings = check_file(HERE / "model.yaml")
    assert [str(remark) for remark in (*findings.problems, *findings.warnings)] == []


@pytest.mark.skipif(not (ACCOUNTS.exists() and PIPELINE.exists()), reason="the data is to be put into examples/maven")
def test_the_segments_have_the_sizes_that_the_readme_names() -> None:
    model = check_file(HERE / "model.yaml").segmentation
    assert model is not None
    deals = {Source.DEALS: Table(PIPELINE, "account")}
    found = results(model, Table(ACCOUNTS, "account"), date(2017, 12, 31), deals)
    sizes = Counter(result.segment_name for result in found.values())
    assert sizes == {"Average": 34, "Good": 26, "Super": 21, "VIP": 4}
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    assert [name for name, size in sizes.items() if f"| {name} | {size} |" not in readme] == []
