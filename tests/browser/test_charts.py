"""Every kind of chart in a real browser. Anything that the strict policy had to stop fails a test: see `open_page`."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings

from support.look.charts import HOSTILE, every_chart

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def look(settings: Settings) -> None:
    settings.ROOT_URLCONF = "support.look.urls"


def picture(page: Page, name: str) -> Locator:
    return page.locator(f"#{name} .chart-picture")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)], ids=["wide-light", "narrow-dark"])
def test_every_kind_is_drawn_and_keeps_no_one_out(
    open_page: Open, find_barriers: Callable[[Page], list[str]], *, width: int, dark: bool
) -> None:
    page = open_page("/charts/", width=width, dark=dark)
    drawn = page.locator("figure.chart").evaluate_all(
        "figures => figures.map(figure => [figure.id, figure.querySelectorAll('svg path').length > 3])"
    )
    assert drawn == [[chart.name, True] for chart in every_chart() if not chart.is_empty]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert find_barriers(page) == []


def test_the_keyboard_reaches_what_a_chart_shows_and_the_list_behind_it(open_page: Open) -> None:
    page = open_page("/charts/")
    tip = page.locator("#sizes .chart-tip")
    picture(page, "sizes").focus()
    expect(tip).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(tip).to_have_text("Average\n206\n29 %", use_inner_text=True)
    page.keyboard.press("End")
    expect(tip).to_have_text("VIP\n109\n15 %", use_inner_text=True)
    page.keyboard.press("ArrowUp")
    expect(tip).to_have_text(f"{HOSTILE}\n154\n22 %", use_inner_text=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**/companies/?2")


def test_the_mouse_finds_the_same(open_page: Open) -> None:
    page = open_page("/charts/")
    picture(page, "history").scroll_into_view_if_needed()
    box = picture(page, "history").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 60)
    tip = page.locator("#history .chart-tip")
    expect(tip).to_contain_text("Average: 2")
    # The day under the mouse, and the segment: the lowest area is that of the first.
    day = tip.inner_text().split("Average: ")[1]
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 60)
    page.wait_for_url(f"**/deals/?{int(day) - 206}")


def test_a_flow_leads_to_its_list(open_page: Open) -> None:
    page = open_page("/charts/")
    band = page.locator("#flows .chart-picture path[fill-opacity]").first
    band.hover()
    expect(page.locator("#flows .chart-tip")).to_have_text("Average → Average\n206", use_inner_text=True)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**/people/?0")


def test_pictures_and_data_are_saved(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/charts/")

    def saved(name: str, kind: str) -> bytes:
        with page.expect_download() as download:
            page.locator(f"#{name} [data-chart-file={kind}]").click()
        assert download.value.suggested_filename == f"{name}.{kind}"
        download.value.save_as(tmp_path / f"{name}.{kind}")
        return (tmp_path / f"{name}.{kind}").read_bytes()

    assert saved("sizes", "csv").decode("utf-8-sig") == (
        f"Segment,Customers\nAverage,206\nGood,171\n'{HOSTILE},154\nVIP,109\n"
    )
    assert saved("flows", "png").startswith(PNG)
    picture = ElementTree.fromstring(saved("shares", "svg"))
    texts = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[:5] == ["Customers and value", "Average", "Good", HOSTILE, "VIP"]


def test_colours_follow_the_theme_and_the_width_and_all_stands_in_a_table(open_page: Open) -> None:
    page = open_page("/charts/")
    light = page.locator("#sizes .chart-picture svg").inner_html()
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    expect(page.locator("#sizes .chart-picture svg path[fill='#3b82d6']")).to_have_count(1)
    assert page.locator("#sizes .chart-picture svg").inner_html() != light
    page.set_viewport_size({"width": 500, "height": 800})
    page.wait_for_function("document.querySelector('#sizes .chart-picture svg').getAttribute('width') < 500")
    assert page.evaluate("document.documentElement.scrollWidth") == 500
    page.set_viewport_size({"width": 1280, "height": 800})
    page.wait_for_function("document.querySelector('#sizes .chart-picture svg').getAttribute('width') > 500")
    # An axis is stretched for a giant, and only then.
    texts = page.locator("#stretched .chart-picture text").all_text_contents()
    powers = ["-€100", "-€10", "€0", "€10", "€100", "€1K", "€10K", "€100K", "€1M", "€10M"]
    assert [text for text in texts if "€" in text] == powers
    assert [text for text in page.locator("#boxes .chart-picture text").all_text_contents() if "M" in text] == []
    page.locator("#boxes summary").click()
    row = page.locator("#boxes tbody tr").first.inner_text()
    assert row.split("\t") == ["Average", "€206", "€206", "€206", "€206", "€206"]
    page.locator("#boxes tbody a").first.click()
    page.wait_for_url("**/people/?206")
