"""Reads of deals, their stages and their sums. Called by pages and forms."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.models import Contact, Deal, ExchangeRate, Product, Stage
from satsuma.app.crm.models.deal import State
from satsuma.app.crm.money import sum_of, sum_parts

CARDS = 20
"""Cards of one column of the board before "show more"."""
LINKED = ("company", "person", "product", "stage", "owner")


@dataclass(frozen=True, slots=True)
class Cards:
    """Some deals of a stage, the latest change on top, and whether more follow."""

    deals: Sequence[Deal]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A stage on the board: how many deals are in it, what they are worth in the workspace's currency, and the first of
    them."""

    stage: Stage
    count: int
    worth_e4: int
    cards: Cards


def get_deal(deal_id: int, *, binned: bool = False) -> Deal:
    """The deal with its company, person, product, stage and owner; with `binned` also one in the bin. One query. Raises
    NotFoundError."""
    deal = Deal.objects.select_related(*LINKED).filter(id=deal_id).first()
    if deal is None or (deal.binned_at is not None and not binned):
        raise NotFoundError(_("This deal is no longer there."), deal_id=deal_id)
    return deal


def list_board(*, owner_id: int | None = None) -> list[Column]:
    """The columns of the board: every stage that is offered, or still holds deals; of everybody, or of one owner. Three
    queries, whatever the number of stages and deals."""
    stages = Stage.objects.order_by("position", "id")
    sums = _sums(_of(owner_id))
    shown = [stage for stage in stages if stage.retired_at is None or stage.id in sums]
    cards: dict[int, list[Deal]] = {stage.id: [] for stage in shown}
    for deal in _top_of(list(cards), owner_id) if cards else ():
        cards[deal.stage_id].append(deal)
    return [_column(stage, sums, cards[stage.id]) for stage in shown]


def list_heads(stage_ids: Collection[int], *, owner_id: int | None = None) -> list[Column]:
    """Some columns without their cards. Two queries."""
    sums = _sums(_of(owner_id).filter(stage__in=stage_ids))
    stages = Stage.objects.filter(id__in=stage_ids).order_by("position", "id")
    return [_column(stage, sums, ()) for stage in stages]


def list_cards(stage_id: int, *, owner_id: int | None = None, after: tuple[datetime, int] | None = None) -> Cards:
    """The next cards of a column: those below the one with this update and id. One query."""
    deals = _of(owner_id).filter(stage=stage_id)
    if after is not None:
        updated_at, id_ = after
        deals = deals.filter(Q(updated_at__lt=updated_at) | Q(updated_at=updated_at, id__lt=id_))
    found = list(deals.select_related(*LINKED).order_by("-updated_at", "-id")[: CARDS + 1])
    return Cards(found[:CARDS], len(found) > CARDS)


def get_stage(stage_id: int) -> Stage:
    """Raises NotFoundError."""
    stage = Stage.objects.filter(id=stage_id).first()
    if stage is None:
        raise NotFoundError(_("There is no such stage."), stage_id=stage_id)
    return stage


def list_stages(*, also: int | None = None) -> list[Stage]:
    """The stages that deals can be put into, in order, and the one of `also`, if it has been retired. One query."""
    return list(Stage.objects.filter(Q(retired_at__isnull=True) | Q(id=also)).order_by("position", "id"))


def list_products(*, also: int | None = None) -> list[Product]:
    """The products that can be sold by name, and the one of `also`, if it has been retired. One query."""
    return list(Product.objects.filter(Q(retired_at__isnull=True) | Q(id=also)).order_by("label_folded", "id"))


def list_rates() -> dict[str, Decimal]:
    """The workspace's exchange rates for new deals by currency. One query."""
    return dict(ExchangeRate.objects.order_by("currency").values_list("currency", "rate"))


def list_open_deals_of(contact: Contact, *, most: int = 20) -> list[Deal]:
    """The open deals of a company and its people, or of a person, the latest change first; at most that many. One
    query."""
    theirs = Q(person=contact.id) | Q(company=contact.id) | Q(person__company=contact.id)
    deals = Deal.objects.filter(theirs, state=State.OPEN, binned_at__isnull=True).select_related(*LINKED)
    return list(deals.order_by("-updated_at", "-id")[:most])


def list_binned_deals(*, most: int = 200) -> list[Deal]:
    """What is in the bin, the latest first. One query."""
    binned = Deal.objects.filter(binned_at__isnull=False).select_related(*LINKED)
    return list(binned.order_by("-binned_at", "-id")[:most])


def _of(owner_id: int | None) -> QuerySet[Deal]:
    deals = Deal.objects.filter(binned_at__isnull=True)
    return deals if owner_id is None else deals.filter(owner=owner_id)


def _top_of(stage_ids: Sequence[int], owner_id: int | None) -> QuerySet[Deal]:
    """The first cards of each stage: short walks down one index, instead of ranking all deals."""
    top = Q(pk__in=[])
    for stage_id in stage_ids:
        first = _of(owner_id).filter(stage=stage_id).order_by("-updated_at", "-id")
        top |= Q(pk__in=first.values("pk")[:CARDS])
    return Deal.objects.filter(top).select_related(*LINKED).order_by("-updated_at", "-id")


def _sums(deals: QuerySet[Deal]) -> dict[int, tuple[int, int]]:
    """Count and worth by stage."""
    rows = deals.values("stage").annotate(count=Count("id"), **sum_parts("worth_e4")).order_by()
    return {row["stage"]: (row["count"], sum_of("worth_e4", row)) for row in rows}


def _column(stage: Stage, sums: Mapping[int, tuple[int, int]], deals: Sequence[Deal]) -> Column:
    count, worth = sums.get(stage.id, (0, 0))
    return Column(stage, count, worth, Cards(deals, has_more=count > len(deals)))
