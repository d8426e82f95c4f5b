"""What the second step of the wizard shows: segments with names, colours and thresholds; bands and rules of axes. Made
by `views.draft_names`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.segmentation.grids import grid_of
from satsuma.app.segmentation.naming import PALETTE
from satsuma.app.segmentation.problem_wording import problem_text
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.domain.checks import find_problems
from satsuma.domain.grouping import is_grouping
from satsuma.domain.limits import MAX_RULES, MAX_SEGMENTS, MIN_SEGMENTS
from satsuma.domain.model import Axis, Band, Rule, Scale, Segmentation
from satsuma.domain.scoring import score_span
from satsuma.web.forms.draft_cells import Slips
from satsuma.web.forms.draft_segments import numbered_rules, plain_lines, shown_color
from satsuma.web.forms.drafts import edge_text
from satsuma.web.pages.draft_cards import Cell
from satsuma.web.pages.draft_groupings import ranges_by_segment
from satsuma.web.pages.drafts import Head, head

AT_BAND = re.compile(r"(?:axes\[(\d+)\]\.)?bands\.segments\[(\d+)\]\.(name|from|color|description)")
AT_SEGMENT = re.compile(r"segments\[(\d+)\]\.(name|color|description)")
AT_RULE = re.compile(r"rules\[(\d+)\].*")


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment, or a band: `edge` is None for the lowest one."""

    number: int
    name: Cell
    color: Cell | None = None
    description: Cell | None = None
    edge: Cell | None = None
    fill: str = ""
    id: int | None = None
    """Of the `Segment` that it is; None for a new one."""
    gives: Sequence[str] = ()
    """In a grouping, the ranges that give it."""


@dataclass(frozen=True, slots=True)
class AxisBands:
    """The bands of an axis, the highest first, and the scale of their edges."""

    number: int
    name: Cell
    rows: Sequence[SegmentRow]
    scale: Scale
    lowest: int
    highest: int
    may_add: bool
    may_remove: bool

    @property
    def is_percent(self) -> bool:
        return self.scale is Scale.PERCENT

    @property
    def span_text(self) -> str:
        span = {"lowest": locale.number(self.lowest), "highest": locale.number(self.highest)}
        return _("Scores run from %(lowest)s to %(highest)s points.") % span


@dataclass(frozen=True, slots=True)
class Tick:
    """A band that a rule allows, or not."""

    number: int
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule: the bands it allows on each axis, and the segment it gives. The last one fits everybody else."""

    number: int
    axes: Sequence[tuple[int, str, Sequence[Tick]]]
    segment: int | None
    is_last: bool
    problem: str = ""
    words: str = ""
    """Instead of the controls, where there are too many of them: each rule is unfolded by itself."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A band of the first axis: for each band of the second, which segment is given."""

    number: int
    label: str
    cells: Sequence[tuple[int, str, int | None]]


@dataclass(frozen=True, slots=True)
class NamesPage:
    """The second step. With one axis `segments` are its bands; with several, `axes` hold bands of their own."""

    head: Head
    segments: Sequence[SegmentRow]
    axes: Sequence[AxisBands]
    options: Sequence[tuple[int, str]] = ()
    grid: Sequence[GridRow] = ()
    grid_columns: Sequence[str] = ()
    rules: Sequence[RuleRow] = ()
    problems: Sequence[str] = ()
    may_add: bool = True
    may_remove: bool = True
    may_add_rule: bool = True
    is_grouping: bool = False
    """Ranges give segments directly: there are no thresholds."""
    palette: Sequence[str] = field(default_factory=tuple)

    @property
    def title(self) -> str:
        return self.head.name.text

    @property
    def url(self) -> str:
        return reverse("draft_names", args=[self.head.id])

    @property
    def saved_url(self) -> str:
        return reverse("draft_names_saved", args=[self.head.id])

    @property
    def has_rules(self) -> bool:
        return len(self.axes) > 1

    @property
    def only_axis(self) -> AxisBands:
        return self.axes[0]

    def problem_texts(self) -> dict[str, str]:
        """What is said beside each control, by its id; "" for nothing."""
        rows = [*self.segments, *(row for axis in self.axes for row in axis.rows)]
        cells = [cell for row in rows for cell in (row.name, row.color, row.description, row.edge) if cell]
        cells += [self.head.name, *(axis.name for axis in self.axes)]
        beside: dict[str, str] = {}
        for cell in cells:
            beside[cell.id] = beside.get(cell.id) or cell.problem
        return beside | {f"w-r-{rule.number}": rule.problem for rule in self.rules}

    def notes(self) -> dict[str, Sequence[str]]:
        """What is wrong with a whole, by the id of the place that says so."""
        return {"wizard-notes": self.problems}

    def counts(self) -> dict[str, tuple[int, int]]:
        """Customers are counted in the preview alone."""
        return {}


MOST_TICKS, MOST_GRID_OPTIONS = 1_500, 6_000
"""Boxes of all rules together, and options of all cells of the grid: with more, rules come folded."""


def names_page(
    draft: DraftSpec, model: Segmentation, *, slips: Slips | None = None, opened: int | None = None
) -> NamesPage:
    """The page with the draft as `model` says; `slips` are shown in the place of what the draft holds. `opened` is the
    rule to unfold where they come folded."""
    groups = is_grouping(model)
    builder = _Builder(model, slips or {}, draft.segment_ids, ranges_by_segment(draft, model) if groups else ())
    axes = [builder.bands(number, axis) for number, axis in enumerate(model.axes)]
    names = [segment.name for segment in model.segments]
    shared: dict[str, object] = {}
    if model.has_rules:
        shared = {
            "options": list(enumerate(names))[::-1],
            "grid": builder.grid() if _has_grid(model) else (),
            "grid_columns": [band.name for band in model.axes[1].bands],
            "rules": () if _has_grid(model) else builder.rules(opened),
            "may_add_rule": len(model.rules) < MAX_RULES,
        }
    return NamesPage(
        head=head(draft, model, 2, slips or {}, saved=not slips),
        segments=builder.segments(),
        axes=axes,
        problems=builder.general,
        may_add=len(names) < MAX_SEGMENTS,
        may_remove=len(names) > MIN_SEGMENTS,
        is_grouping=groups,
        palette=PALETTE,
        **shared,  # type: ignore[arg-type]
    )


def _has_grid(model: Segmentation) -> bool:
    """Whether the rules are shown as a grid: of two axes, unless it is very large."""
    if len(model.axes) != 2:
        return False
    first, second = (len(axis.bands) for axis in model.axes)
    return first * second * len(model.own_segments) <= MOST_GRID_OPTIONS


class _Builder:
    """The parts of the page, each with what is said beside it."""

    def __init__(
        self, model: Segmentation, slips: Slips, ids: Sequence[int | None], gives: Sequence[Sequence[str]]
    ) -> None:
        self.model, self.slips, self.ids, self.gives = model, slips, ids, gives
        self.beside: dict[str, str] = {}
        self.general: list[str] = []
        for problem in find_problems(model):
            name = self._control(problem.place)
            if name:
                self.beside.setdefault(name, problem_text(problem))
            elif self._is_general(problem.place):
                self.general.append(problem_text(problem))

    def _control(self, place: str) -> str:
        if (found := AT_BAND.fullmatch(place)) is not None:
            if found[3] == "from":
                return f"b.{found[1] or 0}.{found[2]}.from"
            return f"b.{found[1]}.{found[2]}.{found[3]}" if found[1] else f"s.{found[2]}.{found[3]}"
        if (found := AT_SEGMENT.fullmatch(place)) is not None:
            return f"s.{found[1]}.{found[2]}"
        found = AT_RULE.fullmatch(place)
        return f"r.{found[1]}" if found else ""

    def _is_general(self, place: str) -> bool:
        return place.startswith(("bands", "segments", "rules")) or ".bands" in place

    def _cell(self, name: str, text: str) -> Cell:
        if slip := self.slips.get(name):
            return Cell(name, slip.text, slip.sentence)
        return Cell(name, text, self.beside.get(name, ""))

    def segments(self) -> list[SegmentRow]:
        """The highest first, as the preview lists them."""
        model, count = self.model, len(self.model.segments)
        bands = () if model.has_rules or self.gives else model.axes[0].bands
        rows = []
        for number, segment in enumerate(model.segments):
            color = shown_color(segment.color, number, count)
            rows.append(
                SegmentRow(
                    number,
                    self._cell(f"s.{number}.name", segment.name),
                    self._cell(f"s.{number}.color", color),
                    self._cell(f"s.{number}.description", plain_lines(segment.description or "")),
                    self._edge(0, number, bands[number]) if bands else None,
                    color,
                    self.ids[number] if number < len(self.ids) else None,
                    self.gives[number] if self.gives else (),
                )
            )
        return rows[::-1]

    def bands(self, number: int, axis: Axis) -> AxisBands:
        lowest, highest = score_span(axis) if axis.parameters and not self._is_broken(axis) else (0, 0)
        rows = [
            SegmentRow(place, self._cell(f"b.{number}.{place}.name", band.name), edge=self._edge(number, place, band))
            for place, band in enumerate(axis.bands)
        ]
        return AxisBands(
            number,
            self._cell(f"a.{number}.name", axis.name),
            rows[::-1],
            axis.scale,
            lowest,
            highest,
            len(axis.bands) < MAX_SEGMENTS,
            len(axis.bands) > MIN_SEGMENTS,
        )

    def _is_broken(self, axis: Axis) -> bool:
        """Whether a parameter has no range at all: then there is no span."""
        return any(getattr(parameter.ranges, "groups", True) == () for parameter in axis.parameters)

    def _edge(self, axis: int, number: int, band: Band) -> Cell | None:
        return self._cell(f"b.{axis}.{number}.from", edge_text(band)) if number else None

    def grid(self) -> list[GridRow]:
        first = self.model.axes[0]
        rows = [
            GridRow(
                number,
                first.bands[number].name,
                [(column, self.model.axes[1].bands[column].name, cell) for column, cell in enumerate(cells)],
            )
            for number, cells in enumerate(grid_of(self.model))
        ]
        return rows[::-1]

    def rules(self, opened: int | None) -> list[RuleRow]:
        rows, last = [], len(self.model.rules) - 1
        folds = len(self.model.rules) * sum(len(axis.bands) for axis in self.model.axes) > MOST_TICKS
        for number, rule in enumerate(numbered_rules(self.model)):
            allowed = dict(rule.when)
            axes = [
                (
                    place,
                    axis.name,
                    [
                        Tick(band, named.name, allowed.get(place) is None or band in allowed[place])
                        for band, named in enumerate(axis.bands)
                    ],
                )
                for place, axis in enumerate(self.model.axes)
            ]
            segment = rule.segment if isinstance(rule.segment, int) else None
            is_last = number == last and not rule.when
            problem = self.beside.get(f"r.{number}", "")
            words = _rule_words(self.model.rules[number]) if folds and number != opened and not is_last else ""
            rows.append(RuleRow(number, axes, segment, is_last, problem, words))
        return rows


def _rule_words(rule: Rule) -> str:
    """Such as "Value: high, medium · Fit: good → VIP"."""
    when = " · ".join(f"{axis}: {', '.join(bands)}" for axis, bands in rule.when) or _("Everybody")
    return f"{when} → {rule.segment}"
