"""The first step's form, read: the page says the draft it was made of, and what somebody types becomes it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings

from satsuma.app.segmentation.documents import with_fields
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.domain.model import (
    AgeRanges,
    Aggregate,
    Combine,
    FieldType,
    Group,
    Groups,
    Metric,
    NumericRanges,
    Parameter,
    Segmentation,
    YesNo,
)
from satsuma.domain.model import (
    Source as Counted,
)
from satsuma.web.forms.drafts import Reading, read_parameters
from satsuma.web.pages.draft_card_making import CardFacts, cards
from support.draft_specs import draft_of
from support.html_forms import posted, sent_form
from support.models import axis, field, plain, with_rules
from support.segmentations import segmentations

SEGMENTS = {"Average": None, "VIP": 60}


def rendered(draft: DraftSpec, number: int, *, opened: str = "") -> list[tuple[str, str]]:
    made = cards(draft.model.axes[number], number, CardFacts(draft.fields, {}, opened=opened))
    html = "".join(render_to_string("drafts/card.html", {"card": card}) for card in made)
    return sent_form(f'<form id="wizard">{html}</form>', "wizard")


def read(model: Segmentation, **changes: str) -> Reading:
    draft = draft_of(model)
    return read_parameters(posted(rendered(draft, 0), **changes), draft, 0)


@settings(max_examples=20, deadline=None)
@given(segmentations(most_parameters=4))
def test_what_the_page_shows_says_the_same_draft(model: Segmentation):
    draft = draft_of(model)
    for language in ("en", "pl"):
        with translation.override(language):
            for number in range(len(model.axes)):
                read_again = read_parameters(posted(rendered(draft, number)), draft, number)
                assert (read_again.model, read_again.slips) == (draft.model, {})


def of_ranges(cuts: tuple[float, ...], points: tuple[int, ...], **facts: object) -> Segmentation:
    asked = field("size", FieldType.NUMBER, **facts)
    return plain([asked], [Parameter("size", 3, NumericRanges(cuts, points))], SEGMENTS)


def parameter(reading: Reading) -> Parameter:
    return reading.model.axes[0].parameters[0]


def test_a_cut_is_changed_at_either_of_its_faces():
    model = of_ranges((100, 500), (0, 5, 10))
    assert parameter(read(model, size__to__0="1,500")).ranges == NumericRanges((1500, 500), (0, 5, 10))
    assert parameter(read(model, size__from__1="150.5")).ranges == NumericRanges((150.5, 500), (0, 5, 10))
    both = read(model, size__to__0="200", size__from__1="200")
    assert (parameter(both).ranges, both.slips) == (NumericRanges((200, 500), (0, 5, 10)), {})


def test_two_faces_that_disagree_are_told_and_the_end_counts():
    found = read(of_ranges((100, 500), (0, 5, 10)), size__to__0="200", size__from__1="300")
    assert parameter(found).ranges == NumericRanges((200, 500), (0, 5, 10))
    assert [(name, slip.text) for name, slip in found.slips.items()] == [("size.from.1", "300")]


def test_fields_that_count_read_both_ends_as_inside():
    model = of_ranges((1, 5), (0, 5, 10), metric=Metric(Counted.DEALS, Aggregate.COUNT))
    shown = dict(rendered(draft_of(model), 0))
    assert (shown["size.to.0"], shown["size.from.1"], shown["size.to.1"], shown["size.from.2"]) == ("0", "1", "4", "5")
    assert parameter(read(model, size__to__1="9")).ranges == NumericRanges((1, 10), (0, 5, 10))
    refused = read(model, size__to__1="9.5")
    assert (parameter(refused).ranges, refused.slips["size.to.1"].sentence) == (
        NumericRanges((1, 5), (0, 5, 10)),
        "Enter a whole number.",
    )


def test_days_read_both_ends_as_inside():
    model = plain([field("last", FieldType.DATE)], [Parameter("last", 3, AgeRanges((30, 90), (10, 5, 0)))], SEGMENTS)
    shown = dict(rendered(draft_of(model), 0))
    assert (shown["last.to.0"], shown["last.from.1"], shown["last.to.1"]) == ("29", "30", "89")
    assert parameter(read(model, last__to__0="-1")).ranges == AgeRanges((0, 90), (10, 5, 0))


@pytest.mark.parametrize("wrong", ["", "abc", "1,5", "1e9999999", "NaN", "--1", "9" * 20])
def test_what_is_no_number_is_told_and_the_draft_keeps_what_it_had(wrong: str):
    model = of_ranges((100, 500), (0, 5, 10))
    for name in ("size.to.0", "size.from.2", "size.points.1", "size.missing"):
        found = read(model, **{name.replace(".", "__"): wrong})
        assert (found.model, found.slips[name].text) == (draft_of(model).model, wrong)
        assert found.slips[name].sentence.startswith(("Enter", "The number"))


def test_digits_typed_behind_a_group_are_no_mistake():
    assert parameter(read(of_ranges((5000,), (0, 10)), size__to__0="5,0000")).ranges == NumericRanges((50000,), (0, 10))


def test_relevance_points_and_switch():
    found = parameter(read(of_ranges((100,), (0, 10)), size__relevance="8", size__points__1="-20", size__missing="3"))
    assert found == Parameter("size", 8, NumericRanges((100,), (0, -20)), 3)
    draft = draft_of(of_ranges((100,), (0, 10)))
    off = [pair for pair in rendered(draft, 0) if pair[0] != "size.on"]
    assert [p.enabled for p in read_parameters(posted(off), draft, 0).model.axes[0].parameters] == [False]
    assert list(read(of_ranges((100,), (0, 10)), size__relevance="11").slips) == ["size.relevance"]


def grouped() -> Segmentation:
    asked = field("plan", FieldType.CHOICES, options=("free", "pro", "max"))
    groups = Groups((Group(("free",), 1), Group(("pro",), 5)), 2)
    return plain([asked], [Parameter("plan", 3, groups)], SEGMENTS)


def test_an_option_chosen_elsewhere_leaves_the_group_it_was_in():
    draft = draft_of(grouped())
    pairs = [*rendered(draft, 0), ("plan.values.1", "free"), ("plan.values.1", "max")]
    found = read_parameters(posted(pairs, plan__combine="sum", plan__else="7"), draft, 0)
    assert parameter(found).ranges == Groups((Group((), 1), Group(("pro", "free", "max"), 5)), 7, Combine.SUM)


def test_options_that_there_are_not_are_left_out():
    draft = draft_of(grouped())
    pairs = [*rendered(draft, 0), ("plan.values.0", "gone"), ("plan.values.0", "")]
    assert read_parameters(posted(pairs, plan__combine="best"), draft, 0).model == draft.model


def test_of_many_options_others_are_added_by_their_names():
    keys = tuple(f"o{number}" for number in range(60))
    asked = field("town", FieldType.CHOICES, options=keys)
    model = plain([asked], [Parameter("town", 3, Groups((Group(("o1", "o2"), 5), Group(("o3",), 1))))], SEGMENTS)
    shown = [pair for pair in rendered(draft_of(model), 0) if pair[0].startswith("town.values")]
    assert shown == [("town.values.0", "o1"), ("town.values.0", "o2"), ("town.values.1", "o3")]
    assert parameter(read(model, town__add__0=" O3 ")).ranges == Groups((Group(("o1", "o2", "o3"), 5), Group((), 1)))
    refused = read(model, town__add__1="Atlantis")
    assert (refused.model, refused.slips["town.add.1"].text) == (draft_of(model).model, "Atlantis")


def test_words_stand_one_in_each_line():
    model = plain([field("city", FieldType.TEXT)], [Parameter("city", 3, Groups((Group(("Bonn",), 5),)))], SEGMENTS)
    found = read(model, city__values__0=" Bonn \r\n\r\nŁódź\r\nbonn\nKo\u0308ln")
    assert parameter(found).ranges == Groups((Group(("Bonn", "Łódź", "Köln"), 5),))
    assert "city.values.0" in read(model, city__values__0="a\0b").slips


def test_yes_and_no():
    model = plain([field("vip", FieldType.YES_NO)], [Parameter("vip", 3, YesNo(5, 0))], SEGMENTS)
    assert parameter(read(model, vip__no="-2")).ranges == YesNo(5, -2)


def two() -> DraftSpec:
    model = plain(
        [field("size"), field("rank")],
        [Parameter("size", 3, NumericRanges((1,), (0, 1))), Parameter("rank", 2, NumericRanges((2,), (0, 1)))],
        SEGMENTS,
    )
    return draft_of(model)


def test_the_order_of_cards_is_the_order_of_parameters():
    draft = two()
    pairs = [("card", "rank"), ("card", "size"), *(pair for pair in rendered(draft, 0) if pair[0] != "card")]
    found = read_parameters(posted(pairs), draft, 0).model.axes[0].parameters
    assert [each.field for each in found] == ["rank", "size"]


def test_cards_that_are_not_sent_stay_as_they_are():
    """A browser sends only what was changed; folded cards have no lines."""
    draft = two()
    data = posted([("card", "size"), ("card", "rank"), ("rank.rows", "2"), ("rank.points.1", "9")])
    expected = replace(draft.model.axes[0].parameters[1], ranges=NumericRanges((2,), (0, 9)))
    assert read_parameters(data, draft, 0).model.axes[0].parameters == (draft.model.axes[0].parameters[0], expected)
    assert read_parameters(QueryDict(), draft, 0).model == draft.model


def test_a_card_that_somebody_else_removed_comes_back_when_theirs_is_not_kept():
    mine, theirs = two(), two()
    one = replace(theirs.model.axes[0], parameters=theirs.model.axes[0].parameters[:1])
    theirs = replace(theirs, model=replace(theirs.model, axes=(one,)))
    data = posted(rendered(mine, 0), rank__points__1="9", version="1")
    assert read_parameters(data, theirs, 0).model == with_fields(theirs.model, theirs.fields)
    back = read_parameters(data, replace(theirs, version=2), 0).model.axes[0].parameters
    assert back[1] == Parameter("rank", 2, NumericRanges((2,), (0, 9)))


def test_a_parameter_whose_field_is_gone_can_only_be_switched():
    draft = two()
    gone = replace(draft, fields={"size": draft.fields["size"]})
    found = read_parameters(posted(rendered(gone, 0), rank__points__1="9"), gone, 0)
    assert found.model.axes == draft.model.axes


def test_an_axis_is_renamed_with_the_rules_that_speak_of_it():
    fields = [field("size"), field("rank")]
    axes = [
        axis("Value", [Parameter("size", 3, NumericRanges((1,), (0, 1)))], {"low": None, "high": 1}),
        axis("Fit", [Parameter("rank", 3, NumericRanges((1,), (0, 1)))], {"low": None, "high": 1}),
    ]
    draft = draft_of(with_rules(fields, axes, ["C", "A"], [("A", {"Value": ["high"], "Fit": ["high"]}), ("C", {})]))
    data = posted(rendered(draft, 1))
    data["axis-name"] = "Potential"
    found = read_parameters(data, draft, 1).model
    assert [each.name for each in found.axes] == ["Value", "Potential"]
    assert found.rules[0].when == (("Value", ("high",)), ("Potential", ("high",)))
    data["axis-name"] = " value"
    refused = read_parameters(data, draft, 1)
    assert (refused.model, list(refused.slips)) == (draft.model, ["axis-name"])


def test_the_name_of_the_segmentation():
    assert read(of_ranges((1,), (0, 1)), name="  Our  best ").model.name == "Our best"
    assert list(read(of_ranges((1,), (0, 1)), name=" ").slips) == ["name"]
