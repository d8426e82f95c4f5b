"""The preview's picture: bars and thresholds stand where their scores do."""

from __future__ import annotations

from satsuma.domain.model import Scale
from satsuma.engine.preview import AxisPreview, Bin
from satsuma.web.pages.draft_histogram import LEFT, RIGHT, TOP, Block, Tick, histogram
from support.models import axis, by_range

FILLS = ("grey", "green")
NINE = AxisPreview(
    "Score", 0, 9, (5,), tuple(Bin(score, score, 4, (4, 0) if score < 5 else (1, 3)) for score in range(10))
)


def test_bars_and_thresholds_share_one_scale():
    of = axis("Score", [by_range("size", [1], [0, 9])], {"low": None, "high": 5})
    found = histogram(0, of, NINE, FILLS)
    width = (RIGHT - LEFT) / 10
    assert found.blocks[0] == Block(LEFT, TOP, width - 1, 166.0, "grey")
    assert [block.fill for block in found.blocks[5:7]] == ["grey", "green"]
    (mark,) = found.thresholds
    assert (mark.x, mark.value, mark.least, mark.most, mark.name) == (LEFT + 5 * width, "5", "0", "9", "high")
    assert [(region.x, region.width) for region in found.regions] == [(LEFT, 5 * width), (LEFT + 5 * width, 5 * width)]
    assert [tick.text for tick in found.up] == ["0", "1", "2", "3", "4"]
    assert found.up[-1] == Tick(TOP, "4")
    assert [tick.text for tick in found.across] == ["0", "2", "4", "6", "8"]


def test_percent_goes_from_the_lowest_score_to_the_highest():
    of = axis("Score", [by_range("size", [1], [0, 9])], {"low": None, "high": 62.5}, scale=Scale.PERCENT)
    found = histogram(0, of, NINE, FILLS)
    assert [tick.text for tick in found.across] == ["0", "20", "40", "60", "80", "100"]
    assert (found.across[0].at, found.thresholds[0].text, found.is_percent) == (LEFT, "62.5", True)


def test_one_score_alone():
    alone = AxisPreview("Score", 0, 0, (1,), (Bin(0, 0, 3, (3, 0)),))
    of = axis("Score", [by_range("size", [1], [0, 0])], {"low": None, "high": 5}, scale=Scale.PERCENT)
    found = histogram(0, of, alone, FILLS)
    assert (found.blocks[0].width, found.thresholds[0].x) == (RIGHT - LEFT - 1, RIGHT)
    assert found.most == 3
