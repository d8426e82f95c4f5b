"""What holds for every segmentation and every contact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from satsuma.domain.explanation import explain
from satsuma.domain.interval import intervals, range_index
from satsuma.domain.model import AgeRanges, Axis, NumericRanges, Parameter, Scale, Segmentation
from satsuma.domain.scoring import band_edges, score, score_span
from support.records import Case, cases, law


def outcomes(segmentation: Segmentation, case: Case) -> list[Any]:
    """Per contact of the case everything that may not change: segment, scores, bands, coverage."""
    results = [score(segmentation, record, case.as_of) for record in case.records]
    return [
        (result.segment_name, [(axis.scale, axis.band_name) for axis in result.axes], result.coverage)
        for result in results
    ]


def with_axes(segmentation: Segmentation, axes: Iterator[Axis]) -> Segmentation:
    return replace(segmentation, axes=tuple(axes))


@law
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_parameters_does_not_matter(case: Case, random: Any):
    shuffled = with_axes(
        case.segmentation,
        (
            replace(axis, parameters=tuple(random.sample(axis.parameters, len(axis.parameters))))
            for axis in case.segmentation.axes
        ),
    )

    assert outcomes(shuffled, case) == outcomes(case.segmentation, case)


@law
@given(cases(), st.data())
def test_splitting_a_range_in_two_with_equal_points_changes_nothing(case: Case, data: st.DataObject):
    values = [value for record in case.records for value in record.values() if type(value) in (int, float)]
    new_cut = data.draw(st.sampled_from([*values, 0, 30, -1]))

    split = with_axes(case.segmentation, (_split(axis, new_cut) for axis in case.segmentation.axes))

    assert outcomes(split, case) == outcomes(case.segmentation, case)


def _split(axis: Axis, cut: float) -> Axis:
    return replace(axis, parameters=tuple(_with_cut(parameter, cut) for parameter in axis.parameters))


def _with_cut(parameter: Parameter, cut: float) -> Parameter:
    ranges = parameter.ranges
    if not isinstance(ranges, NumericRanges | AgeRanges) or cut in ranges.cuts:
        return parameter
    cut = int(cut) if isinstance(ranges, AgeRanges) else cut
    place = range_index(ranges.cuts, cut)
    points = (*ranges.points[:place], ranges.points[place], *ranges.points[place:])
    return replace(parameter, ranges=type(ranges)((*ranges.cuts[:place], cut, *ranges.cuts[place:]), points))


@law
@given(cases())
def test_twice_the_relevance_everywhere_moves_nobody_on_the_percent_scale(case: Case):
    on_percent = with_axes(case.segmentation, (_on_percent(axis) for axis in case.segmentation.axes))

    doubled = with_axes(on_percent, (_relevance_times(axis, 2) for axis in on_percent.axes))

    for record in case.records:
        assert score(doubled, record, case.as_of).segment == score(on_percent, record, case.as_of).segment


def _on_percent(axis: Axis) -> Axis:
    """With relevances of at most 5 and edges in percent."""
    width = 100 // len(axis.bands)
    bands = [replace(band, edge=place * width if place else None) for place, band in enumerate(axis.bands)]
    parameters = tuple(replace(one, relevance=(one.relevance + 1) // 2) for one in axis.parameters)
    return replace(axis, parameters=parameters, bands=tuple(bands), scale=Scale.PERCENT)


def _relevance_times(axis: Axis, factor: int) -> Axis:
    parameters = tuple(replace(one, relevance=one.relevance * factor) for one in axis.parameters)
    return replace(axis, parameters=parameters)


@law
@given(cases())
def test_every_score_is_possible_and_in_exactly_one_band(case: Case):
    for record in case.records:
        for axis in score(case.segmentation, record, case.as_of).axes:
            bands = intervals(band_edges(axis.axis))
            lowest, highest = score_span(axis.axis)
            assert [place for place, band in enumerate(bands) if axis.score in band] == [axis.band]
            assert lowest <= axis.score <= highest


@law
@given(cases())
def test_an_explanation_adds_up_to_the_score_of_each_axis(case: Case):
    for record in case.records:
        explanation = explain(case.segmentation, record, case.as_of, max_steps=0)
        for axis in explanation.result.axes:
            reasons = [reason for reason in explanation.reasons if reason.axis is axis.axis]
            assert sum(reason.contribution for reason in reasons) == axis.score
            assert sum(reason.smallest for reason in reasons) == axis.scale.lowest
            assert sum(reason.largest for reason in reasons) == axis.scale.highest
            assert all(0 <= reason.share <= 1 for reason in reasons)


@law
@given(cases())
def test_coverage_is_whole_where_an_explanation_finds_nothing_missing(case: Case):
    for record in case.records:
        explanation = explain(case.segmentation, record, case.as_of, max_steps=0)
        assert (explanation.missing == ()) == (explanation.result.coverage == 1)
        assert {field.key for field in explanation.missing} == {
            reason.field.key for reason in explanation.reasons if record.get(reason.field.key) is None
        }
