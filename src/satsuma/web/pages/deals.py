"""What the pages of deals show: the board, a deal, the bin. Made by `views.deals` and `views.deal_board`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Activity, Contact, Deal, Stage
from satsuma.app.crm.queries.activities import list_activities_of_deal
from satsuma.app.crm.queries.deals import Cards, Column, list_board, list_stages


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A column with the addresses behind its sum and its next cards; the latter is "" where there are none."""

    stage: Stage
    count: int
    worth_e4: int
    deals: Sequence[Deal]
    list_url: str
    more_url: str


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Every column; `stages` are those a deal can be moved to; `is_mine` if only the reader's own deals are shown."""

    columns: Sequence[BoardColumn]
    stages: Sequence[Stage]
    is_mine: bool

    @property
    def is_empty(self) -> bool:
        return not any(column.count for column in self.columns)


def board_page(reader: User, *, is_mine: bool) -> BoardPage:
    """Four queries."""
    columns = list_board(owner_id=reader.pk if is_mine else None)
    return BoardPage([board_column(column, reader, is_mine=is_mine) for column in columns], list_stages(), is_mine)


def board_column(column: Column, reader: User, *, is_mine: bool) -> BoardColumn:
    return BoardColumn(
        column.stage,
        column.count,
        column.worth_e4,
        column.cards.deals,
        _list_url(column.stage, reader, is_mine=is_mine),
        more_url(column.stage.id, column.cards, is_mine=is_mine),
    )


def more_url(stage_id: int, cards: Cards, *, is_mine: bool) -> str:
    """Where the cards below these are; "" for none."""
    if not cards.has_more or not cards.deals:
        return ""
    last = cards.deals[-1]
    asked = {"after": f"{last.updated_at.isoformat()}_{last.id}"} | ({"owner": "me"} if is_mine else {})
    return f"{reverse('deal_cards', args=[stage_id])}?{urlencode(asked)}"


def _list_url(stage: Stage, reader: User, *, is_mine: bool) -> str:
    asked = {"stage": str(stage.id)} | ({"owner": str(reader.pk)} if is_mine else {})
    return f"{reverse('deal_list')}?{urlencode(asked)}"


@dataclass(frozen=True, slots=True)
class DealPage:
    """A deal, what was logged with it, and the stages it can be moved to. `contact` is whom a touch is logged with: the
    person, else the company, None when neither is there."""

    deal: Deal
    stages: Sequence[Stage]
    activities: Sequence[Activity]
    contact: Contact | None


def deal_page(deal: Deal) -> DealPage:
    """Two queries."""
    return DealPage(deal, list_stages(also=deal.stage_id), list_activities_of_deal(deal.id), contact_of(deal))


def contact_of(deal: Deal) -> Contact | None:
    """Whom a touch about the deal is with: its person or else its company, unless they are in the bin."""
    there = (contact for contact in (deal.person, deal.company) if contact is not None and contact.binned_at is None)
    return next(there, None)
