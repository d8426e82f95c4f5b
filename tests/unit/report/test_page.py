"""The whole page: its numbers are those of the preview, its texts are escaped, and it needs nothing but itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import polars as pl
import pytest

from satsuma.domain.model import Combine, FieldType, Segmentation
from satsuma.engine.preview import Preview
from satsuma.report import render_report
from support.html_page import Element, parse
from support.models import AS_OF, axis, by_group, by_range, field, plain, with_rules

Render = Callable[..., str]
EVIL = "<script>alert(1)</script><img src=x onerror='a'> & \"quoted\" {{ 7 * 7 }} </style>"
ARABIC = "زبائن جيدون"


def test_the_head_of_the_page_says_what_was_scored_and_when(page: Element) -> None:
    header = page.one("header")
    assert header.one("h1").text == "Test"
    facts = {row.every("dt")[0].text: row.every("dd")[0].text for row in header.every("div")}
    assert facts == {
        "Customers": "5",
        "Value (EUR)": "200",
        "Coverage": "80.0 %",
        "Scoring day": "2026-06-30",
        "Table": "customers.csv",
    }


def test_segments_are_listed_highest_first_with_the_numbers_of_the_preview(page: Element) -> None:
    assert page.section("Segments").rows() == [
        ["Segment", "Customers", "Value (EUR)", "Coverage"],
        ["high 8 points or more", "1 20.0 %", "40 20.0 %", "100.0 %"],
        ["mid from 4 to under 8 points", "2 40.0 %", "50 25.0 %", "100.0 %"],
        ["low under 4 points", "2 40.0 %", "110 55.0 %", "50.0 %"],
        ["All customers", "5", "200", "80.0 %"],
    ]


def test_bars_of_customers_and_value_have_one_scale(page: Element) -> None:
    widths = [bar.every("i")[0].attributes["style"] for bar in page.section("Segments").every("div", "bar")]
    shares = [0.20, 0.20, 0.40, 0.25, 0.40, 0.55]
    assert widths == [f"width:{round(100 * share / 0.55, 2)}%" for share in shares]


def test_the_highest_segment_is_named_with_what_it_brings(page: Element) -> None:
    assert page.one("p", "tip").text == "high is 20.0 % of customers and brings 20.0 % of the value."


def test_the_histogram_says_its_numbers_in_words_and_as_a_table(page: Element, preview: Preview) -> None:
    scores = page.section("Scores")
    assert scores.one("svg").one("desc").text == "low 2 customers; mid 2 customers; high 1 customer."
    assert [int(row[-1]) for row in scores.rows()[1:]] == [each.customers for each in preview.histogram]
    assert scores.rows()[1] == ["0", "low", "2"]


def test_the_curve_says_what_the_top_fifth_brings(page: Element) -> None:
    curve = page.section("Who brings the value")
    assert curve.one("figcaption").one("strong").text == "The top 20 % of customers bring 50.0 % of the value."
    assert curve.rows()[1:] == [
        ["20.0 %", "50.0 %"],
        ["40.0 %", "75.0 %"],
        ["60.0 %", "95.0 %"],
        ["80.0 %", "100.0 %"],
        ["100.0 %", "100.0 %"],
    ]


def test_every_line_of_a_parameter_has_its_points_and_customers(page: Element) -> None:
    question = page.section("Parameters").one("div", "question")
    assert question.one("caption").text == "Seats used Relevance 1"
    assert question.rows()[1:] == [
        ["under 10", "0", "1 20.0 %"],
        ["from 10 to under 20", "5", "2 40.0 %"],
        ["20 or more", "10", "1 20.0 %"],
        ["no data", "0", "1 20.0 %"],
    ]


def test_what_is_missing_is_told_by_field(page: Element) -> None:
    assert page.section("What is missing").rows()[1:] == [["Seats used", "1", "80.0 %"]]


def test_moves_are_told(page: Element) -> None:
    moves = page.section("Who moves")
    assert moves.every("p")[0].text == (
        "1 move up, 0 move down, 1 is new, 1 come from a segment that is no more, 2 stay."
    )
    assert [row[:3] for row in moves.rows()[1:]] == [
        ["no segment", "low", "new"],
        ["gone", "mid", "–"],
        ["low", "mid", "up"],
    ]


def test_top_customers_have_their_reasons_and_steps(page: Element) -> None:
    first, second, *_ = page.section("Top customers").every("details")
    assert first.one("summary").text == "1 C high 100.0 % score 10 40"
    assert first.one("div", "after").text == "What would move it up: Already in the highest segment."
    assert second.one("summary").text == "2 B mid 50.0 % score 5 50"
    assert second.rows()[1:] == [
        ["Seats used 15 in: from 10 to under 20", "5 × 1 = 5"],
        ["Score", "5"],
    ]
    assert [step.text for step in second.every("li")] == ["Seats used from 15 to 20 → high score +5"]


def test_the_reasons_of_a_customer_name_what_is_missing(page: Element) -> None:
    last = page.section("Top customers").every("details")[-1]
    assert last.one("summary").text.startswith("5 D low")
    assert last.one("div", "after").every("p")[0].text == "Missing: Seats used. Coverage: 0.0 %."


def test_notes_are_listed_once_each(render: Render, segmentation: Segmentation) -> None:
    html = render(segmentation, {"used": pl.Series([1.0])}, keys=["A"], notes=["One.", "Two.", "One."])
    assert [note.text for note in parse(html).section("Notes on the data").every("li")] == ["One.", "Two."]


def test_the_page_needs_nothing_but_itself(html: str) -> None:
    page = parse(html)
    assert "http:" not in html
    assert "https:" not in html
    assert "url(" not in html
    assert "@import" not in html
    assert {element.tag for element in page.walk()}.isdisjoint({"script", "link", "img", "iframe", "object", "base"})
    names = {name for element in page.walk() for name in element.attributes}
    assert names.isdisjoint({"src", "srcset", "action", "xlink:href"})
    assert [name for name in names if name.startswith("on")] == []
    assert {a.attributes["href"] for a in page.every("a")} == {"#main"}


def test_a_policy_forbids_what_the_page_does_not_need(page: Element) -> None:
    policies = [m.attributes["content"] for m in page.every("meta") if "http-equiv" in m.attributes]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert page.one("html").attributes["lang"] == "en"


def test_ids_are_unique_and_what_is_referred_to_exists(page: Element) -> None:
    ids = [element.attributes["id"] for element in page.walk() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    referred = [name for element in page.walk() for name in element.attributes.get("aria-labelledby", "").split()]
    assert set(referred) <= set(ids)
    assert all(section.attributes["aria-labelledby"] for section in page.every("section"))


def test_pictures_are_well_formed_and_have_a_title_and_a_text(html: str) -> None:
    pictures = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(pictures) == 2
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        assert root.attrib["role"] == "img"
        assert [child.tag for child in root][:2] == ["title", "desc"]


def test_every_text_of_others_is_escaped(render: Render) -> None:
    fields = [field("used", label=EVIL, unit=EVIL), field("words", FieldType.CHOICE, options=[EVIL], label=ARABIC)]
    asked = [by_range("used", [10], [0, 5]), by_group("words", {EVIL: 3})]
    segmentation = plain(fields, asked, {EVIL: None, ARABIC: 4})
    segmentation = replace(segmentation, name=EVIL, description=EVIL)
    segmentation = replace(
        segmentation,
        axes=(
            replace(
                segmentation.axes[0], bands=tuple(replace(b, description=EVIL) for b in segmentation.axes[0].bands)
            ),
        ),
    )
    html = render(
        segmentation,
        {"used": pl.Series([1.0, 20.0, None]), "words": pl.Series([EVIL, "other", None])},
        keys=[EVIL, ARABIC, "x"],
        current=[EVIL + "!", EVIL, None],
        notes=[EVIL],
        source=EVIL,
    )
    page = parse(html)
    assert {element.tag for element in page.walk()}.isdisjoint({"script", "img"})
    assert (page.one("h1").text, page.one("head").one("title").text) == (EVIL, f"{EVIL} – 2026-06-30")
    assert html.count("{{ 7 * 7 }}") == html.count("&lt;img src=x") > 15
    assert "</style>" not in page.one("style").text


@pytest.mark.parametrize("value", [None, "used"])
def test_a_table_without_customers_is_told_so(render: Render, segmentation: Segmentation, value: str | None) -> None:
    nobody = pl.Series([], dtype=pl.Float64)
    page = parse(render(segmentation, {"used": nobody}, keys=[], value=value))
    assert page.section("What is missing").every("p")[0].text == "There are no customers in the table."
    assert [row[1] for row in page.section("Segments").rows()[1:]] == ["0 0.0 %", "0 0.0 %", "0 0.0 %", "0"]
    assert page.section("Scores").one("svg").every("text")[-1].text == "No customers"
    headings = [heading.text for heading in page.every("h2")]
    assert headings == ["Segments", "Scores", "Parameters", "What is missing"]


def test_without_a_value_field_nothing_speaks_of_value(render: Render, segmentation: Segmentation) -> None:
    page = parse(render(segmentation, {"used": pl.Series([1.0, 15.0, 25.0])}, keys=["A", "B", "C"]))
    assert page.section("Segments").rows()[0] == ["Segment", "Customers", "Coverage"]
    assert page.one("p", "tip").text == "high is 33.3 % of customers."
    assert "Who brings the value" not in [heading.text for heading in page.every("h2")]
    assert page.every("span", "worth") == []


def test_a_segmentation_of_one_segment_that_asks_nothing_is_shown(render: Render) -> None:
    segmentation = plain([field("used")], [by_range("used", [1], [0, 9], enabled=False)], {"everybody": None})
    page = parse(render(segmentation, {}, keys=["A"]))
    assert page.section("Segments").rows()[1] == ["everybody any score", "1 100.0 %", "100.0 %"]
    assert [p.text for p in page.section("Parameters").every("p")] == [
        "No parameter is switched on.",
        "Switched off: Used.",
    ]
    assert (
        page.section("What is missing").every("p")[0].text == "Nothing: every customer has a value for every parameter."
    )


def test_several_axes_show_their_grid_and_the_bands_of_each_customer(render: Render) -> None:
    asked = [by_range("used", [10], [0, 5])]
    axes = [axis(name, asked, {"few": None, "many": 5}) for name in ("Fit", "Use")]
    rules = [("Star", {"Fit": ["many"], "Use": ["many"]}), ("Rest", {})]
    page = parse(
        render(
            with_rules([field("used")], axes, ["Rest", "Star"], rules),
            {"used": pl.Series([20.0, None])},
            keys=["A", "B"],
        )
    )
    grid = page.section("How the axes give the segment").one("table", "matrix")
    assert grid.rows() == [["", "few", "many"], ["many", "Rest", "Star"], ["few", "Rest", "Rest"]]
    best = page.section("Top customers").every("details")[0]
    assert best.one("p", "quiet").text == "Fit 5 (many); Use 5 (many)"
    assert page.section("What is missing").rows()[1:] == [["Used", "1", "50.0 %"]]


def test_choices_say_that_a_customer_can_be_in_several_lines(render: Render) -> None:
    fields = [field("likes", FieldType.CHOICES, options=["tea", "cake"])]
    segmentation = plain(
        fields, [by_group("likes", {"tea": 2, "cake": 3}, combine=Combine.SUM)], {"low": None, "high": 3}
    )
    page = parse(render(segmentation, {"likes": pl.Series([["tea", "cake"], ["tea"]])}, keys=["A", "B"]))
    question = page.section("Parameters").one("div", "question")
    assert [row[2] for row in question.rows()[1:3]] == ["2 100.0 %", "1 50.0 %"]
    assert question.one("p").text == "A customer can be in several lines."
    best = page.section("Top customers").every("details")[0]
    assert best.rows()[1] == ["Likes Tea, Cake in: Tea + Cake", "5 × 1 = 5"]


def test_values_below_zero_are_told_beside_the_curve(render: Render, segmentation: Segmentation) -> None:
    values = {"used": pl.Series([1.0, 15.0]), "value": pl.Series([-10.0, 30.0])}
    page = parse(render(segmentation, values, keys=["A", "B"], value="value"))
    caption = page.section("Who brings the value").one("figcaption").text
    assert caption.startswith("The top 1 of 2 customers (50.0 %) brings 100.0 % of the value.")
    assert caption.endswith("1 customer has a value below zero and counts as 0 here.")
    assert [row[2] for row in page.section("Segments").rows()[1:]] == ["0 0.0 %", "30 150.0 %", "−10 −50.0 %", "20"]


def test_the_same_arguments_give_the_same_page(segmentation: Segmentation, preview: Preview) -> None:
    first, second = (
        render_report(
            segmentation, preview, as_of=AS_OF, curve=None, top=(), value_title="Value", source="a.csv", notes=()
        )
        for _ in range(2)
    )
    assert first == second


def test_the_page_of_a_million_customers_stays_small(segmentation: Segmentation, preview: Preview) -> None:
    million = replace(
        preview,
        customers=10**6,
        segments=tuple(replace(size, customers=333_333, value=1e12) for size in preview.segments),
        histogram=tuple(replace(each, customers=10**5) for each in preview.histogram),
    )
    html = render_report(
        segmentation, million, as_of=AS_OF, curve=None, top=(), value_title="Value", source="a.csv", notes=()
    )
    assert "1,000,000" in html
    assert len(html.encode()) < 30_000
