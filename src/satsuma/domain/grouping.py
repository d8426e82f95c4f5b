"""Groupings: segmentations whose only parameter names the segments by its ranges, as by industry, plan or NPS class.

A grouping is stored as any other segmentation. Whoever shows one hides points, relevance and scores.
"""

from __future__ import annotations

from satsuma.domain.interval import range_index
from satsuma.domain.limits import MIN_RELEVANCE
from satsuma.domain.model import Axis, Combine, Groups, Parameter, Scale, Segmentation
from satsuma.domain.scoring import lines


def is_grouping(model: Segmentation) -> bool:
    """Whether each range of the only parameter gives a segment directly: what it earns is exactly where that segment
    begins on the scale of points. Several ranges may give one segment, and a segment may be given by none.

    Takes drafts with problems too. Never on the percent scale, and not where several ranges hit add up.
    """
    if len(model.axes) != 1 or model.axes[0].scale is not Scale.POINTS or len(model.axes[0].parameters) != 1:
        return False
    axis = model.axes[0]
    (parameter,) = axis.parameters
    edges = _whole_edges(axis)
    if not edges or parameter.relevance < MIN_RELEVANCE or _adds_up(parameter):
        return False
    scores = {parameter.relevance * line.points for line in lines(parameter)}
    lowest = {score for score in scores if score < edges[0]}
    return len(lowest) <= 1 and scores - lowest <= set(edges)


def given_segments(model: Segmentation) -> tuple[int, ...]:
    """For each line of a grouping's parameter, as `scoring.lines` has them, the number of the segment that it gives,
    lowest 0."""
    axis = model.axes[0]
    (parameter,) = axis.parameters
    edges = _whole_edges(axis)
    return tuple(range_index(edges, parameter.relevance * line.points) for line in lines(parameter))


def _whole_edges(axis: Axis) -> tuple[int, ...]:
    """Where the bands above the lowest begin; nothing where one is missing, no whole number, or out of order."""
    edges = [band.edge for band in axis.bands[1:]]
    whole = [int(edge) for edge in edges if edge is not None and edge == int(edge)]
    return tuple(whole) if len(whole) == len(edges) and whole == sorted(set(whole)) else ()


def _adds_up(parameter: Parameter) -> bool:
    return isinstance(parameter.ranges, Groups) and parameter.ranges.combine is Combine.SUM
