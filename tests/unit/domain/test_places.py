"""Places read like the file, and typing errors find the word that was meant."""

from __future__ import annotations

import pytest

from satsuma.domain.places import Path, is_within, place
from satsuma.domain.suggestion import closest, hint


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ((), ""),
        (("name",), "name"),
        (("axes", 0, "parameters", 2, "ranges", "cuts"), "axes[0].parameters[2].ranges.cuts"),
        (("rules", 3, "when", "Recency"), "rules[3].when.Recency"),
        (("fields", "Żółty płaszcz"), "fields.Żółty płaszcz"),
        (("fields", "a.b", "options"), 'fields["a.b"].options'),
        (("fields", ""), 'fields[""]'),
        (("fields", "1"), 'fields["1"]'),
    ],
)
def test_a_place_reads_like_the_file(path: Path, written: str) -> None:
    assert place(*path) == written


@pytest.mark.parametrize(
    ("inner", "outer", "within"),
    [
        ("parameters[1].ranges", "parameters[1]", True),
        ("parameters[1]", "parameters[1]", True),
        ("parameters[11]", "parameters[1]", False),
        ("parameters", "parameters[1]", False),
        ("anything", "", True),
    ],
)
def test_a_part_is_within_the_whole(inner: str, outer: str, within: bool) -> None:
    assert is_within(inner, outer) is within


def test_the_closest_word_is_found_whatever_the_capitals() -> None:
    assert closest("EMPLOYES", ["name", "Employees"]) == "Employees"


def test_nothing_is_close_to_a_very_different_or_very_long_word() -> None:
    assert closest("xyz", ["name"]) is None
    assert closest("name" * 30, ["name"]) is None


def test_a_hint_lists_what_there_is_when_nothing_is_close() -> None:
    assert hint("xyz", ["name", "kind"]) == "There is: 'name', 'kind'."
    assert hint("xyz", [str(number) for number in range(11)]).endswith("'9', ….")
    assert hint("xyz", []) == "There is none."
