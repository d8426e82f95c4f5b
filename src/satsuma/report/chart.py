"""The frame that both charts are drawn in: its size, ticks, and which labels have room. Used by `histogram` and
`curve_chart`.

Texts grow on narrow screens, where the whole picture shrinks; labels that then lack room are marked `wide_only`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 74, 34, 48, 34
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
FLOOR = HEIGHT - BOTTOM
VIEW, BARE_VIEW = f"0 0 {WIDTH} {HEIGHT}", f"0 {TOP - 16} {WIDTH} {HEIGHT - TOP + 16}"
"""What the picture shows, with and without labels above the plot."""
FONT, NARROW_FONT = 14, 21
"""The texts' sizes in the picture's own units, as the style sets them."""
CHARACTER_WIDTH = 0.6
"""The mean width of a letter as a share of the font's size; East Asian letters take a whole one."""
GAP = 8


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place of the picture; `wide_only` where a narrow screen has no room for it."""

    x: float
    y: float
    text: str
    wide_only: bool = False


def across(share: float) -> float:
    """The horizontal place of a share, 0 to 1, of the plot."""
    return round(LEFT + PLOT_WIDTH * share, 2)


def up(share: float) -> float:
    """The vertical place of a share, 0 to 1, of the plot, counted from its floor."""
    return round(FLOOR - PLOT_HEIGHT * share, 2)


def text_width(text: str, font: int) -> float:
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return font * (CHARACTER_WIDTH * (len(text) - wide) + wide)


def step_for(span: int, ticks: int) -> int:
    """The smallest of 1, 2, 5, 10, 20 … that divides the span into at most so many steps."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power * ticks >= span:
                return factor * power
        power *= 10


def fitted(x: float, y: float, room: float, text: str) -> Label | None:
    """A label in the middle of some room: shortened if it must be, None if not even four letters fit."""
    letters = text
    while text_width(letters, FONT) > room and len(letters) > 4:
        letters = letters[:-2].rstrip() + "…"
    if text_width(letters, FONT) > room:
        return None
    return Label(x, y, letters, wide_only=letters != text or text_width(letters, NARROW_FONT) > room)


def spread(labels: list[Label]) -> Iterator[Label]:
    """Those of the labels, from left to right, that do not run into each other."""
    wide_end = narrow_end = float("-inf")
    for label in labels:
        wide, narrow = (text_width(label.text, font) / 2 + GAP / 2 for font in (FONT, NARROW_FONT))
        if label.x - wide < wide_end:
            continue
        fits = label.x - narrow >= narrow_end
        yield Label(label.x, label.y, label.text, wide_only=not fits)
        wide_end = label.x + wide
        narrow_end = label.x + narrow if fits else narrow_end
