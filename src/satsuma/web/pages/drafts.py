"""What the first two steps of the wizard show around their controls: head, steps, axes. Made by `views.drafts` and
`views.draft_names`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.segmentation.problem_wording import problem_text
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.domain.checks import Code, find_problems
from satsuma.domain.errors import Problem
from satsuma.domain.grouping import given_segments, is_grouping
from satsuma.domain.limits import MAX_AXES
from satsuma.domain.model import Kind, Segmentation
from satsuma.web.forms.draft_cells import Slips
from satsuma.web.pages.draft_card_making import CardFacts, cards
from satsuma.web.pages.draft_cards import AT_PARAMETER, RELEVANCE_WORDS, Card, Cell
from satsuma.web.pages.draft_groupings import segment_choices
from satsuma.web.pages.metrics import metrics_in_words


@dataclass(frozen=True, slots=True)
class Step:
    """One of the three steps."""

    number: int
    label: str
    url: str
    is_active: bool
    is_done: bool


@dataclass(frozen=True, slots=True)
class AxisTab:
    """One of several axes."""

    number: int
    label: str
    url: str
    is_active: bool
    count: int


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every step."""

    id: int
    kind: Kind
    version: int
    name: Cell
    steps: Sequence[Step]
    can_undo: bool
    can_redo: bool
    saved: bool = True


@dataclass(frozen=True, slots=True)
class ParametersPage:
    """The first step: the parameters of one axis."""

    head: Head
    axis: int
    axis_name: Cell
    tabs: Sequence[AxisTab]
    cards: Sequence[Card]
    problems: Sequence[str]
    can_add_axis: bool
    is_grouping: bool = False
    """Each range gives a segment directly: there are no points."""

    @property
    def title(self) -> str:
        return self.head.name.text

    @property
    def url(self) -> str:
        return f"{reverse('draft_parameters', args=[self.head.id])}?axis={self.axis}"

    @property
    def saved_url(self) -> str:
        return f"{reverse('draft_parameters_saved', args=[self.head.id])}?axis={self.axis}"

    @property
    def has_axes(self) -> bool:
        return len(self.tabs) > 1

    @property
    def relevance_words(self) -> str:
        """The words of the slider, for the page's script."""
        return json.dumps([str(word) for word in RELEVANCE_WORDS], ensure_ascii=False)

    def notes(self) -> dict[str, Sequence[str]]:
        """What is wrong with a whole, by the id of the place that says so."""
        return {"wizard-notes": self.problems, **{f"problems-{card.token}": card.problems for card in self.cards}}

    def problem_texts(self) -> dict[str, str]:
        """What is said beside each control, by the control's id, "" for nothing; and above each card, by its token."""
        beside = {cell.id: cell.problem for cell in (self.head.name, self.axis_name) if cell}
        for card in self.cards:
            beside |= {cell.id: cell.problem for row in (*card.rows, *card.rest) for cell in row.cells}
        return beside

    def counts(self) -> dict[str, tuple[int, int]]:
        """Customers of each line, and the width of its bar, by the id of its points."""
        lines = (row for card in self.cards for row in (*card.rows, *card.rest))
        return {row.points.id: (row.customers, row.width) for row in lines if row.customers is not None}


def find_address(name: str, *arguments: object) -> str:
    """The address; "" while there is none of that name."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def head(draft: DraftSpec, model: Segmentation, step: int, slips: Slips, *, saved: bool = True) -> Head:
    slip = slips.get("name")
    name = Cell("name", slip.text, slip.sentence) if slip else Cell("name", model.name)
    return Head(
        draft.segmentation_id,
        model.kind,
        draft.version,
        name,
        _steps(draft.segmentation_id, step),
        draft.can_undo,
        draft.can_redo,
        saved,
    )


def _steps(segmentation_id: int, active: int) -> list[Step]:
    named = (
        (1, _("Parameters"), "draft_parameters"),
        (2, _("Segment names"), "draft_names"),
        (3, _("Who moves · publish"), "draft_publish"),
    )
    return [
        Step(number, label, find_address(name, segmentation_id), number == active, number < active)
        for number, label, name in named
    ]


def parameters_page(
    draft: DraftSpec,
    model: Segmentation,
    axis: int,
    *,
    slips: Slips | None = None,
    customers: Sequence[Sequence[int] | None] = (),
    opened: str = "",
) -> ParametersPage:
    """The page with the draft as `model` says; `slips` are shown in the place of what the draft holds."""
    slipped = slips or {}
    problems, groups = find_problems(model), is_grouping(model)
    facts = CardFacts(
        fields=draft.fields,
        words=metrics_in_words(_asked(draft, model, axis)),
        customers=customers,
        problems=problems,
        slips=slipped,
        opened=opened,
        segments=segment_choices(model, draft.segment_ids) if groups else (),
        given=given_segments(model) if groups else (),
    )
    name = slipped.get("axis-name")
    shown = model.axes[axis].name
    return ParametersPage(
        head=head(draft, model, 1, slipped, saved=not slipped),
        axis=axis,
        axis_name=Cell("axis-name", name.text, name.sentence) if name else Cell("axis-name", shown),
        tabs=axis_tabs(draft.segmentation_id, model, axis),
        cards=cards(model.axes[axis], axis, facts),
        problems=[problem_text(problem) for problem in problems if _is_general(problem, model, axis)],
        can_add_axis=len(model.axes) < MAX_AXES,
        is_grouping=groups,
    )


def axis_tabs(segmentation_id: int, model: Segmentation, active: int) -> list[AxisTab]:
    url = reverse("draft_parameters", args=[segmentation_id])
    return [
        AxisTab(number, axis.name, f"{url}?axis={number}", number == active, len(axis.parameters))
        for number, axis in enumerate(model.axes)
    ]


def _asked(draft: DraftSpec, model: Segmentation, axis: int) -> list[FieldSpec]:
    keys = {parameter.field for parameter in model.axes[axis].parameters}
    return [field for field in draft.fields.values() if field.key in keys]


def _is_general(problem: Problem, model: Segmentation, axis: int) -> bool:
    """Whether it is about the parameters of this axis together: nothing is said about segments here, nor that there
    are no parameters, which is plain to see."""
    if problem.code == Code.PARAMETERS_MISSING:
        return False
    above = f"axes[{axis}]." if model.has_rules else ""
    return problem.place in (f"{above}parameters", f"{above}name") and not AT_PARAMETER.fullmatch(problem.place)
