"""Segments' colours can be seen on light and on dark ground."""

from __future__ import annotations

import pytest

from satsuma.domain.model import Segment
from satsuma.report.colors import CONTRAST, DARK_GROUND, LIGHT_GROUND, Shade, contrast, palette_color, segment_shades


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_colour_that_can_be_seen_stays_what_it_is() -> None:
    assert segment_shades([Segment("Good", "#3b82d6")]) == [Shade("#3b82d6", "#3b82d6")]


@pytest.mark.parametrize("color", ["#ffffff", "#000000", "#ffff00", "#1a2230", "#0000ff", "#00ff00"])
def test_any_colour_is_moved_until_it_can_be_seen(color: str) -> None:
    (shade,) = segment_shades([Segment("Any", color)])
    assert contrast(shade.light, LIGHT_GROUND) >= CONTRAST
    assert contrast(shade.dark, DARK_GROUND) >= CONTRAST


def test_without_colours_segments_go_from_grey_to_green() -> None:
    assert [palette_color(step / 3) for step in range(4)] == ["#8a94a6", "#3b82d6", "#159a94", "#2a9d4a"]
    shades = segment_shades([Segment(str(number)) for number in range(50)])
    assert len(set(shades)) == 50
    assert all(contrast(shade.light, LIGHT_GROUND) >= CONTRAST for shade in shades)
    assert segment_shades([Segment("only one")]) == [Shade("#2a9d4a", "#2a9d4a")]


def test_what_is_no_colour_never_reaches_the_style() -> None:
    assert segment_shades([Segment("x", "red}body{display:none"), Segment("y")]) == segment_shades(
        [Segment("x"), Segment("y")]
    )
