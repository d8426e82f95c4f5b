"""Cut points that people would choose: about at quantiles, but round. Called by `suggest`.

Round is what is a whole multiple of 1, 2, 2.5 or 5 times a power of ten, the largest that still tells neighbouring
cuts apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import pairwise

from satsuma.domain.limits import MAX_AGE_DAYS, MAX_DIGITS
from satsuma.domain.model import Number
from satsuma.engine.profile import PERCENTS, NumberSpread

STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))
COARSENESS = Decimal("0.8")
"""A step is at most this share of the gap to the next cut: below 1, so that different cuts stay different."""
EVEN, SKEWED = (20, 40, 60, 80), (25, 50, 75, 90)
"""The quantiles, in percent, at which numbers are cut; skewed ones get more cuts where the large values are."""
SKEW = 3
"""Numbers are skewed if the upper half reaches so many times as far as the lower one (from 10 to 90 percent)."""
FEWEST = 2
"""With fewer cuts, as where most values are 0, the values above the smallest are looked at alone."""
AGE_CUTS = (7, 14, 30, 60, 90, 180, 365, 730, 1095, 1825, 3650)
"""Days that people think in: weeks, months, quarters, years."""


def is_skewed(spread: NumberSpread) -> bool:
    return spread.at(90) - spread.at(50) > SKEW * (spread.at(50) - spread.at(10))


def round_cuts(spread: NumberSpread, *, smallest_step: Decimal = Decimal(0)) -> tuple[Number, ...]:
    """One to four cuts above the minimum and up to the maximum, strictly increasing; none for numbers that are all
    equal, or that differ only beyond the digits that are kept. A cut is never finer than `smallest_step`."""
    smallest_step = Decimal(1) if spread.is_whole else smallest_step
    low, high = _exact(spread.minimum), _exact(spread.maximum)
    targets = [_exact(target) for target in _targets(spread)]
    cuts: list[Decimal] = []
    for before, target, after in zip([low, *targets], targets, [*targets[1:], high], strict=False):
        gap = min(target - before, after - target) if after > target else target - before
        cut = rounded(target, gap, high, smallest_step)
        if cut > (cuts[-1] if cuts else low) and _is_kept(cut):
            cuts.append(cut)
    return tuple(_number(cut) for cut in cuts)


def _targets(spread: NumberSpread) -> list[Number]:
    """The different values to cut at, unrounded, all above the minimum."""
    percents = SKEWED if is_skewed(spread) else EVEN
    targets = sorted({spread.at(percent) for percent in percents} - {spread.minimum})
    if len(targets) >= FEWEST:
        return targets
    above = sorted(set(spread.quantiles) - {spread.minimum})
    thirds = {above[place * len(above) // 3] for place in range(3)} if above else set()
    return sorted(thirds)


def rounded(target: Decimal, gap: Decimal, high: Decimal, smallest_step: Decimal = Decimal(0)) -> Decimal:
    """The round number nearest to `target`, or next below it where the nearest is above `high`. Less than `gap` away,
    unless `smallest_step` is larger."""
    step = round_step(gap * COARSENESS, smallest_step)
    nearest = (target / step).to_integral_value(ROUND_HALF_UP) * step
    return nearest if nearest <= high else (target / step).to_integral_value(ROUND_FLOOR) * step


def round_step(limit: Decimal, smallest: Decimal = Decimal(0)) -> Decimal:
    """The largest round step not above `limit`, which is positive, among the multiples of `smallest`; or that."""
    power = Decimal(1).scaleb(limit.adjusted())
    fitting = (step * power for step in STEPS if step * power <= limit)
    return max((step for step in fitting if not smallest or step % smallest == 0), default=smallest)


def age_cuts(ages: NumberSpread) -> tuple[int, ...]:
    """Cuts for ages in days: usual ones (30, 90, 365 …) as far as the data's ages reach over them, else round ones."""
    targets = _targets(ages)
    usual = {min(AGE_CUTS, key=lambda cut: (abs(cut - target), cut)) for target in targets}
    inside = sorted(cut for cut in usual if ages.minimum < cut <= ages.maximum)
    if len(inside) >= min(FEWEST, len(targets)) and _fit(inside, targets):
        return tuple(inside)
    return tuple(int(cut) for cut in round_cuts(ages) if abs(cut) <= MAX_AGE_DAYS)


def _fit(cuts: Sequence[int], targets: Sequence[Number]) -> bool:
    """Whether no target is further than half of itself from all cuts: the usual cuts end at ten years."""
    return all(min(abs(cut - target) for cut in cuts) <= abs(target) / 2 for target in targets)


def spread_of_ages(ages_days: Sequence[int]) -> NumberSpread:
    """The spread of ages, from those that belong to `PERCENTS`."""
    assert len(ages_days) == len(PERCENTS)
    assert all(lower <= upper for lower, upper in pairwise(ages_days))
    return NumberSpread(tuple(ages_days), 1)


def _exact(number: Number) -> Decimal:
    return Decimal(repr(number))


def _is_kept(cut: Decimal) -> bool:
    """Whether a number holds the cut exactly."""
    return len(cut.normalize().as_tuple().digits) <= MAX_DIGITS and _exact(_number(cut)) == cut


def _number(cut: Decimal) -> Number:
    return int(cut) if cut == cut.to_integral_value() else float(cut)
