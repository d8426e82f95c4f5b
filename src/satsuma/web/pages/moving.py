"""The list behind a number of the wizard's last step: who would go some way. Made by `views.publishing`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from satsuma.app.segmentation.previews.numbers import Flow, Numbers
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.app.segmentation.queries.moving import Traveller, Way
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.app.segmentation.wording import Direction
from satsuma.domain.grouping import is_grouping
from satsuma.web.ids import read_id
from satsuma.web.pages.publishing import NONE, STAY, place_ids, segment_places

ROWS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a segment's id or NONE, the place of one of the preview's, a direction or STAY; ""
    stands for all."""

    before: str = ""
    after: str = ""
    way: str = ""

    def url(self, page: int) -> str:
        asked = {"before": self.before, "after": self.after, "way": self.way, "page": str(page)}
        return f"?{urlencode({name: text for name, text in asked.items() if text})}"


@dataclass(frozen=True, slots=True)
class Line:
    """A customer; `before` is None for one without a segment."""

    traveller: Traveller
    before: SegmentSpec | None
    after: SegmentSpec


@dataclass(frozen=True, slots=True)
class MovingPage:
    """Some of `total` customers. Scores are shown where they say something: not of a grouping."""

    title: str
    spec: SegmentationSpec
    lines: Sequence[Line]
    total: int
    first: int
    previous_url: str
    next_url: str
    scores_now: bool
    scores_then: bool

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1

    @property
    def has_worth(self) -> bool:
        return any(line.traveller.worth is not None for line in self.lines)


def asked_ways(numbers: Numbers, asked: Asked) -> list[Way]:
    """The ways that the address means, those to the highest segment first."""
    ids = place_ids(numbers)
    flows = sorted(numbers.moving.flows, key=lambda flow: (-flow.after, flow.before is None, -(flow.before or 0)))
    return [
        Way(None if flow.before is None else ids[flow.before], flow.after, flow.customers)
        for flow in flows
        if _is_meant(flow, ids, asked)
    ]


def _is_meant(flow: Flow, ids: Sequence[int | None], asked: Asked) -> bool:
    before = NONE if flow.before is None else str(ids[flow.before])
    way = flow.direction.value if flow.direction else STAY
    return asked.before in ("", before) and asked.after in ("", str(flow.after)) and asked.way in ("", way)


def moving_page(
    draft: DraftSpec,
    spec: SegmentationSpec,
    numbers: Numbers,
    asked: Asked,
    ways: Sequence[Way],
    travellers: Sequence[Traveller],
    page: int,
) -> MovingPage:
    places = segment_places(draft.model, numbers)
    total = sum(way.customers for way in ways)
    return MovingPage(
        title=_title(spec, places, asked),
        spec=spec,
        lines=[Line(each, spec.by_id.get(each.way.before_id or 0), places[each.way.after]) for each in travellers],
        total=total,
        first=(page - 1) * ROWS + 1,
        previous_url=asked.url(page - 1) if page > 1 else "",
        next_url=asked.url(page + 1) if total > page * ROWS else "",
        scores_now=not (spec.is_grouping if spec.is_published else is_grouping(draft.model)),
        scores_then=not is_grouping(draft.model),
    )


def _title(spec: SegmentationSpec, places: Sequence[SegmentSpec], asked: Asked) -> str:
    place, before_id = read_id(asked.after), read_id(asked.before)
    after = places[place].name if place is not None and place < len(places) else ""
    before = spec.by_id[before_id].name if before_id is not None and before_id in spec.by_id else ""
    if before and after:
        return _("From %(before)s to %(after)s") % {"before": before, "after": after}
    if after and asked.before == NONE:
        return _("New in %(name)s") % {"name": after}
    if after:
        return _("Who would be in %(name)s") % {"name": after}
    titles = {
        Direction.UP: _("Who would move up"),
        Direction.DOWN: _("Who would move down"),
        Direction.NEW: _("Who would get a first segment"),
        STAY: _("Who would stay"),
    }
    return titles.get(asked.way, _("Who would move"))
