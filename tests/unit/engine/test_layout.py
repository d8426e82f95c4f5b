"""Columns and codes of a segmentation's facts: never two alike, no user text among them."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings

from satsuma.domain.folding import fold
from satsuma.domain.metrics import Role, RowColumn
from satsuma.domain.model import Aggregate, FieldType, Groups, Segmentation, Source
from satsuma.engine.layout import UNLISTED, Layout
from support.measuring import asking_for, of_deals
from support.models import by_answer, by_group, by_range, field, plain
from support.segmentations import segmentations

few = settings(max_examples=40, deadline=None)


def columns(layout: Layout) -> list[str]:
    """Every column of the contacts."""
    plain = [layout.column(asked.key) for asked in layout.asked]
    options = [
        layout.option_column(asked.key, code)
        for asked in layout.asked
        if asked.type is FieldType.CHOICES
        for code in layout.listed(asked.key).values()
    ]
    return plain + options


@few
@given(segmentations())
def test_no_two_columns_are_alike_and_none_holds_user_text(segmentation: Segmentation) -> None:
    found = columns(Layout(segmentation))
    assert len(set(found)) == len(found)
    assert [name for name in found if not re.fullmatch(r"f\d+(_\d+)?", name)] == []


@few
@given(segmentations())
def test_codes_of_listed_texts_count_from_one_and_never_collide(segmentation: Segmentation) -> None:
    layout = Layout(segmentation)
    for asked in layout.asked:
        codes = list(layout.listed(asked.key).values())
        assert codes == list(range(1, len(codes) + 1))
        assert UNLISTED not in codes


@few
@given(segmentations())
def test_every_listed_text_has_a_code(segmentation: Segmentation) -> None:
    layout = Layout(segmentation)
    for _, parameter in segmentation.parameters:
        if isinstance(parameter.ranges, Groups):
            is_text = segmentation.field(parameter.field).type is FieldType.TEXT
            texts = [text for group in parameter.ranges.groups for text in group.values]
            assert {fold(text) if is_text else text for text in texts} <= layout.listed(parameter.field).keys()


def test_the_texts_of_a_group_stand_together() -> None:
    asked = by_group("sector", {"retail, food, travel": 5, "software, finance": 3})
    codes = Layout(plain([field("sector", "choice")], [asked], {"all": None})).listed("sector")
    assert codes == {"retail": 1, "food": 2, "travel": 3, "software": 4, "finance": 5}


def test_words_of_a_text_field_are_folded_and_options_are_not() -> None:
    asked = [by_group("text", {"Straße, STRASSE": 5}), by_group("choice", {"A, a": 5})]
    layout = Layout(plain([field("text", "text"), field("choice", "choice")], asked, {"all": None}))
    assert layout.listed("text") == {"strasse": 1}
    assert layout.listed("choice") == {"A": 1, "a": 2}


def test_what_no_enabled_parameter_asks_for_is_left_out_unless_wanted_besides() -> None:
    fields = [field("on"), field("off"), field("wanted"), field("unused")]
    asked = [by_range("off", [1], [0, 1], enabled=False), by_range("on", [1], [0, 1])]
    segmentation = plain(fields, asked, {"all": None})
    assert [field.key for field in Layout(segmentation).asked] == ["on"]
    assert [field.key for field in Layout(segmentation, ("wanted",)).asked] == ["on", "wanted"]


def test_a_field_asked_for_twice_has_one_column() -> None:
    asked = [by_answer("vip", yes=1, no=0), by_answer("vip", yes=2, no=0)]
    assert columns(Layout(plain([field("vip", "yes_no")], asked, {"all": None}))) == ["f0"]


def test_a_column_read_in_two_roles_is_two_columns() -> None:
    metrics = [of_deals(Aggregate.SUM, "x", day="x"), of_deals(Aggregate.DISTINCT, "x", where=(("x", ("a",)),))]
    layout = Layout(asking_for(metrics), ("0", "1"))
    expected = [RowColumn(Role.AMOUNT, "x"), RowColumn(Role.DAY, "x"), RowColumn(Role.TEXT, "x")]
    assert list(layout.row_columns(Source.DEALS)) == expected
    assert [layout.row_column(Source.DEALS, column) for column in expected] == ["r0", "r1", "r2"]
    assert layout.sources == (Source.DEALS,)


def test_conditions_on_one_column_share_codes_whatever_the_spelling() -> None:
    metrics = [
        of_deals(Aggregate.COUNT, where=(("stage", ("Won", "LOST")),)),
        of_deals(Aggregate.SHARE, where=(("stage", ("won", "open")),)),
    ]
    layout = Layout(asking_for(metrics), ("0", "1"))
    assert layout.conditions(Source.DEALS, RowColumn(Role.TEXT, "stage")) == {"won": 1, "lost": 2, "open": 3}


@few
@given(segmentations())
def test_columns_of_rows_stand_in_a_fixed_order(segmentation: Segmentation) -> None:
    layout = Layout(segmentation)
    for source in layout.sources:
        found = layout.row_columns(source)
        assert all(left < right for left, right in pairwise(found))
