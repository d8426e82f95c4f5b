"""A file becomes a segmentation, or all of its problems."""

from __future__ import annotations

from pathlib import Path

import pytest

from satsuma.domain.errors import InputError, ModelError
from satsuma.domain.model import (
    Axis,
    Band,
    Field,
    FieldType,
    Group,
    Groups,
    Kind,
    NumericRanges,
    Option,
    Parameter,
    Rule,
    Scale,
    Segment,
    Segmentation,
)
from satsuma.modelfile import parse_segmentation, read_segmentation, segmentation_json
from satsuma.modelfile.building import ONLY_AXIS
from support.files import AXES, PLAIN, changed

OPTIONS = (Option("retail", "retail"), Option("finance", "finance"))
EXPECTED = Segmentation(
    "Value",
    Kind.COMPANY,
    (Field("size", FieldType.NUMBER), Field("sector", FieldType.CHOICE, options=OPTIONS)),
    (
        Axis(
            ONLY_AXIS,
            (
                Parameter("size", 2, NumericRanges((10, 100), (0, 3, 5))),
                Parameter("sector", 1, Groups((Group(("retail",), 5),))),
            ),
            (Band("Low"), Band("High", 50)),
            Scale.PERCENT,
        ),
    ),
)


def test_a_yaml_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "value.yaml"
    file.write_text(PLAIN, encoding="utf-8")
    assert read_segmentation(file) == EXPECTED


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "value.yaml"
    file.write_text(PLAIN, encoding="utf-8-sig")
    assert read_segmentation(file) == EXPECTED


def test_a_file_that_ends_in_json_is_json(tmp_path: Path) -> None:
    file = tmp_path / "value.JSON"
    file.write_text(segmentation_json(EXPECTED), encoding="utf-8")
    assert read_segmentation(file) == EXPECTED
    file.write_text(PLAIN, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        read_segmentation(file)
    assert [problem.code for problem in caught.value.problems] == ["syntax"]


def test_axes_segments_and_rules_are_read() -> None:
    segmentation = parse_segmentation(AXES)
    assert [axis.name for axis in segmentation.axes] == ["Fit", "Warmth"]
    assert segmentation.own_segments == (Segment("Cold"), Segment("Hot"))
    assert segmentation.rules == (Rule("Hot", (("Fit", ("High",)),)), Rule("Cold"))


def test_every_problem_is_in_the_error(tmp_path: Path) -> None:
    file = tmp_path / "value.yaml"
    file.write_text(changed("relevance: 2", "relevance: 20").replace("from: 50", "from: 500"), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        read_segmentation(file)
    assert [problem.place for problem in caught.value.problems] == ["parameters[0].relevance", "bands.segments[1].from"]
    assert str(caught.value) == f"{file} has 2 problems. Correct what is listed and try again."


def test_a_model_of_201_parameters_names_the_limit() -> None:
    fields = "".join(f"  f{number}: {{type: number}}\n" for number in range(201))
    asked = "".join(
        f"  - {{field: f{number}, relevance: 1, ranges: {{cuts: [1], points: [0, 1]}}}}\n" for number in range(201)
    )
    head, tail = PLAIN[: PLAIN.index("fields:")], PLAIN[PLAIN.index("bands:") :]
    with pytest.raises(ModelError) as caught:
        parse_segmentation(f"{head}fields:\n{fields}parameters:\n{asked}{tail}")
    assert [(problem.code, problem.facts["limit"]) for problem in caught.value.problems] == [
        ("parameters_too_many", 200)
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"name: \xff", "file_not_utf8"),
        ("name: x".encode("utf-16"), "file_not_utf8"),
        (b" " * 5_000_001, "file_too_large"),
    ],
)
def test_a_file_without_readable_text_is_an_input_error(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "value.yaml"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_segmentation(file)
    assert caught.value.code == code


def test_a_file_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_segmentation(tmp_path / "none.yaml")
    assert caught.value.code == "file_not_found"
    with pytest.raises(InputError) as caught:
        read_segmentation(tmp_path)
    assert caught.value.code == "file_unreadable"
