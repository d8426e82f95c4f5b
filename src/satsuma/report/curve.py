"""The Pareto curve: how much of all value how few customers bring. Computed for `cli`, drawn by `curve_chart`."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from satsuma.domain.metrics import PER_UNIT

STEPS = 190
"""Equal steps of customers between the curve's points. A multiple of ten, so that every tenth is a point."""
TOP_PARTS = 5
"""The top fifth is the one that sentences name."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (share of customers, share of value), both 0 to 1, the most valuable customers first: from (0, 0) to
    (1, 1), never falling, at most 200. `customers` counts all of them; `below_zero` those whose value is negative:
    they count 0 here, as customers without a value do. `top` are the customers of the top fifth: that many, rounded
    half up and at least one, and their share of the value."""

    points: tuple[tuple[float, float], ...]
    customers: int
    below_zero: int
    top: tuple[int, float]


def pareto(values: pl.Series) -> Curve | None:
    """The curve of these values, one per customer, null where there is none. Values count as whole ten-thousandths,
    so sums are exact whatever their size. None if no value is positive. Costs one sort."""
    units = (values.cast(pl.Float64) * PER_UNIT).round().cast(pl.Int128).fill_null(0)
    sums = units.clip(lower_bound=0).sort(descending=True).cum_sum()
    if sums.is_empty() or not (total := int(sums[-1])):
        return None
    customers = len(sums)
    top = max((customers * 2 + TOP_PARTS) // (2 * TOP_PARTS), 1)
    places = sorted({top, *(step * customers // STEPS for step in range(STEPS + 1))} - {0})
    shares = {place: int(sums[place - 1]) / total for place in places}
    points = ((0.0, 0.0), *((place / customers, share) for place, share in shares.items()))
    return Curve(points, customers, int((units < 0).sum()), (top, shares[top]))
