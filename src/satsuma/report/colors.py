"""The segments' colours, readable on light and on dark ground. Used by `page`; other parts name a segment's number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from satsuma.domain.model import Segment

LIGHT_GROUND, DARK_GROUND = "#ffffff", "#1a2230"
"""What bars and swatches stand on; the same as `--card` in the style."""
CONTRAST = 3.0
"""WCAG 2.2, 1.4.11: what a part of a picture needs against its ground."""
PALETTE = ("#8a94a6", "#3b82d6", "#159a94", "#2a9d4a")
"""From the lowest segment to the highest, where a segment has no colour of its own."""
STEPS = 20

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Shade:
    """One segment's colour on light and on dark ground, each `#rrggbb`."""

    light: str
    dark: str


def segment_shades(segments: Sequence[Segment]) -> list[Shade]:
    """A shade for each segment, lowest first: its own colour or the palette's, moved towards black on light and
    towards white on dark ground as far as contrast asks for."""
    return [shade(_chosen(segment.color, place, len(segments))) for place, segment in enumerate(segments)]


def _chosen(color: str | None, place: int, count: int) -> str:
    if color is not None and _COLOR.fullmatch(color):
        return color
    return palette_color(place / (count - 1) if count > 1 else 1.0)


def palette_color(position: float) -> str:
    """The default colour at a position from 0, lowest, to 1, highest."""
    place = position * (len(PALETTE) - 1)
    lower = min(int(place), len(PALETTE) - 2)
    return _hex(_mixed(_rgb(PALETTE[lower]), _rgb(PALETTE[lower + 1]), place - lower))


def shade(color: str) -> Shade:
    """A colour (#rrggbb), moved towards black on light and towards white on dark ground as far as contrast asks."""
    return Shade(_readable(color, LIGHT_GROUND, "#000000"), _readable(color, DARK_GROUND, "#ffffff"))


def _readable(color: str, ground: str, towards: str) -> str:
    moved = (_hex(_mixed(_rgb(color), _rgb(towards), step / STEPS)) for step in range(STEPS + 1))
    return next(shade for shade in moved if contrast(shade, ground) >= CONTRAST)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours as WCAG defines it, 1 to 21."""
    darker, lighter = sorted(_luminance(_rgb(color)) for color in (first, second))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(rgb: _Rgb) -> float:
    parts = (part / 255 for part in rgb)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(start: _Rgb, end: _Rgb, share: float) -> _Rgb:
    red, green, blue = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    return red, green, blue


def _rgb(color: str) -> _Rgb:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _hex(rgb: _Rgb) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in rgb)
