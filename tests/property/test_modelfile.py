"""Reading and writing are inverse, and no text makes the reader fail in another way than by its errors."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from satsuma.domain.checks import find_problems, find_warnings
from satsuma.domain.model import Segmentation
from satsuma.modelfile import (
    find_file_problems,
    parse_segmentation,
    segmentation_json,
    write_segmentation,
)
from support.segmentations import segmentations


@settings(deadline=None)
@given(segmentations())
def test_a_generated_segmentation_has_no_problems(segmentation: Segmentation) -> None:
    assert find_problems(segmentation) == []


@settings(deadline=None)
@given(segmentations())
def test_reading_what_was_written_as_yaml_gives_the_same_segmentation(segmentation: Segmentation) -> None:
    assert parse_segmentation(write_segmentation(segmentation)) == segmentation


@settings(deadline=None, max_examples=50)
@given(segmentations())
def test_reading_what_was_written_as_json_gives_the_same_segmentation(segmentation: Segmentation) -> None:
    assert parse_segmentation(segmentation_json(segmentation), format="json") == segmentation


@settings(deadline=None, max_examples=50)
@given(segmentations())
def test_warnings_name_places_that_the_file_has(segmentation: Segmentation) -> None:
    found = find_file_problems(write_segmentation(segmentation)).warnings
    assert len(found) == len(find_warnings(segmentation))
    assert all("line" in warning.facts for warning in found)


@settings(deadline=None)
@given(st.text())
@example("%YAML 9.9\n---\na: 1")
@example("a: !!python/object:os.system x")
@example("? [a]\n: b")
@example("\x00")
@example("{" * 2000)
@example('{"a":' * 2000)
def test_any_text_gives_problems_or_a_segmentation(text: str) -> None:
    for format in ("yaml", "json"):
        findings = find_file_problems(text, format=format)
        assert (findings.segmentation is None) == bool(findings.problems)
