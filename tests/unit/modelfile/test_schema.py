"""The published JSON Schema is the one that readers apply."""

from __future__ import annotations

from pathlib import Path

from satsuma.modelfile.schema import schema_text

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


def test_the_published_schema_is_current() -> None:
    """To renew it, write `satsuma.modelfile.schema.schema_text()` to the file."""
    assert (REFERENCE / "segmentation.schema.json").read_text(encoding="utf-8") == schema_text()


def test_no_key_of_the_schema_takes_null() -> None:
    assert '"null"' not in schema_text()
