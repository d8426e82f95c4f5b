"""Problems of bands: names, edges, order."""

from __future__ import annotations

import math

import pytest

from satsuma.domain.model import Band, Number, Scale
from support.drafts import draft, problems


def bands(*edges: Number | None) -> list[Band]:
    return [Band(f"Band {number}", edge) for number, edge in enumerate(edges)]


@pytest.mark.parametrize(
    ("scale", "edges"),
    [
        (Scale.PERCENT, [None, 0, 0.01, 99.99, 100]),
        (Scale.POINTS, [None, -500, 0, 3.0, 10**15]),
        (Scale.PERCENT, [None, *range(1, 50)]),
    ],
)
def test_sound_bands_have_no_problems(scale: Scale, edges: list[Number | None]) -> None:
    assert problems(draft(bands=bands(*edges), scale=scale)) == []


@pytest.mark.parametrize(
    ("scale", "edges", "place", "code"),
    [
        (Scale.PERCENT, [None], "", "segments_too_few"),
        (Scale.PERCENT, [None, *range(1, 51)], "", "segments_too_many"),
        (Scale.PERCENT, [0, 5], "[0].from", "first_band_has_edge"),
        (Scale.PERCENT, [None, 5, None], "[2].from", "edge_missing"),
        (Scale.PERCENT, [None, 5, 5], "[2].from", "edges_not_increasing"),
        (Scale.PERCENT, [None, 5, None, 4], "[2].from", "edge_missing"),
        (Scale.PERCENT, [None, -0.5], "[1].from", "edge_outside_percent"),
        (Scale.PERCENT, [None, 101], "[1].from", "edge_outside_percent"),
        (Scale.PERCENT, [None, 0.001], "[1].from", "edge_too_precise"),
        (Scale.POINTS, [None, 0.5], "[1].from", "edge_not_whole"),
        (Scale.POINTS, [None, 10**16], "[1].from", "number_too_large"),
        (Scale.PERCENT, [None, math.nan], "[1].from", "number_not_finite"),
        (Scale.POINTS, [None, math.inf], "[1].from", "number_not_finite"),
    ],
)
def test_a_broken_rule_is_found_at_its_place(scale: Scale, edges: list[Number | None], place: str, code: str) -> None:
    expected = [(f"bands.segments{place}", code)]
    if edges[-1] == 4:
        expected.append(("bands.segments[3].from", "edges_not_increasing"))
    assert problems(draft(bands=bands(*edges), scale=scale)) == expected


@pytest.mark.parametrize("second", ["Low", "LOW", " low "])
def test_two_segments_of_one_name_are_a_problem_whatever_the_capitals(second: str) -> None:
    assert problems(draft(bands=[Band("Low"), Band(second, 5)])) == [("bands.segments[1].name", "name_twice")]


def test_name_color_and_description_are_checked() -> None:
    found = problems(draft(bands=[Band("", color="red"), Band("a\nb", 5, "#12345", "NUL \0")]))
    assert found == [
        ("bands.segments[0].name", "text_empty"),
        ("bands.segments[0].color", "color"),
        ("bands.segments[1].name", "text_characters"),
        ("bands.segments[1].color", "color"),
        ("bands.segments[1].description", "text_characters"),
    ]


def test_the_name_and_description_of_the_whole_are_checked() -> None:
    assert problems(draft(name="", description="\ud800")) == [
        ("name", "text_empty"),
        ("description", "text_characters"),
    ]
    assert problems(draft(name="Value", description="Two\nlines")) == []
