"""What the wizard shows of a draft whose ranges name the segments directly: the segments to choose from beside each
range, and the ranges beside each segment. Called by `pages.drafts` and `pages.draft_names`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.app.segmentation.range_wording import line_text, named_field
from satsuma.domain.grouping import given_segments
from satsuma.domain.model import Segmentation
from satsuma.domain.scoring import lines
from satsuma.web.forms.draft_cards import fits
from satsuma.web.forms.draft_groupings import choice_of
from satsuma.web.forms.draft_segments import shown_color
from satsuma.web.templatetags.segments import ground_colors


@dataclass(frozen=True, slots=True)
class SegmentChoice:
    """A segment in a range's select. `value` is what the form sends; `fill` is readable on light and on dark ground."""

    number: int
    value: str
    name: str
    fill: str


def segment_choices(model: Segmentation, ids: Sequence[int | None]) -> list[SegmentChoice]:
    """Every segment, lowest first."""
    count = len(model.segments)
    return [
        SegmentChoice(
            number,
            choice_of(segment.name, ids[number] if number < len(ids) else None),
            segment.name,
            ground_colors(shown_color(segment.color, number, count)),
        )
        for number, segment in enumerate(model.segments)
    ]


def ranges_by_segment(draft: DraftSpec, model: Segmentation) -> list[Sequence[str]]:
    """For each segment, lowest first, what its ranges hold, in words: "0–6", "no data". Nothing where the field is gone
    or holds another kind of information."""
    (parameter,) = model.axes[0].parameters
    found: list[list[str]] = [[] for _segment in model.segments]
    spec = draft.fields.get(parameter.field)
    if spec is None or not fits(spec.domain_field(), parameter):
        return list(found)
    named = named_field(model.kind, spec.domain_field(), draft.fields)
    for line, place in zip(lines(parameter), given_segments(model), strict=True):
        found[place].append(line_text(parameter, named, line))
    return list(found)
