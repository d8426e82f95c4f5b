"""The rules of two axes as a grid: for each pair of bands, the segment it gives. Called by the wizard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from satsuma.domain.model import Rule, Segmentation
from satsuma.domain.scoring import rule_fits

Grid = tuple[tuple[int | None, ...], ...]
"""The number of the segment by the first axis' band and the second one's; None where no rule fits."""


def grid_of(model: Segmentation) -> Grid:
    """What the rules of a segmentation of two axes give."""
    first, second = model.axes
    numbers = {segment.name: number for number, segment in reversed(list(enumerate(model.own_segments)))}
    return tuple(
        tuple(_given(model, {first.name: row.name, second.name: column.name}, numbers) for column in second.bands)
        for row in first.bands
    )


def rules_of(model: Segmentation, grid: Sequence[Sequence[int | None]]) -> tuple[Rule, ...]:
    """The fewest rules that are easily found and give that grid: rows that are alike together, the commonest segment as
    everybody else's. Cells without a segment get that one too."""
    counted = Counter(cell for row in grid for cell in row if cell is not None)
    rest = counted.most_common(1)[0][0] if counted else 0
    boxes: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for place, row in enumerate(grid):
        for segment in sorted({cell for cell in row if cell is not None and cell != rest}, reverse=True):
            columns = tuple(column for column, cell in enumerate(row) if cell == segment)
            boxes.setdefault((segment, columns), []).append(place)
    rules = [_rule(model, segment, rows, columns) for (segment, columns), rows in boxes.items()]
    return (*rules, Rule(model.own_segments[rest].name))


def _rule(model: Segmentation, segment: int, rows: Sequence[int], columns: Sequence[int]) -> Rule:
    first, second = model.axes
    when = []
    if len(rows) < len(first.bands):
        when.append((first.name, tuple(first.bands[row].name for row in rows)))
    if len(columns) < len(second.bands):
        when.append((second.name, tuple(second.bands[column].name for column in columns)))
    return Rule(model.own_segments[segment].name, tuple(when))


def _given(model: Segmentation, bands: dict[str, str], numbers: dict[str, int]) -> int | None:
    for rule in model.rules:
        if all(axis in bands for axis, _ in rule.when) and rule_fits(rule, bands):
            return numbers.get(rule.segment)
    return None
