"""Any segmentation's preview as the wizard's page is told it, and what the same segmentation gives with other
thresholds: for tests of whatever works the one out from the other.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import polars as pl
from hypothesis import assume
from hypothesis import strategies as st

from satsuma.app.segmentation.previews.adding import Places, add_up
from satsuma.app.segmentation.previews.numbers import DraftPreview, Numbers
from satsuma.app.segmentation.previews.standings import Stand
from satsuma.app.segmentation.queries.segmentations import SegmentSpec
from satsuma.domain.grouping import is_grouping
from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import Axis, Scale, Segmentation
from satsuma.domain.scoring import band_edges, score_span
from satsuma.engine.snapshot import Snapshot
from satsuma.web.pages.draft_preview import preview_panel
from support.contacts import AS_OF, contacts, small, to_add_up
from support.segmentations import segmentations

FORMER = {id_: SegmentSpec(id_, f"Former {id_}", "#112233") for id_ in (98, 99)}
STANDS = tuple(Stand(before, keeps) for before, keeps in product((None, 1, 2, 98), (None, None, 1, 99)))
"""Of the segments 1 and 2, which every draft has, and of former ones; half of the customers are kept somewhere."""
WAYS = ("up", "down", "changed", "new", "stay")


@dataclass(frozen=True)
class Follows:
    """What follows from thresholds: customers and value (in ten-thousandths) by segment, customers by way, and, of each
    axis, customers by bar and band."""

    sizes: list[tuple[int, int]]
    moving: dict[str, int]
    bars: list[list[list[int]]]


@dataclass(frozen=True)
class Moved:
    """What the page is told, the whole scores at which each axis' bands begin then, and what follows from them."""

    told: dict[str, Any]
    edges: list[list[int]]
    follows: Follows


def follows_from(numbers: Numbers) -> Follows:
    """As the server has it."""
    return Follows(
        [(each.customers, round(each.value * PER_UNIT)) for each in numbers.segments],
        {way: getattr(numbers.moving, way) for way in WAYS},
        [[list(bar.parts) for bar in axis.histogram] for axis in numbers.axes],
    )


@st.composite
def moved_thresholds(draw: st.DrawFn) -> Moved:
    model: Segmentation = draw(segmentations(most_parameters=3))
    assume(not is_grouping(model))  # it has no thresholds
    moved = replace(model, axes=tuple(draw(_with_other_edges(axis)) for axis in model.axes))
    seed, count = draw(st.integers(0, 2**32)), draw(st.integers(1, 25))
    chance = random.Random(seed)
    everybody = small(contacts(model, seed, count))
    current = pl.Series([str(chance.randrange(len(STANDS))) for _ in range(count)], dtype=pl.String)
    snapshot = Snapshot(everybody, AS_OF, _value(model, everybody.values), current)
    before, after = (_numbers(snapshot, each) for each in (model, moved))
    told = preview_panel(7, model, DraftPreview(AS_OF, count, 0, (), (), (), (), before)).live
    return Moved(json.loads(json.dumps(told)), [list(band_edges(axis)) for axis in moved.axes], follows_from(after))


def _value(model: Segmentation, values: dict[str, pl.Series]) -> str | None:
    """A field that there are values of."""
    return to_add_up(tuple(field for field in model.fields if field.key in values))


def _numbers(snapshot: Snapshot, model: Segmentation) -> Numbers:
    ids = (1, 2, *[None] * (len(model.segments) - 2))
    return add_up(model, snapshot.preview(model), Places(ids, STANDS), FORMER)


@st.composite
def _with_other_edges(draw: st.DrawFn, axis: Axis) -> Axis:
    lowest, highest = score_span(axis)
    edges = st.integers(0, 10_000) if axis.scale is Scale.PERCENT else st.integers(lowest - 5, highest + 5)
    count = len(axis.bands) - 1
    found = sorted(draw(st.lists(edges, min_size=count, max_size=count, unique=True)))
    given = [edge / 100 if axis.scale is Scale.PERCENT else edge for edge in found]
    bands = [replace(band, edge=edge) for band, edge in zip(axis.bands[1:], given, strict=True)]
    return replace(axis, bands=(axis.bands[0], *bands))
