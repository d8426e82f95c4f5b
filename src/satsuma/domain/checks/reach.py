"""Which scores, bands and rules a contact can reach at all. Called by `warnings`.

Everything here errs on one side: what is said to be unreachable is, what is said to be reachable may not be (fields
are taken to be independent of each other).
"""

from __future__ import annotations

from itertools import pairwise

from satsuma.domain.model import Axis, Combine, Groups, Parameter, Segmentation
from satsuma.domain.scoring import band_edges, lines, points_span, score_span

MAX_SPAN = 1_000_000
"""Widest range of scores whose members are found one by one; wider ones are taken to have no gaps."""
MAX_STATES = 100_000
"""Most sets of rules that are followed from axis to axis; beyond, every rule is taken to be reachable."""


def reachable_scores(axis: Axis) -> int | None:
    """The scores that the axis can give as bits: bit k stands for the lowest score + k. None if they are too many."""
    lowest, highest = score_span(axis)
    if highest - lowest > MAX_SPAN:
        return None
    reached = 1
    for parameter in axis.enabled_parameters:
        reached = _with_parameter(reached, parameter)
    return reached


def _with_parameter(reached: int, parameter: Parameter) -> int:
    """The scores reached before, each with each of the points that the parameter can give above its smallest."""
    smallest, _ = points_span(parameter)
    result = 0
    for points in {line.points for line in lines(parameter)}:
        result |= reached << (points - smallest) * parameter.relevance
    ranges = parameter.ranges
    if isinstance(ranges, Groups) and ranges.combine is Combine.SUM:
        sums = 0  # of one or more groups
        for group in ranges.groups:
            alone = reached << (group.points - smallest) * parameter.relevance
            sums |= alone | _moved(sums, group.points * parameter.relevance)
        result |= sums
    return result


def _moved(bits: int, by: int) -> int:
    return bits << by if by >= 0 else bits >> -by


def reachable_bands(axis: Axis) -> list[bool]:
    """For each band, lowest first, whether any contact can be in it."""
    lowest, highest = score_span(axis)
    reached = reachable_scores(axis)
    edges = [lowest, *(max(edge, lowest) for edge in band_edges(axis)), highest + 1]
    return [_holds(reached, lower - lowest, min(upper, highest + 1) - lowest) for lower, upper in pairwise(edges)]


def _holds(reached: int | None, lower: int, upper: int) -> bool:
    """Whether any score from `lower` to under `upper`, counted from the lowest, can be reached."""
    if upper <= lower:
        return False
    return reached is None or (reached >> lower) & ((1 << (upper - lower)) - 1) != 0


def reachable_rules(segmentation: Segmentation) -> set[int]:
    """The numbers of the rules that any contact can come to.

    The rules that still fit are followed from axis to axis as sets of bits; bands that no rule tells apart lead to the
    same set, so there are far fewer sets than combinations of bands.
    """
    every = (1 << len(segmentation.rules)) - 1
    states = {every}
    for axis in segmentation.axes:
        bands = [band.name for band, reached in zip(axis.bands, reachable_bands(axis), strict=True) if reached]
        masks = {_rules_that_fit(segmentation, axis.name, band) for band in bands}
        if len(states) * len(masks) > MAX_STATES:
            return set(range(len(segmentation.rules)))
        states = {state & mask for state in states for mask in masks}
    return {(state & -state).bit_length() - 1 for state in states}


def _rules_that_fit(segmentation: Segmentation, axis: str, band: str) -> int:
    return sum(
        1 << number for number, rule in enumerate(segmentation.rules) if band in dict(rule.when).get(axis, (band,))
    )
