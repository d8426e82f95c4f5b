"""JSON is read strictly."""

from __future__ import annotations

import pytest

from satsuma.modelfile import find_file_problems, parse_segmentation, segmentation_json
from satsuma.modelfile.json_text import read_json
from support.files import PLAIN


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("", "", "empty_file"),
        ("null", "", "empty_file"),
        ('{"a" 1}', "line 1, column 6", "syntax"),
        ('{"a": 1} {"b": 2}', "line 1, column 10", "syntax"),
        ("{'a': 1}", "line 1, column 2", "syntax"),
        ('{"satsuma": 1, // x\n}', "line 1, column 16", "syntax"),
        ("[" * 100_000, "", "too_deep"),
        ('{"a":' * 100_000, "", "too_deep"),
        ("[" * 30 + "]" * 30, "", "too_deep"),
        ("[1]", "", "not_a_mapping"),
    ],
)
def test_what_is_not_strict_json_is_refused(text: str, place: str, code: str) -> None:
    findings = find_file_problems(text, format="json")
    assert [(problem.place, problem.code) for problem in findings.problems] == [(place, code)]


def test_a_key_given_twice_is_found_at_its_place() -> None:
    document = read_json('{"a": [{"b": 1, "b": 2}]}')
    assert [(problem.place, problem.code) for problem in document.problems] == [("a[0].b", "key_twice")]
    assert document.tree == {"a": [{"b": 1}]}


def test_half_a_character_is_a_problem() -> None:
    document = read_json('{"a": "x\\ud83d"}')
    assert [(problem.place, problem.code) for problem in document.problems] == [("a", "bad_character")]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 5000])
def test_a_number_that_is_none_is_refused_where_it_stands(number: str) -> None:
    text = segmentation_json(parse_segmentation(PLAIN)).replace("100\n", f"{number}\n")
    problems = find_file_problems(text, format="json").problems
    assert [(problem.place, problem.code) for problem in problems] == [
        ("parameters[0].ranges.cuts[1]", "number_not_finite")
    ]


def test_a_text_that_begins_like_a_json_object_is_json() -> None:
    assert parse_segmentation(segmentation_json(parse_segmentation(PLAIN))) == parse_segmentation(PLAIN)
    assert [problem.code for problem in find_file_problems('{"a": 1,}').problems] == ["syntax"]
    assert "syntax" not in [problem.code for problem in find_file_problems("{a: 1,}").problems]
