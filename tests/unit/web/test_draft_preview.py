"""What the wizard's page is told is enough to follow thresholds by itself: with one axis and with several, exactly."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

from satsuma.app.segmentation.previews.adding import Places, add_up
from satsuma.app.segmentation.previews.numbers import DraftPreview
from satsuma.app.segmentation.previews.standings import Stand
from satsuma.engine import preview
from satsuma.engine.facts import Contacts
from satsuma.engine.snapshot import Snapshot
from satsuma.web.pages.draft_preview import Panel, preview_panel
from support.models import axis, by_range, field, plain, with_rules
from support.moved_thresholds import WAYS, Follows, Moved, moved_thresholds

SIZE = by_range("size", [10], [0, 4])
WORTH = by_range("worth", [1, 2], [0, 3, 7])
BOTH = [field("size"), field("worth", "money")]
ONE = plain(BOTH, [SIZE, WORTH], {"low": None, "high": 4})
TWO = with_rules(
    BOTH,
    [axis("Fit", [SIZE], {"poor": None, "good": 1}), axis("Worth", [WORTH], {"bad": None, "fair": 3, "rich": 5})],
    ["Low", "Middle", "High"],
    [
        ("High", {"Fit": ["good"], "Worth": ["fair", "rich"]}),
        ("Middle", {"Worth": ["rich"]}),
        ("Low", {}),
    ],
)
EVERYBODY = Contacts(
    pl.Series("key", list("abcde")),
    {"size": pl.Series([5.0, 10.0, 11.0, None, 12.0]), "worth": pl.Series([0.5, 1.0, 2.5, 2.0, 2.5])},
)


def panel(model: Any, **shown: int) -> Panel:
    """Everybody is in the lowest segment today."""
    snapshot = Snapshot(EVERYBODY, date(2026, 1, 1), "worth", pl.Series(["0"] * 5))
    ids = (1, *[None] * (len(model.segments) - 1))
    numbers = add_up(model, snapshot.preview(model), Places(ids, (Stand(1, None),)), {})
    return preview_panel(7, model, DraftPreview(date(2026, 1, 1), 5, 0, (), (), (), (), numbers), **shown)


def followed(told: dict[str, Any], edges: list[list[int]]) -> Follows:
    """What the page's script works out (wizard_cells.js), the plain way."""
    axes, places, cell = told["axes"], len(told["kept"]), 0
    customers, values, moving = Counter[int](), Counter(dict(enumerate(told["kept"]))), Counter(dict.fromkeys(WAYS, 0))
    bars = [[[0] * (len(own) + 1) for _ in of["bars"]] for of, own in zip(axes, edges, strict=True)]
    for number, cells in enumerate(told["cells"]):
        scores = [of["scores"][number] for of in axes]
        bands = [sum(edge <= score for edge in own) for own, score in zip(edges, scores, strict=True)]
        segment = _segment(told["rules"], bands)
        values[segment] += told["values"][number]
        for people, standing in zip(told["customers"][cell : cell + cells], told["standings"][cell:], strict=False):
            before, keeps = told["standing"][standing]
            after = segment if keeps is None else keeps
            customers[after] += people
            moving[_way(before, after, places)] += people
            for of, score, band, parts in zip(axes, scores, bands, bars, strict=True):
                parts[next(n for n, (first, last) in enumerate(of["bars"]) if first <= score <= last)][band] += people
        cell += cells
    return Follows([(customers[place], values[place]) for place in range(places)], dict(moving), bars)


def _segment(rules: list[Any] | None, bands: list[int]) -> int:
    if rules is None:
        return bands[0]
    return next(
        segment
        for segment, allowed in rules
        if all(some is None or band in some for some, band in zip(allowed, bands, strict=True))
    )


def _way(before: int | None, after: int, places: int) -> str:
    if before is None:
        return "new"
    if before == after:
        return "stay"
    if max(before, after) >= places:
        return "changed"
    return "up" if after > before else "down"


@settings(max_examples=60, deadline=None)
@given(moved=moved_thresholds())
def test_what_other_thresholds_give_follows_exactly_from_what_the_page_is_told(moved: Moved):
    assert followed(moved.told, moved.edges) == moved.follows


def test_the_page_is_told_of_every_axis_also_of_those_that_are_not_shown():
    told = panel(TWO, axis=1).live
    assert told is not None
    assert [of["scores"] for of in told["axes"]] == [[0, 0, 4, 4], [0, 7, 3, 7]]
    assert [of["edges"] for of in told["axes"]] == [(1,), (3, 5)]
    assert told["rules"] == [(2, [[1], [1, 2]]), (1, [None, [2]]), (0, [None, None])]
    assert (told["customers"], told["cells"], told["standing"]) == ((1, 1, 1, 2), [1, 1, 1, 1], [(0, None)])
    assert (told["values"], told["kept"], told["worth"]) == ([5000, 20_000, 10_000, 50_000], [0, 0, 0], 85_000)
    assert [len(fills) for fills in told["bands"]] == [2, 3]


def test_a_single_axis_has_no_rules_and_segments_have_scores():
    of_one, of_two = panel(ONE), panel(TWO)
    assert of_one.live is not None
    assert (of_one.live["rules"], len(of_one.live["axes"]), of_one.has_scores) == (None, 1, True)
    assert ([line.score for line in of_one.lines], of_two.has_scores) == (["4–11", "0–4"], False)


@pytest.mark.parametrize("model", [ONE, TWO])
def test_nothing_is_told_where_there_are_too_many_cells(model: Any, monkeypatch: pytest.MonkeyPatch):
    whole = panel(model)
    monkeypatch.setattr(preview, "MAX_CELLS", 2)
    assert panel(model) == replace(whole, live=None)
