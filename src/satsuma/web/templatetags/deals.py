"""Filters for pages of deals, activities and tasks."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal
from django import template

from satsuma.app.crm.models import Activity
from satsuma.app.locale import E4, active_locale, money_to_cent
from satsuma.web.kinds import activity_icon, activity_kind

register = template.Library()


@register.filter
def rate(value: Decimal) -> str:
    """{{ deal.rate|rate }}: an exchange rate with as many decimals as it has, up to eight."""
    return format_decimal(value, format="#,##0.########", locale=active_locale())


@register.filter
def sum_e4(value_e4: int) -> str:
    """{{ column.worth_e4|sum_e4 }}: money of the workspace, to the cent."""
    return money_to_cent(Decimal(value_e4) / E4)


@register.filter
def kind_name(activity: Activity) -> str:
    """{{ activity|kind_name }} → Call"""
    return activity_kind(activity.kind)


@register.filter
def kind_icon(activity: Activity) -> str:
    """{% icon activity|kind_icon %}"""
    return activity_icon(activity.kind)


@register.filter
def icon_of_kind(kind: str) -> str:
    """{% icon "call"|icon_of_kind %}"""
    return activity_icon(kind)


FOLDED_FROM = 400
"""Characters of a text from which it is folded,"""
BEGINNING = 200
"""and how many of them are shown then."""


@register.filter
def is_long(text: str) -> bool:
    """Whether a text is folded: it has many characters or lines."""
    return len(text) > FOLDED_FROM or text.count("\n") > LINES


LINES = 6


@register.filter
def beginning(text: str) -> str:
    """The first words of a long text, with an ellipsis."""
    first = "\n".join(text.splitlines()[:LINES])
    return (first if len(first) <= BEGINNING else first[:BEGINNING].rsplit(None, 1)[0]) + "…"
