"""What the last step of the wizard shows: who would move, what deserves a look, what changes. Made by
`views.publishing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.segmentation.previews.numbers import (
    DraftPreview,
    Finding,
    FindingKind,
    FormerSegment,
    Numbers,
    SegmentNumbers,
)
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.app.segmentation.wording import Direction
from satsuma.domain.model import Segmentation
from satsuma.domain.scoring import lines
from satsuma.report.colors import palette_color
from satsuma.web.pages.analysis_links import ListLinks
from satsuma.web.pages.draft_places import DraftPlace, find_place, parameter_place, segment_place
from satsuma.web.pages.draft_preview import Panel, preview_panel, short_money
from satsuma.web.pages.drafts import Head, head
from satsuma.web.pages.versions import Differences, compared, side

NONE = "none"
"""What an address calls those who have no segment yet."""
STAY = "stay"
"""How a cell of the matrix is drawn, and called in an address, whose customers stay; others by their direction."""


@dataclass(frozen=True, slots=True)
class SizeLine:
    """A segment now and then; `kept` of its customers are there whatever they score. `change` is worded with its sign,
    "" for none. `is_gone`: the draft has it no longer."""

    segment: SegmentSpec
    now: int
    then: int
    share: float
    now_value: str
    then_value: str
    kept: int
    change: str
    is_gone: bool
    now_url: str
    then_url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Customers who would go from the row's segment to the column's; `url` is the list of them."""

    customers: int
    value: str
    url: str
    way: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Where customers are now; None for those who have no segment yet."""

    segment: SegmentSpec | None
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many customers have data for a parameter; `missing_url` is the list of those who have none, "" if there is no
    such list."""

    place: DraftPlace
    coverage: float
    missing: int
    missing_url: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class PublishPage:
    """The last step. Without `sizes` and `panel` there are no numbers: the draft has problems, or there is nobody."""

    head: Head
    spec: SegmentationSpec
    customers: int
    not_profiled: int
    problems: Sequence[DraftPlace]
    warnings: Sequence[DraftPlace]
    differences: Differences
    completeness: Sequence[Completeness]
    can_publish: bool
    has_value: bool = False
    panel: Panel | None = None
    sizes: Sequence[SizeLine] = ()
    columns: Sequence[SegmentSpec] = ()
    rows: Sequence[MatrixRow] = ()
    up: int = 0
    down: int = 0
    changed: int = 0
    new: int = 0
    stay: int = 0

    @property
    def title(self) -> str:
        return self.spec.name

    @property
    def ways(self) -> dict[str, str]:
        """The lists behind the counts of those who move, by direction."""
        return {way: moving_url(self.spec.id, way=way) for way in (*Direction, STAY)}

    @property
    def has_several(self) -> bool:
        """Whether there are several scores."""
        return self.panel is not None and len(self.panel.histograms) > 1


def publish_page(draft: DraftSpec, spec: SegmentationSpec, preview: DraftPreview) -> PublishPage:
    model, numbers = draft.model, preview.numbers
    before = side(spec.version) if spec.version else None
    common = PublishPage(
        head=head(draft, model, 3, {}),
        spec=spec,
        customers=preview.customers,
        not_profiled=preview.not_profiled,
        problems=[find_place(draft, problem) for problem in preview.problems],
        warnings=list(_warnings(draft, preview)),
        differences=compared(before, side(draft)) if before else Differences(()),
        completeness=list(_completeness(draft, spec, preview)),
        can_publish=not preview.problems and not spec.archived and draft.differs,
    )
    if numbers is None or not preview.customers:
        return common
    panel = preview_panel(draft.segmentation_id, model, preview)
    return _Matrix(draft, spec, numbers).on(replace(common, panel=panel))


class _Matrix:
    """Sizes, and who would go where."""

    def __init__(self, draft: DraftSpec, spec: SegmentationSpec, numbers: Numbers) -> None:
        self.draft, self.numbers = draft, numbers
        self.links = ListLinks(spec, {})
        self.places = segment_places(draft.model, numbers)
        self.ids = place_ids(numbers)
        self.has_value = numbers.value > 0

    def on(self, page: PublishPage) -> PublishPage:
        moving = self.numbers.moving
        return replace(
            page,
            has_value=self.has_value,
            sizes=list(self._sizes())[::-1],
            columns=[self.places[place] for place in self._columns()],
            rows=[self._row(before) for before in self._befores()],
            up=moving.up,
            down=moving.down,
            changed=moving.changed,
            new=moving.new,
            stay=moving.stay,
        )

    def _sizes(self) -> Iterator[SizeLine]:
        everyone = sum(segment.customers for segment in self.numbers.segments)
        everything: list[SegmentNumbers | FormerSegment] = [*self.numbers.segments, *self.numbers.former]
        for place, found in enumerate(everything):
            yield SizeLine(
                segment=self.places[place],
                now=found.now_customers,
                then=found.customers,
                share=found.customers / everyone if everyone else 0.0,
                now_value=self._money(found.now_value),
                then_value=self._money(found.value),
                kept=found.kept if isinstance(found, SegmentNumbers) else 0,
                change=_signed(found.customers - found.now_customers),
                is_gone=isinstance(found, FormerSegment),
                now_url=self._now_url(found),
                then_url=moving_url(self.draft.segmentation_id, after=str(place)) if found.customers else "",
            )

    def _now_url(self, found: SegmentNumbers | FormerSegment) -> str:
        return self.links.members(found.id) if found.now_customers and found.id is not None else ""

    def _columns(self) -> list[int]:
        """The draft's segments, highest first, and former ones that keep somebody."""
        of_draft = len(self.numbers.segments)
        kept = {flow.after for flow in self.numbers.moving.flows if flow.after >= of_draft}
        return [*reversed(range(of_draft)), *sorted(kept)]

    def _befores(self) -> list[int | None]:
        found = {flow.before for flow in self.numbers.moving.flows}
        places = sorted((place for place in found if place is not None), reverse=True)
        return [*places, *([None] if None in found else [])]

    def _row(self, before: int | None) -> MatrixRow:
        cells = {
            flow.after: Cell(
                flow.customers,
                self._money(flow.value),
                self._url(before, flow.after),
                flow.direction.value if flow.direction else STAY,
            )
            for flow in self.numbers.moving.flows
            if flow.before == before
        }
        segment = None if before is None else self.places[before]
        return MatrixRow(segment, [cells.get(column) for column in self._columns()])

    def _url(self, before: int | None, after: int) -> str:
        named = NONE if before is None else str(self.ids[before])
        return moving_url(self.draft.segmentation_id, before=named, after=str(after))

    def _money(self, value: float) -> str:
        return short_money(value) if self.has_value else ""


def moving_url(segmentation_id: int, **asked: str) -> str:
    """The list of those who go some way: `before`, `after`, `way`."""
    return f"{reverse('draft_moving', args=[segmentation_id])}?{urlencode(asked)}"


def segment_places(model: Segmentation, numbers: Numbers) -> list[SegmentSpec]:
    """The segments behind the places of a preview: the draft's, lowest first, then former ones."""
    return [*_draft_segments(model), *_former_segments(numbers)]


def place_ids(numbers: Numbers) -> list[int | None]:
    """The ids of the segments behind the places; None for new ones."""
    return [*(segment.id for segment in numbers.segments), *(former.id for former in numbers.former)]


def _draft_segments(model: Segmentation) -> list[SegmentSpec]:
    last = max(len(model.segments) - 1, 1)
    return [
        SegmentSpec(0, segment.name, segment.color or palette_color(place / last), segment.description or "")
        for place, segment in enumerate(model.segments)
    ]


def _former_segments(numbers: Numbers) -> list[SegmentSpec]:
    return [SegmentSpec(former.id, former.name, former.color, retired=True) for former in numbers.former]


def _signed(change: int) -> str:
    if not change:
        return ""
    return f"{'+' if change > 0 else '−'}{locale.number(abs(change))}"


def _completeness(draft: DraftSpec, spec: SegmentationSpec, preview: DraftPreview) -> Iterable[Completeness]:
    """What is known least comes first."""
    links = ListLinks(spec, {key: field for key, field in draft.fields.items() if not field.retired})
    found = []
    for axis, of_axis in enumerate(preview.parameters):
        for number, counted in enumerate(of_axis):
            if counted is None:
                continue
            parameter, missing = draft.model.axes[axis].parameters[number], counted.customers[-1]
            url = links.profiled_without(parameter.field, others=preview.not_profiled) if missing else ""
            place = parameter_place(draft, axis, number)
            found.append(Completeness(place, counted.coverage, missing, url, parameter.enabled))
    return sorted(found, key=lambda line: (not line.enabled, line.coverage))


def _warnings(draft: DraftSpec, preview: DraftPreview) -> Iterator[DraftPlace]:
    seen: set[DraftPlace] = set()
    found = [find_place(draft, warning) for warning in preview.warnings]
    found += [place for finding in preview.findings if (place := _finding(draft, finding, preview))]
    for place in found:
        if place not in seen:
            seen.add(place)
            yield place


def _finding(draft: DraftSpec, finding: Finding, preview: DraftPreview) -> DraftPlace | None:
    if finding.kind is FindingKind.ONE_LINE and finding.axis is not None and finding.parameter is not None:
        parameter = draft.model.axes[finding.axis].parameters[finding.parameter]
        nobody = finding.line == len(lines(parameter)) - 1
        sentence = _("Nobody has data for this.") if nobody else _("Everybody gives the same answer.")
        return parameter_place(draft, finding.axis, finding.parameter, sentence)
    if finding.segment is None or preview.numbers is None:
        return None
    if finding.kind is FindingKind.EMPTY_SEGMENT:
        return segment_place(draft, finding.segment, _("Nobody would be in this segment."))
    return segment_place(draft, finding.segment, _("Everybody would be in this segment."))
