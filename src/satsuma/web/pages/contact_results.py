"""What pages show of one contact's segments: the card under its picture, *Why this segment*, its moves. Made by
`views.explanations` and `views.contacts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.crm.queries.imports import imports_of_batches
from satsuma.app.segmentation.explaining import agrees, explain_contact
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.queries.contact_moves import MoveSpec, list_contact_moves
from satsuma.app.segmentation.queries.contact_results import ContactResult, ContactResults, find_contact_results
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec, list_published
from satsuma.app.segmentation.wording import DIRECTIONS, ICONS, Direction, cause_text
from satsuma.domain.model import Kind
from satsuma.web.pages.explanations import ReasonsPage, reasons_page

RECENT_MOVES = 5
MOVES_PAGE = 50


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A move in words. `url` leads to what caused it, "" where there is no page of it."""

    before: SegmentSpec | None
    after: SegmentSpec | None
    direction: Direction
    icon: str
    way: str
    cause: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ResultCard:
    """One segmentation's result, and the way to its reasons."""

    result: ContactResult
    why_url: str
    last_move: MoveLine | None

    @property
    def is_grouping(self) -> bool:
        """Whether the score says nothing to people."""
        return self.result.version.is_grouping


@dataclass(frozen=True, slots=True)
class SegmentsPage:
    """A contact's segments: that of the primary segmentation large, the others beside it. `primary` is None where
    nothing is published for this kind of contact."""

    contact: Contact
    results: ContactResults
    primary: ResultCard | None
    others: Sequence[ResultCard]


@dataclass(frozen=True, slots=True)
class Tab:
    """A segmentation that the panel can show."""

    label: str
    url: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class WhyPage:
    """The panel. `reasons` is None for a contact that is not scored now: frozen, not profiled. `is_stale` says that the
    stored result is another than the reasons give, which are those of `as_of`."""

    contact: Contact
    results: ContactResults
    result: ContactResult
    tabs: Sequence[Tab]
    reasons: ReasonsPage | None
    is_stale: bool
    as_of: date
    moves: Sequence[MoveLine]
    has_more_moves: bool

    @property
    def segmentation(self) -> SegmentationSpec:
        return self.result.segmentation

    @property
    def is_grouping(self) -> bool:
        """Whether the score says nothing to people."""
        return self.result.version.is_grouping


@dataclass(frozen=True, slots=True)
class MovesPage:
    """A page of moves; `next` goes on behind the last one, None at the end."""

    contact: Contact
    segmentation: SegmentationSpec
    moves: Sequence[MoveLine]
    next: int | None


def segments_page(contact: Contact, as_of: date) -> SegmentsPage:
    """Six queries, two where nothing is published."""
    results = find_contact_results(contact, as_of)
    cards = [_card(contact, result) for result in results.results]
    return SegmentsPage(contact, results, next(iter(cards), None), cards[1:])


def why_page(contact: Contact, segmentation_id: int, *, as_of: date, may_edit: bool, may_import: bool) -> WhyPage:
    """At most twenty queries, whatever the contact has. Raises NotFoundError for a segmentation that is not in use for
    this kind of contact."""
    results = find_contact_results(contact, as_of)
    result = get_result(results, segmentation_id)
    edit_url = reverse(f"{contact.kind}_edit", args=[contact.pk]) if may_edit else ""
    is_scored = results.objection is None and results.frozen is None
    reasons, is_stale = _reasons(contact, result, as_of, edit_url) if is_scored else (None, False)
    moves = list_contact_moves(contact.pk, result.segmentation, most=RECENT_MOVES + 1)
    return WhyPage(
        contact=contact,
        results=results,
        result=result,
        tabs=_tabs(contact, results, segmentation_id),
        reasons=reasons,
        is_stale=is_stale,
        as_of=as_of,
        moves=move_lines(moves[:RECENT_MOVES], may_import=may_import),
        has_more_moves=len(moves) > RECENT_MOVES,
    )


def moves_page(contact: Contact, segmentation_id: int, *, before_id: int | None, may_import: bool) -> MovesPage:
    """Four queries at most. Raises NotFoundError as `why_page`."""
    in_use = {found.id: found for found in list_published(Kind(contact.kind))}
    if (segmentation := in_use.get(segmentation_id)) is None:
        raise not_in_use(segmentation_id)
    moves = list_contact_moves(contact.pk, segmentation, before_id=before_id, most=MOVES_PAGE + 1)
    shown = moves[:MOVES_PAGE]
    return MovesPage(
        contact,
        segmentation,
        move_lines(shown, may_import=may_import),
        shown[-1].id if len(moves) > MOVES_PAGE else None,
    )


def get_result(results: ContactResults, segmentation_id: int) -> ContactResult:
    """Raises NotFoundError for a segmentation that is not in use for the contact's kind."""
    if (found := results.find(segmentation_id)) is None:
        raise not_in_use(segmentation_id)
    return found


def not_in_use(segmentation_id: int) -> NotFoundError:
    return NotFoundError(_("This segmentation is not in use."), segmentation_id=segmentation_id)


def move_lines(moves: Iterable[MoveSpec], *, may_import: bool = False) -> list[MoveLine]:
    """Moves in words, with links to imports for somebody who may see them. One query where there are any."""
    moves = list(moves)
    batches = [move.reference for move in moves if move.cause == Cause.IMPORT and move.reference is not None]
    imports = imports_of_batches(batches) if may_import and batches else {}
    return [_move_line(move, imports.get(move.reference or 0)) for move in moves]


def _move_line(move: MoveSpec, import_id: int | None) -> MoveLine:
    return MoveLine(
        before=move.before,
        after=move.after,
        direction=move.direction,
        icon=ICONS[move.direction],
        way=str(DIRECTIONS[move.direction]),
        cause=cause_text(move),
        url=reverse("import", args=[import_id]) if import_id is not None else "",
        at=move.at,
    )


def _card(contact: Contact, result: ContactResult) -> ResultCard:
    last = move_lines([result.last_move])[0] if result.last_move else None
    return ResultCard(result, _why_url(contact, result), last)


def _why_url(contact: Contact, result: ContactResult) -> str:
    return reverse("contact_why", args=[contact.pk, result.segmentation.id])


def _tabs(contact: Contact, results: ContactResults, active: int) -> list[Tab]:
    found = [
        Tab(result.segmentation.name, _why_url(contact, result), result.segmentation.id == active)
        for result in results.results
    ]
    return found if len(found) > 1 else []


def _reasons(contact: Contact, result: ContactResult, as_of: date, edit_url: str) -> tuple[ReasonsPage | None, bool]:
    """What the published version gives on that day, and whether something else is stored."""
    segmentation = result.segmentation
    assert segmentation.version is not None
    model = segmentation.version.model
    explanation = explain_contact(model, contact.pk, as_of)
    if explanation is None:
        return None, False
    segments = [segmentation.by_id[segment_id] for segment_id in segmentation.version.segment_ids]
    fields = {field.key: field for field in list_fields(Kind(contact.kind), retired=True)}
    page = reasons_page(explanation, model=model, segments=segments, fields=fields, edit_url=edit_url)
    return page, result.is_scored and not agrees(explanation, result)
