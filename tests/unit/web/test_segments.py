"""What {% load segments %} brings."""

from __future__ import annotations

from django.template import Context, engines
from django.utils import translation

from satsuma.app.segmentation.queries.segmentations import SegmentSpec

VIP = SegmentSpec(3, "V & P", "#ffee00")
SWATCH = '<svg class="dot" viewBox="0 0 8 8" aria-hidden="true">'
YELLOW = SWATCH + '<rect width="8" height="8" rx="2" fill="light-dark(#998f00, #ffee00)"/></svg>'
HOLLOW = SWATCH + '<rect x="1" y="1" width="6" height="6" rx="1.5" fill="none" stroke="currentColor"/></svg>'


def render(source: str, **context: object) -> str:
    template = engines["django"].from_string("{% load segments %}" + source).template
    return str(template.render(Context(context))).strip()


def test_a_badge_is_a_colour_for_either_ground_and_a_name() -> None:
    assert render("{% segment_badge vip %}", vip=VIP) == (
        f'<span class="pill">{YELLOW}<span class="pill-label">V &amp; P</span></span>'
    )
    assert render('{% segment_badge vip url="/companies/" %}', vip=VIP) == (
        f'<a class="pill pill-link" href="/companies/">{YELLOW}<span class="pill-label">V &amp; P</span></a>'
    )


def test_what_has_no_segment_has_an_empty_square() -> None:
    assert render("{% segment_badge none %}", none=None) == (
        f'<span class="pill">{HOLLOW}<span class="pill-label">not profiled</span></span>'
    )


def test_a_retired_segment_says_so() -> None:
    retired = SegmentSpec(3, "Good", "#ffee00", retired=True)
    with translation.override("en"):
        assert f'{YELLOW}<span class="pill-label">Good (retired)</span>' in render("{% segment_badge s %}", s=retired)


def test_a_colour_for_drawings() -> None:
    assert render('<rect fill="{{ vip.color|ground_colors }}">', vip=VIP) == (
        '<rect fill="light-dark(#998f00, #ffee00)">'
    )
