"""JSON lines are read strictly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from satsuma.domain.errors import InputError
from satsuma.tables import Table


def test_columns_appear_in_the_order_of_their_first_row(read: Callable[..., Table]) -> None:
    table = read('{"a": 1}\n\n{"b": true, "a": 2}\n{"c": "x"}\n', "t.jsonl")
    assert table.columns == ["a", "b", "c"]
    assert table.frame.rows() == [(1, None, None), (2, True, None), (None, None, "x")]
    assert table.rows.to_list() == [1, 3, 4]


def test_types_are_native(read: Callable[..., Table]) -> None:
    table = read('{"n": 1, "x": 1.5, "y": true, "t": "1"}\n{"n": null, "x": 2, "y": false, "t": "2"}\n', "t.ndjson")
    assert table.numbers("x").to_list() == [1.5, 2]
    assert table.whole_numbers("n").to_list() == [1, None]
    assert table.yes_no("y").to_list() == [True, False]
    assert table.numbers("t").to_list() == [1, 2]


def test_a_mixed_column_is_text(read: Callable[..., Table]) -> None:
    table = read('{"a": 1}\n{"a": "x"}\n{"a": true}\n{"a": 1.50}\n', "t.jsonl")
    assert table.texts("a").to_list() == ["1", "x", "true", "1.5"]


def test_lists_of_texts_are_lists(read: Callable[..., Table]) -> None:
    table = read('{"a": ["x", " y ", "x", ""]}\n{"a": []}\n{"a": null}\n', "t.jsonl")
    assert table.text_lists("a", ";").to_list() == [["x", "y"], None, None]


def test_objects_are_refused_where_they_are_used(read: Callable[..., Table]) -> None:
    table = read('{"a": {"b": 1}, "c": 2}\n', "t.jsonl")
    assert table.numbers("c").to_list() == [2]
    with pytest.raises(InputError) as caught:
        table.texts("a")
    assert caught.value.code == "column_kind"
