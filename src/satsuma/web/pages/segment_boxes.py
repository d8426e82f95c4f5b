"""The Segmentation box beside a list of contacts: each segment with its colour and count, and the list that choosing it
gives. Made by the views of contact lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from satsuma.app.crm.lists import ListDefinition, ListQuery
from satsuma.app.segmentation.lists.boxes import boxed_segmentation, chosen_segments, with_segments
from satsuma.app.segmentation.lists.columns import NOT_PROFILED, NOT_SCORED, segment_key
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec


@dataclass(frozen=True, slots=True)
class BoxLine:
    """A segment, None for those without one. `count` is None while it is not counted; `url` chooses the segment, or
    takes it out again."""

    label: str
    segment: SegmentSpec | None
    count: int | None
    url: str
    is_chosen: bool
    is_scored: bool = True


@dataclass(frozen=True, slots=True)
class BoxChoice:
    """Another segmentation that the box can show."""

    id: int
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SegmentBox:
    """`choices` are all segmentations; the form that changes them goes to `path` with `hidden`. `counts_url` is where
    counts come from while they are missing. `clear_url` takes all segments out; "" while none is chosen."""

    name: str
    lines: Sequence[BoxLine]
    choices: Sequence[BoxChoice]
    path: str
    hidden: Sequence[tuple[str, str]]
    counts_url: str
    clear_url: str

    @property
    def is_counted(self) -> bool:
        return all(line.count is not None for line in self.lines)


def segment_box(
    definition: ListDefinition,
    query: ListQuery,
    segmentation: SegmentationSpec,
    published: Sequence[SegmentationSpec],
    counts: Mapping[str, int] | None,
    *,
    path: str,
    counts_path: str,
) -> SegmentBox:
    """The box of this segmentation. Without `counts` it says where they come from."""
    key, anywhere = segment_key(segmentation), query.at(None)
    chosen = chosen_segments(query, key)

    def url(options: Sequence[str]) -> str:
        """The list of these options, with this box beside it."""
        asked = replace(with_segments(query, key, options), box="")
        if boxed_segmentation(asked, published) is not segmentation:
            asked = replace(asked, box=str(segmentation.id))
        address = asked.address(definition)
        return f"{path}?{address}" if address else path

    def line(option: str, label: str, segment: SegmentSpec | None) -> BoxLine:
        toggled = [each for each in chosen if each != option] if option in chosen else [*chosen, option]
        return BoxLine(
            label=label,
            segment=segment,
            count=None if counts is None else counts.get(option, 0),
            url=url(toggled),
            is_chosen=option in chosen,
            is_scored=option != NOT_SCORED,
        )

    return SegmentBox(
        name=segmentation.name,
        lines=[line(option, label, segment) for option, label, segment in _options(segmentation, counts, chosen)],
        choices=[BoxChoice(found.id, found.name, found.id == segmentation.id) for found in published],
        path=path,
        hidden=[(name, value) for name, value in anywhere.parameters(definition) if name != "box"],
        counts_url=f"{counts_path}?{anywhere.address(definition)}",
        clear_url=url(()) if chosen else "",
    )


Option = tuple[str, str, SegmentSpec | None]


def _options(
    segmentation: SegmentationSpec, counts: Mapping[str, int] | None, chosen: Sequence[str]
) -> Sequence[Option]:
    """Highest first; a retired segment only while it holds somebody, or is chosen."""
    retired = [segment for segment in segmentation.segments if segment.retired]
    kept = [segment for segment in retired if str(segment.id) in {*(counts or {}), *chosen}]
    segments: list[Option] = [
        *((str(segment.id), segment.name, segment) for segment in reversed(segmentation.present_segments)),
        *((str(segment.id), _("%(name)s (retired)") % {"name": segment.name}, segment) for segment in kept),
    ]
    return [*segments, (NOT_PROFILED, _("not profiled"), None), (NOT_SCORED, _("not scored"), None)]
