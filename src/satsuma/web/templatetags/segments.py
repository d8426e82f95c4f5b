"""Segments on pages: badge, swatch, colour. Their colours are what somebody chose, so they stand in SVG's `fill`, never
in a style; each has a shade that is readable on light ground and one on dark.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from satsuma.app.segmentation.queries.segmentations import SegmentSpec
from satsuma.report.colors import shade

register = template.Library()


@register.filter
def ground_colors(color: str) -> str:
    """<rect fill="{{ segment.color|ground_colors }}">: the shade for the ground that the page has."""
    shades = shade(color)
    return f"light-dark({shades.light}, {shades.dark})"


@register.simple_tag
def segment_swatch(segment: SegmentSpec | None) -> SafeString:
    """{% segment_swatch segment %}: the colour alone, beside its name; an empty square for not profiled."""
    drawn = '<svg class="dot" viewBox="0 0 8 8" aria-hidden="true"><rect width="8" height="8" rx="2" fill="{}"/></svg>'
    if segment is not None:
        return format_html(drawn, ground_colors(segment.color))
    return SafeString(
        '<svg class="dot" viewBox="0 0 8 8" aria-hidden="true">'
        '<rect x="1" y="1" width="6" height="6" rx="1.5" fill="none" stroke="currentColor"/></svg>'
    )


@register.inclusion_tag("components/segment_badge.html")
def segment_badge(segment: SegmentSpec | None, url: str = "") -> dict[str, Any]:
    """{% segment_badge segment %}: colour and name, with a link if there is a `url`. None is not profiled; for a
    contact without a result show nothing."""
    return {"segment": segment, "url": url}
