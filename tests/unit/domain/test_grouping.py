"""What is a grouping, and what is an ordinary segmentation with one parameter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from satsuma.domain.grouping import given_segments, is_grouping
from satsuma.domain.model import Band, Combine, Parameter, Scale, Segmentation
from satsuma.schemes import KEYS, read_scheme
from support.models import axis, by_answer, by_group, by_range, field, plain, with_rules

NPS = {"No answer": None, "Detractor": 1, "Passive": 2, "Promoter": 3}


def by_nps(points: tuple[int, ...] = (1, 2, 3), edges: dict[str, int | None] = NPS, **facts: int) -> Segmentation:
    return plain([field("nps")], [by_range("nps", [7, 9], points, **facts)], edges)


def test_the_ready_groupings_are_some():
    groups = {key: given_segments(read_scheme(key)) for key in KEYS if is_grouping(read_scheme(key))}
    assert groups == {
        "revenue-tier": (1, 2, 3, 4, 0),
        "plan-tier": (1, 2, 3, 4, 0, 0),
        "product": (2, 3, 4, 5, 1, 0),
        "industry": (1, 2, 3, 4, 5, 6, 0, 0),
        "geographic": (2, 3, 4, 5, 6, 1, 0),
        "needs-based": (1, 2, 3, 4, 5, 0, 0),
        "nps": (1, 2, 3, 0),
    }


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (by_nps((1, 1, 3)), (1, 1, 3, 0)),  # two ranges, one segment; one that no range gives
        (by_nps((0, 0, 0)), (0, 0, 0, 0)),
        (by_nps(edges={**NPS, "Segment 5": 4}), (1, 2, 3, 0)),
        (by_nps((5, 10, 15), {"A": None, "B": 50, "C": 75}, relevance=5, no_data=5), (0, 1, 2, 0)),
        (by_nps((5, 10, 15), {"A": None, "B": 10, "C": 15}, no_data=-1), None),  # two scores in the lowest
        (by_nps((1, 2, 4)), None),  # above where the segment begins
        (by_nps(edges={"A": None, "B": 2, "C": 1}), None),
        (by_nps(edges={"A": None}), None),
        (plain([field("a")], [by_answer("a", yes=1, no=0)], {"No": None, "Yes": 1}), (1, 0, 0)),
    ],
)
def test_each_line_stands_where_its_segment_begins(model: Segmentation, given: tuple[int, ...] | None):
    assert is_grouping(model) is (given is not None)
    if given is not None:
        assert given_segments(model) == given


def test_what_is_never_one():
    percent = replace(by_nps(), axes=(replace(by_nps().axes[0], scale=Scale.PERCENT),))
    none = replace(by_nps(), axes=(replace(by_nps().axes[0], parameters=()),))
    second = (*by_nps().axes[0].parameters, by_range("size", [1], [0, 0], enabled=False))
    two = replace(by_nps(), axes=(replace(by_nps().axes[0], parameters=second),))
    several = with_rules([field("nps")], [axis(name, by_nps().axes[0].parameters, NPS) for name in "AB"], "X", [])
    missing = replace(by_nps(), axes=(replace(by_nps().axes[0], bands=(Band("A"), Band("B"))),))
    products = plain([field("a")], [by_group("a", {"x": 1, "y": 2})], {"None": None, "X": 1, "Y": 2})
    assert is_grouping(products)
    adding = replace(products, axes=(replace(products.axes[0], parameters=(_adding(products),)),))
    assert [is_grouping(model) for model in (percent, none, two, several, missing, adding)] == [False] * 6


def _adding(model: Segmentation) -> Parameter:
    (parameter,) = model.axes[0].parameters
    return replace(parameter, ranges=replace(parameter.ranges, combine=Combine.SUM))


def test_it_stays_one_while_its_parameter_is_off():
    off = replace(by_nps().axes[0], parameters=(replace(by_nps().axes[0].parameters[0], enabled=False),))
    assert is_grouping(replace(by_nps(), axes=(off,)))
