"""What the wizard's script needs to follow moved thresholds without asking, exactly: customers by their score on each
axis and by how they stand today, the bands and the rules; segments, bands and axes by number. Made for `draft_preview`,
read by `wizard_cells.js`. One axis and several are the same to it; with one, a band is a segment.

Where there would be more cells than `engine.preview.MAX_CELLS`, there are none: they are never merged, so that every
number is the one that publishing gives. Then the threshold and the ground behind it move at once, and sizes, values and
moves follow when the draft is saved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from satsuma.app.segmentation.previews.numbers import Cells, Numbers
from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import Axis, Rule, Segmentation


@dataclass(slots=True)
class _Scores:
    """The scores that come together, each once: by axis; how many cells have them; what the customers are worth whose
    score decides; and what those are worth who are kept in a segment, by its place. In ten-thousandths: whole numbers
    add up exactly in a browser too."""

    by_axis: list[list[int]]
    cells: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    kept: Counter[int] = field(default_factory=Counter)


def live_cells(model: Segmentation, numbers: Numbers) -> Mapping[str, Any] | None:
    if (cells := numbers.cells) is None:
        return None
    scores = _scores(cells)
    return {
        "axes": [
            {
                "lowest": found.lowest,
                "bars": [[bar.lower, bar.upper] for bar in found.histogram],
                "edges": found.edges,
                "scores": own,
            }
            for found, own in zip(numbers.axes, scores.by_axis, strict=True)
        ],
        "cells": scores.cells,
        "values": scores.values,
        "kept": [scores.kept[place] for place in range(len(numbers.segments))],
        "worth": sum(scores.values) + sum(scores.kept.values()),
        "standings": cells.standings,
        "customers": cells.customers,
        "standing": [(standing.before, standing.keeps) for standing in cells.standing],
        "rules": _rules(model) if model.has_rules else None,
    }


def _scores(cells: Cells) -> _Scores:
    """Cells of the same scores follow one another."""
    found, last = _Scores([[] for _ in cells.scores]), None
    values = [round(value * PER_UNIT) for value in cells.values] or [0] * len(cells.customers)
    keeps = [standing.keeps for standing in cells.standing]
    for *scores, standing, value in zip(*cells.scores, cells.standings, values, strict=True):
        if scores != last:
            for own, score in zip(found.by_axis, scores, strict=True):
                own.append(score)
            found.cells.append(0)
            found.values.append(0)
            last = scores
        found.cells[-1] += 1
        if (place := keeps[standing]) is None:
            found.values[-1] += value
        else:
            found.kept[place] += value
    return found


def _rules(model: Segmentation) -> list[tuple[int, list[list[int] | None]]]:
    """Each rule's segment and, for every axis, the bands it allows; None for all of them."""
    places = {segment.name: place for place, segment in enumerate(model.segments)}
    return [(places[rule.segment], [_allowed(rule, axis) for axis in model.axes]) for rule in model.rules]


def _allowed(rule: Rule, axis: Axis) -> list[int] | None:
    named = [bands for name, bands in rule.when if name == axis.name]
    if not named:
        return None
    return [number for number, band in enumerate(axis.bands) if all(band.name in bands for bands in named)]
