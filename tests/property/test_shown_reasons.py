"""What *Why this segment* shows is what the specification says, for any segmentation and any contact."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.utils.translation import override
from hypothesis import given

from satsuma.app.segmentation.queries.segmentations import SegmentSpec
from satsuma.domain.explanation import explain
from satsuma.domain.scoring import score
from satsuma.web.pages.explanations import AxisBlock, reasons_page, segments_of
from support.records import Case, cases, law


def at(place: str) -> float:
    return float(place.removesuffix("%"))


@law
@given(cases(most_parameters=6))
def test_contributions_add_up_and_steps_lead_where_they_promise(case: Case) -> None:
    segmentation, every, as_of = case.segmentation, case.records, case.as_of
    segments = segments_of(segmentation)
    for record in every:
        explanation = explain(segmentation, record, as_of)
        with override("en"):
            page = reasons_page(explanation, model=segmentation, segments=segments, fields={})
        result = score(segmentation, record, as_of)
        assert page.segment is segments[result.segment]
        assert (page.score, round(page.share * 100, 1)) == (result.total.score, result.total.percent)
        for axis, of in zip(page.axes, result.axes, strict=True):
            rows = [*axis.rows, *axis.more_rows]
            assert sum(row.points * row.relevance for row in rows) == axis.score == of.score
            assert [row.contribution for row in rows] == [row.points * row.relevance for row in rows]
            assert axis.band.name == of.band_name
            check_drawing(axis, [row.bar for row in rows])
        for line, step in zip(page.steps, explanation.steps, strict=True):
            promised = score(segmentation, step.applied_to(record), as_of)
            assert line.segment is segments[promised.segment]
            assert line.gain == promised.total.score - page.score
            assert segments.index(line.segment) > segments.index(page.segment)


def check_drawing(axis: AxisBlock, bars: list) -> None:
    """Each bar begins where the one before ended; the last ends where the whole score's does; the ground is whole."""
    assert all(before.to == after.begin for before, after in pairwise(bars))
    assert not bars or (bars[0].begin, bars[-1].to) == (axis.zero, axis.bar.to)
    for bar in [*bars, axis.bar]:
        assert 0 <= at(bar.x) <= 100
        assert at(bar.x) + at(bar.width) <= 100.02  # each is rounded to a hundredth
    assert sum(at(strip.width) for strip in axis.strips) == pytest.approx(100, abs=0.01 * len(axis.strips) + 1e-9)
    assert all(isinstance(strip.segment, SegmentSpec) for strip in axis.strips)
