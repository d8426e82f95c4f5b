"""Ready-made segmentations: listed, written, fine as they are, and never over somebody's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from satsuma.schemes import KEYS, scheme_text
from support.command import done, satsuma


def test_schemes_are_listed_for_programs() -> None:
    listed = done("schemes", "--json").json
    assert [scheme["key"] for scheme in listed] == list(KEYS)
    assert {frozenset(scheme) for scheme in listed} == {frozenset({"key", "name", "kind", "summary"})}
    assert len(listed) == 16


def test_schemes_are_listed_for_people() -> None:
    shown = done("schemes").out
    assert [key for key in KEYS if key not in shown] == []
    assert shown.endswith("Write one to a file with: satsuma new SCHEME\n")


@pytest.mark.parametrize("scheme", KEYS)
def test_a_new_segmentation_is_fine_as_it_is(scheme: str, tmp_path: Path) -> None:
    outcome = done("new", scheme, folder=tmp_path)
    assert outcome.out.startswith(f"Wrote {scheme}.yaml. ")
    assert (tmp_path / f"{scheme}.yaml").read_text(encoding="utf-8") == scheme_text(scheme)
    assert done("check", f"{scheme}.yaml", "--json", folder=tmp_path).json["warnings"] == []


def test_a_new_segmentation_replaces_a_file_only_if_told_so(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine", encoding="utf-8")
    assert satsuma("new", "rfm", "-o", path).code == 2
    assert path.read_text(encoding="utf-8") == "mine"
    done("new", "rfm", "-o", path, "--force")
    assert path.read_text(encoding="utf-8") == scheme_text("rfm")
