"""What a draft would do to everybody. Called by the wizard's pages and its live preview, and before publishing.

    preview = preview_draft(draft.model, segmentation_id=7, segment_ids=draft.segment_ids, as_of=day)

What it says is what publishing the draft gives at that moment. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from satsuma.app.segmentation.previews.adding import Places, add_up
from satsuma.app.segmentation.previews.everybody import Everybody, everybody, with_value
from satsuma.app.segmentation.previews.numbers import DraftPreview, Finding, FindingKind, Numbers, ParameterNumbers
from satsuma.app.segmentation.previews.standings import stands_of
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.domain.checks import find_problems, find_warnings
from satsuma.domain.model import (
    DEFAULT_BANDS,
    AgeRanges,
    Axis,
    Field,
    Groups,
    NumericRanges,
    Parameter,
    Ranges,
    Segmentation,
    YesNo,
)

SegmentIds = Sequence[int | None]
"""For each segment of a draft, lowest first, the id of the `Segment` it is; None for a new one."""


def preview_draft(
    segmentation: Segmentation, *, segmentation_id: int | None, segment_ids: SegmentIds, as_of: date
) -> DraftPreview:
    """What the draft would do to everybody on the day `as_of`, compared with the stored results of the segmentation
    (None: there are none). A draft with problems has no numbers; parameters that can be asked are counted all the same.

    To be called outside of transactions. Some ten queries. With a million contacts and 20 parameters, once they are in
    memory: 0.1 s after any edit, some milliseconds for thresholds, and for points and relevance of one parameter edited
    again; the first time some three seconds.
    """
    problems = tuple(find_problems(segmentation))
    with everybody(segmentation, as_of) as found:
        parameters = _parameters(segmentation, found, all_fine=not problems)
        numbers = None if problems else _numbers(segmentation, found, segmentation_id, segment_ids, as_of)
        return DraftPreview(
            as_of=as_of,
            customers=len(found.keys),
            not_profiled=found.not_profiled,
            parameters=parameters,
            problems=problems,
            warnings=() if problems else tuple(find_warnings(segmentation)),
            findings=tuple(_findings(segmentation, parameters, numbers, len(found.keys))),
            numbers=numbers,
        )


def list_moving(
    segmentation: Segmentation,
    *,
    segmentation_id: int | None,
    segment_ids: SegmentIds,
    as_of: date,
    before_id: int | None,
    after: int,
) -> list[int]:
    """The contacts behind one `Flow`, by id, the most valuable first: those who are in the segment `before_id` today
    (None: in none) and would come to the draft's segment at the place `after`, or stay there. Takes a draft without
    problems. Costs as much as a preview."""
    with everybody(segmentation, as_of) as found:
        asked = with_value(segmentation)
        snapshot, stands = stands_of(found, segmentation_id, segment_ids, as_of)
        places = Places(segment_ids, stands)
        coming = [number for number, stand in enumerate(stands) if stand.before == before_id]
        kept = [str(number) for number in coming if places.standing[number].keeps == after]
        free = [str(number) for number in coming if places.standing[number].keeps is None]
        assert snapshot.current is not None
        stand, segment = snapshot.current.cast(pl.String), snapshot.segments(asked)
        chosen = stand.is_in(kept) | (stand.is_in(free) & (segment == after))
        frame = pl.DataFrame({"id": found.keys, "value": snapshot.values(asked)}).filter(chosen)
        return frame.sort("value", "id", descending=[True, False], nulls_last=True)["id"].to_list()


def _numbers(
    segmentation: Segmentation,
    found: Everybody,
    segmentation_id: int | None,
    segment_ids: SegmentIds,
    as_of: date,
) -> Numbers:
    asked = with_value(segmentation)
    snapshot, stands = stands_of(found, segmentation_id, segment_ids, as_of)
    known = {} if segmentation_id is None else get_segmentation(segmentation_id).by_id
    return add_up(segmentation, snapshot.preview(asked), Places(segment_ids, stands), known)


def _parameters(
    segmentation: Segmentation, found: Everybody, *, all_fine: bool
) -> tuple[tuple[ParameterNumbers | None, ...], ...]:
    """Points and relevance do not matter for counting, nor whether a parameter is switched on."""
    fields = {field.key: field for field in reversed(segmentation.fields)}
    plain = [[_without_points(parameter) for parameter in axis.parameters] for axis in segmentation.axes]
    each = dict.fromkeys(parameter for axis in plain for parameter in axis)
    asked = tuple(parameter for parameter in each if all_fine or _can_be_asked(segmentation, parameter, fields))
    questions = with_value(_asking(segmentation, tuple(fields.values()), asked))
    everyone = len(found.keys)
    counted = {
        parameter: ParameterNumbers(
            tuple(line.customers for line in lines), 1 - lines[-1].customers / everyone if everyone else 1.0
        )
        for parameter, lines in zip(asked, found.snapshot.count_lines(questions), strict=True)
    }
    return tuple(tuple(counted.get(parameter) for parameter in axis) for axis in plain)


def _can_be_asked(segmentation: Segmentation, parameter: Parameter, fields: dict[str, Field]) -> bool:
    field = fields.get(parameter.field)
    return field is not None and not find_problems(_asking(segmentation, (field,), (parameter,)))


def _asking(segmentation: Segmentation, fields: tuple[Field, ...], parameters: tuple[Parameter, ...]) -> Segmentation:
    axis = Axis("Score", parameters, DEFAULT_BANDS)
    return Segmentation("Questions", segmentation.kind, fields, (axis,))


def _without_points(parameter: Parameter) -> Parameter:
    ranges = parameter.ranges
    plain: Ranges
    match ranges:
        case NumericRanges() | AgeRanges():
            plain = replace(ranges, points=(0,) * len(ranges.points))
        case Groups():
            plain = Groups(tuple(replace(group, points=0) for group in ranges.groups))
        case YesNo():
            plain = YesNo(0, 0)
    return Parameter(parameter.field, 1, plain)


def _findings(
    segmentation: Segmentation,
    parameters: tuple[tuple[ParameterNumbers | None, ...], ...],
    numbers: Numbers | None,
    everyone: int,
) -> Iterator[Finding]:
    if not everyone:
        return
    for axis, of_axis in enumerate(parameters):
        for number, counted in enumerate(of_axis):
            if counted and segmentation.axes[axis].parameters[number].enabled:
                hit = [line for line, customers in enumerate(counted.customers) if customers]
                if len(hit) == 1:
                    yield Finding(FindingKind.ONE_LINE, axis=axis, parameter=number, line=hit[0])
    for place, segment in enumerate(numbers.segments if numbers else ()):
        if segment.customers in (0, everyone):
            kind = FindingKind.ALL_IN_ONE if segment.customers else FindingKind.EMPTY_SEGMENT
            yield Finding(kind, segment=place)
