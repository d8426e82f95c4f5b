"""Moves on pages: where they lead, which way they went, and why."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from satsuma.app.segmentation.queries.history_moves import ContactMove
from satsuma.app.segmentation.wording import DIRECTIONS, ICONS, Caused, Direction, cause_text
from satsuma.web.templatetags.satsuma import icon

register = template.Library()


@register.filter
def cause_words(move: Caused) -> str:
    """{{ move|cause_words }} → Version 3 published"""
    return cause_text(move)


@register.filter
def direction_word(direction: Direction) -> str:
    return str(DIRECTIONS[direction])


@register.filter
def direction_icon(direction: Direction) -> SafeString:
    """The arrow, which is read out as the direction's word."""
    return icon(ICONS[direction], label=direction_word(direction))


@register.filter
def profile_url(move: ContactMove, kind: str) -> str:
    return reverse(f"{kind}_profile", args=[move.contact_id])
