"""YAML is read strictly: no tags, anchors or repeated keys."""

from __future__ import annotations

import math

import pytest

from satsuma.modelfile.document import Tree
from satsuma.modelfile.yaml_text import read_yaml
from support.files import PLAIN, changed, found, message


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("+5", 5),
        ("0", 0),
        ("1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("yes", "yes"),
        ("NO", "NO"),
        ("on", "on"),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("0o7", "0o7"),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("2026-11-21", "2026-11-21"),
        ("2026-11-21 10:00:00", "2026-11-21 10:00:00"),
        ("'5'", "5"),
        ('"true"', "true"),
        ('"a\\tb\\u2028"', "a\tb\u2028"),
        ("e\u0301", "\u00e9"),
        ("<<", "<<"),
    ],
)
def test_plain_scalars_are_read_by_yaml_1_2(written: str, value: Tree) -> None:
    document = read_yaml(f"[{written}, x]" if written else "-\n- x")
    assert document.problems == []
    assert document.tree == [value, "x"]
    assert type(document.tree[0]) is type(value)


def test_infinities_and_nan_are_numbers_that_the_rules_refuse() -> None:
    tree = read_yaml("[.inf, -.inf, 1e400, .nan]").tree
    assert isinstance(tree, list)
    assert tree[:3] == [math.inf, -math.inf, math.inf]
    assert math.isnan(tree[3])  # type: ignore[arg-type]


def test_keys_are_always_text() -> None:
    assert read_yaml("{yes: 1, no: 2, 5: 3, true: 4, '': 5}").tree == {"yes": 1, "no": 2, "5": 3, "true": 4, "": 5}


def test_every_part_has_its_line() -> None:
    document = read_yaml("a:\n  - x\n  - {b: 1}\n")
    assert document.lines == {(): 1, ("a",): 2, ("a", 0): 2, ("a", 1): 3, ("a", 1, "b"): 3}


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("a: !!python/object/apply:os.system [ls]", "line 1", "tag"),
        ("a:\n  !mine {}", "line 2", "tag"),
        ("a: !!int 5", "line 1", "tag"),
        ("a: &x 5", "line 1", "anchor"),
        ("a: *x", "line 1", "anchor"),
        ("a: 1\n---\nb: 2", "line 2", "several_documents"),
        ("? [a, b]\n: 1", "line 1", "key_not_text"),
        ("? {a: b}\n: 1", "line 1", "key_not_text"),
        ("a: [1, 2", "line 1, column 9", "syntax"),
        ("a: 1\n b: 2", "line 2, column 3", "syntax"),
        ("a: \x07", "", "syntax"),
        ("a: 'x", "line 1, column 6", "syntax"),
        ("a: " + "[" * 100_000, "line 1", "too_deep"),
        ("- " * 100_000, "line 1", "too_deep"),
    ],
)
def test_what_a_segmentation_must_not_use_is_refused_with_its_line(text: str, place: str, code: str) -> None:
    document = read_yaml(text)
    assert document.tree is None
    assert [(problem.place, problem.code) for problem in document.problems] == [(place, code)]


def test_a_bomb_of_anchors_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert found("\n".join(lines)) == [("line 1", "anchor")]


def test_a_key_given_twice_is_found_with_its_second_line() -> None:
    text = changed("    relevance: 2\n", "    relevance: 2\n    relevance: 3\n")
    assert found(text) == [("parameters[0].relevance", "key_twice")]
    assert message(text) == "The key 'relevance' is given twice, again on line 10. Remove one of the two."


def test_two_ways_to_write_one_letter_are_one_key() -> None:
    assert [problem.code for problem in read_yaml('{"\u00e9": 1, "e\\u0301": 2}').problems] == ["key_twice"]


def test_half_a_character_is_a_problem() -> None:
    assert found(changed("name: Value", 'name: "a\\uD83D"')) == [("name", "bad_character")]


@pytest.mark.parametrize("text", ["", "   \n", "# only a remark\n", "---\n", "null"])
def test_an_empty_file_is_a_problem(text: str) -> None:
    assert found(text) == [("", "empty_file")]


@pytest.mark.parametrize("text", ["- a\n- b", "5", "text", "[]"])
def test_a_file_must_be_a_mapping(text: str) -> None:
    assert found(text) == [("", "not_a_mapping")]


def test_the_example_has_no_problems() -> None:
    assert found(PLAIN) == []
