"""The list of deals. Called by its page, by saved views and by exports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldOption
from satsuma.app.crm.lists.columns import Answer, Column, Expression, column_expression
from satsuma.app.crm.lists.contacts import owner_options
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.crm.models import Deal, Product, SavedView, Stage
from satsuma.app.crm.models.deal import State
from satsuma.app.crm.money import from_e4
from satsuma.app.crm.queries.deals import LINKED
from satsuma.app.crm.search.tables import Thing
from satsuma.domain.limits import MONEY_DECIMALS
from satsuma.domain.model import Value


def deal_list() -> ListDefinition:
    """The list of deals. Five queries."""
    return ListDefinition(
        name=SavedView.List.DEALS,
        thing=Thing.DEAL,
        table="crm_deal",
        scope="t.binned_at IS NULL",
        joins=_JOINS,
        columns=_columns(),
        default_columns=("title", "company", "worth", "stage", "owner", "opened", "closed"),
        default_order=("updated", True),
        load=_load,
        walkable=frozenset({"title", "updated"}),
        shortcuts=("stage", "owner"),
    )


_JOINS = "LEFT JOIN crm_contact buyer ON buyer.id = t.company_id LEFT JOIN crm_contact who ON who.id = t.person_id"


def _columns() -> tuple[Column, ...]:
    return (
        _text("title", _("Deal"), "t.title_folded", lambda deal: deal.title, always=True),
        _text("company", _("Company"), "buyer.name_folded", lambda deal: deal.company.name if deal.company else None),
        _text("person", _("Person"), "who.name_folded", lambda deal: deal.person.name if deal.person else None),
        _worth(),
        _choice("currency", _("Currency"), "currency", lambda deal: deal.currency, _currency_options()),
        _choice("stage", _("Stage"), "stage_id", lambda deal: str(deal.stage_id), _stage_options()),
        _choice("state", _("State"), "state", lambda deal: deal.state, _state_options()),
        _choice("product", _("Product"), "product_id", lambda deal: _id(deal.product_id), _product_options()),
        _choice("owner", _("Owner"), "owner_id", lambda deal: _id(deal.owner_id), owner_options()),
        _day("opened", _("Opened"), "opened_on"),
        _day("closed", _("Closed"), "closed_on"),
        _moment("updated", _("Changed"), "updated_at"),
        _moment("created", _("Added"), "created_at"),
        Column(
            key="external_id",
            label=_("External ID"),
            answer=Answer.TEXT,
            sql=column_expression("external_id"),
            value=lambda deal: deal.external_id or None,
            blank=True,
        ),
    )


def _text(key: str, label: str, sql: str, value: Callable[[Deal], Value], *, always: bool = False) -> Column:
    return Column(key, label, Answer.TEXT, Expression.same(sql), value, always=always, folded=True)


def _worth() -> Column:
    """What deals are worth in the workspace's currency, whatever theirs is: so they can be compared and added up."""
    return Column(
        key="worth",
        label=_("Value"),
        answer=Answer.MONEY,
        sql=column_expression("worth_e4"),
        value=lambda deal: _number(deal.worth_e4),
        scale=10**MONEY_DECIMALS,
    )


def _choice(
    key: str, label: str, name: str, value: Callable[[Deal], Value], options: tuple[FieldOption, ...]
) -> Column:
    always = name in ("currency", "stage_id", "state")
    return Column(key, label, Answer.CHOICE, column_expression(name), value, options=options, always=always)


def _day(key: str, label: str, name: str) -> Column:
    return Column(key, label, Answer.DAY, column_expression(name), lambda deal: getattr(deal, name), native=True)


def _moment(key: str, label: str, name: str) -> Column:
    return Column(
        key,
        label,
        Answer.MOMENT,
        column_expression(name),
        lambda deal: getattr(deal, name),
        always=True,
        native=True,
    )


def _number(amount_e4: int | None) -> Value:
    amount = from_e4(amount_e4)
    if amount is None:
        return None
    return int(amount) if amount == int(amount) else float(amount)


def _id(id_: int | None) -> str | None:
    return None if id_ is None else str(id_)


def _stage_options() -> tuple[FieldOption, ...]:
    stages = Stage.objects.order_by("position", "id")
    return tuple(FieldOption(str(stage.id), stage.label, stage.retired_at is not None) for stage in stages)


def _product_options() -> tuple[FieldOption, ...]:
    products = Product.objects.order_by("label_folded", "id")
    return tuple(FieldOption(str(product.id), product.label, product.retired_at is not None) for product in products)


def _currency_options() -> tuple[FieldOption, ...]:
    """The currencies that deals are in."""
    used = Deal.objects.order_by("currency").values_list("currency", flat=True).distinct()
    return tuple(FieldOption(code, code) for code in used)


def _state_options() -> tuple[FieldOption, ...]:
    return (
        FieldOption(State.OPEN.value, _("open")),
        FieldOption(State.WON.value, _("won")),
        FieldOption(State.LOST.value, _("lost")),
    )


def _load(ids: Sequence[int]) -> Sequence[Any]:
    return list(Deal.objects.filter(id__in=ids).select_related(*LINKED).order_by())
