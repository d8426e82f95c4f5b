"""The second step's form, read: the page says the draft it was made of; names, colours, edges and rules change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings

from satsuma.app.segmentation.grids import grid_of
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.domain.model import Band, Rule, Scale, Segmentation
from satsuma.web.forms.draft_cells import Slip
from satsuma.web.forms.draft_segments import moved_slips, read_names
from satsuma.web.forms.drafts import Reading
from satsuma.web.pages.draft_names import names_page
from support.draft_specs import draft_of
from support.html_forms import posted, sent_form
from support.models import axis, by_range, field, plain, with_rules
from support.segmentations import segmentations


def rendered(draft: DraftSpec) -> list[tuple[str, str]]:
    html = render_to_string("drafts/segments.html", {"page": names_page(draft, draft.model)})
    return sent_form(f'<form id="wizard">{html}</form>', "wizard")


def read(model: Segmentation, **changes: str) -> Reading:
    draft = draft_of(model)
    return read_names(posted(rendered(draft), **changes), draft)


@settings(max_examples=20, deadline=None)
@given(segmentations(most_parameters=2))
def test_what_the_page_shows_says_the_same_draft(model: Segmentation):
    draft = draft_of(model)
    for language in ("en", "ru"):
        with translation.override(language):
            again = read_names(posted(rendered(draft)), draft)
            assert (again.model, again.slips) == (draft.model, {})


def one() -> Segmentation:
    edges = {"Average": None, "Good": 40, "VIP": 80}
    return plain([field("size")], [by_range("size", [1], [0, 10])], edges, scale=Scale.PERCENT)


def bands(reading: Reading) -> tuple[Band, ...]:
    return reading.model.axes[0].bands


def test_names_colours_descriptions_and_edges():
    found = read(
        one(),
        s__2__name="  Best ",
        s__2__color="#FF0000",
        s__2__description="Ours\r\nfor ever",
        b__0__1__from="42.5",
        name="Our best",
    )
    assert bands(found) == (Band("Average"), Band("Good", 42.5), Band("Best", 80, "#ff0000", "Ours\nfor ever"))
    assert (found.model.name, found.slips) == ("Our best", {})


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("s.0.name", " ", "Enter a name."),
        ("s.0.name", "good", "There is another one of this name."),
        ("s.0.name", "x" * 201, "The text is too long: enter at most 200 characters, it has 201."),
        ("s.0.color", "red", "This is not a colour."),
        ("s.0.description", "a\0b", "The text holds a character that cannot be kept. Delete it and type it again."),
        ("b.0.1.from", "", "Enter a number."),
        ("b.0.1.from", "4O", "Enter a number, such as 1234.5."),
    ],
)
def test_what_cannot_be_read_is_told_and_the_draft_keeps_what_it_had(name: str, typed: str, sentence: str):
    found = read(one(), **{name.replace(".", "__"): typed})
    assert found.model == draft_of(one()).model
    assert {name: slip.sentence for name, slip in found.slips.items()} == {name: sentence}


def test_two_names_change_places():
    found = read(one(), s__0__name="VIP", s__2__name="Average")
    assert [band.name for band in bands(found)] == ["VIP", "Good", "Average"]


def test_a_name_is_not_taken_from_one_that_keeps_it():
    """The first cannot be read and stays *Average*, so the second may not become that."""
    found = read(one(), s__0__name="", s__1__name="Average")
    assert [band.name for band in bands(found)] == ["Average", "Good", "VIP"]
    assert sorted(found.slips) == ["s.0.name", "s.1.name"]


def test_an_edge_out_of_order_is_kept_and_told_on_the_page():
    model = read(one(), b__0__1__from="90").model
    beside = names_page(draft_of(model), model).problem_texts()
    assert beside["w-b-0-2-from"] == "Each threshold must be above the one below it."


def two() -> Segmentation:
    fields = [field("size"), field("rank")]
    axes = [
        axis("Value", [by_range("size", [1], [0, 1])], {"low": None, "high": 1}),
        axis("Fit", [by_range("rank", [1, 2], [0, 1, 2])], {"bad": None, "fair": 1, "good": 2}),
    ]
    rules = [("A", {"Value": ["high"], "Fit": ["good"]}), ("B", {"Value": ["high"]}), ("C", {})]
    return with_rules(fields, axes, ["C", "B", "A"], rules)


def test_names_are_changed_wherever_rules_speak_of_them():
    found = read(two(), a__0__name="Worth", b__0__1__name="much", b__1__2__name="perfect", s__2__name="Stars")
    assert found.model.rules == (
        Rule("Stars", (("Worth", ("much",)), ("Fit", ("perfect",)))),
        Rule("B", (("Worth", ("much",)),)),
        Rule("C"),
    )


def test_a_grid_that_was_changed_becomes_rules_that_give_it():
    found = read(two(), g__0__2="2")
    assert found.model.rules == (
        Rule("A", (("Fit", ("good",)),)),
        Rule("B", (("Value", ("high",)), ("Fit", ("bad", "fair")))),
        Rule("C"),
    )
    assert read(two(), g__0__2="99").model == draft_of(two()).model


def three() -> Segmentation:
    model = two()
    third = axis("Age", [by_range("size", [1], [0, 1])], {"new": None, "old": 1})
    return with_rules(model.fields, [*model.axes, third], ["C", "B", "A"], [("A", {"Fit": ["good"]}), ("C", {})])


def test_rules_of_three_axes_are_ticked():
    draft = draft_of(three())
    pairs = [pair for pair in rendered(draft) if pair != ("r.0.2", "0")]
    found = read_names(posted(pairs, r__0__segment="1"), draft).model.rules
    assert found == (Rule("B", (("Fit", ("good",)), ("Age", ("old",)))), Rule("C"))
    everything = [*pairs, ("r.0.1", "0"), ("r.0.1", "1"), ("r.0.2", "0")]
    assert read_names(posted(everything), draft).model.rules == (Rule("A"), Rule("C"))
    nothing = [pair for pair in pairs if pair[0] != "r.0.1"]
    assert read_names(posted(nothing), draft).model.rules[0].when == (("Fit", ()), ("Age", ("old",)))


def test_what_could_not_be_read_moves_with_its_segment():
    slips = {name: Slip("x", "") for name in ("name", "s.0.name", "s.1.name", "b.0.1.from", "b.1.1.from", "s.2.color")}
    added = moved_slips(slips, ("s.", "b.0."), 1, 1)
    assert sorted(added) == ["b.0.2.from", "b.1.1.from", "name", "s.0.name", "s.2.name", "s.3.color"]
    removed = moved_slips(slips, ("s.", "b.0."), 1, -1)
    assert sorted(removed) == ["b.1.1.from", "name", "s.0.name", "s.1.color"]


def test_many_rules_come_folded_and_stay_as_they_are():
    model = three()
    bands = {f"b{number}": None if number == 0 else number for number in range(50)}
    wide = [*model.axes[:2], axis("Age", [by_range("size", [1], [0, 100])], bands)]
    rules = [("A", {"Age": [f"b{number}"]}) for number in range(49)]
    draft = draft_of(with_rules(model.fields, wide, ["C", "B", "A"], [*rules, ("C", {})]))
    page = names_page(draft, draft.model, opened=3)
    assert [rule.number for rule in page.rules if not rule.words] == [3, 49]
    assert page.rules[0].words == "Age: b0 → A"
    html = render_to_string("drafts/segments.html", {"page": page})
    pairs = sent_form(f'<form id="wizard">{html}</form>', "wizard")
    found = read_names(posted(pairs, r__3__segment="0"), draft).model.rules
    assert found == (*draft.model.rules[:3], Rule("C", (("Age", ("b3",)),)), *draft.model.rules[4:])


def test_an_outdated_form_brings_back_what_it_was_made_of():
    """Somebody else has removed a segment, and an axis; theirs is not kept."""
    fewer = draft_of(plain([field("size")], [by_range("size", [1], [0, 10])], {"Low": None, "High": 5}))
    mine = replace(draft_of(one()), segment_ids=(7, None, 9))
    data = posted(rendered(mine), s__1__name="Fair", b__0__2__from="85")
    found = read_names(data, replace(fewer, version=2))
    assert (bands(found), found.segment_ids) == ((Band("Average"), Band("Fair", 40), Band("VIP", 85)), (7, None, 9))
    assert found.model.axes[0].scale is Scale.PERCENT
    for model in (two(), three()):
        wide = draft_of(model)
        back = read_names(posted(rendered(wide)), replace(fewer, version=2)).model
        assert [[band.name for band in axis.bands] for axis in back.axes] == [
            [band.name for band in axis.bands] for axis in model.axes
        ]
        assert back.own_segments == model.own_segments
        assert back.rules == model.rules if len(model.axes) == 3 else grid_of(back) == grid_of(model)


def test_an_outdated_form_of_the_same_shape_changes_what_it_says():
    theirs = replace(draft_of(one()), version=2)
    assert read_names(posted(rendered(draft_of(one())), s__0__name="Rest"), theirs).model.segments[0].name == "Rest"
