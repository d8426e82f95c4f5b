"""What a column could be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from satsuma.domain.errors import InputError
from satsuma.tables import CellKind, Table, recognise
from satsuma.tables.numbers import Spelling

Read = Callable[..., Table]
NUMERIC = (CellKind.WHOLE, CellKind.MONEY, CellKind.NUMBER, CellKind.TEXT)


@pytest.mark.parametrize(
    ("cells", "kinds", "likeliest"),
    [
        (["yes", "no", ""], (CellKind.YES_NO, CellKind.TEXT), CellKind.YES_NO),
        (["1", "0"], (CellKind.YES_NO, *NUMERIC), CellKind.WHOLE),
        (["7", "8"], NUMERIC, CellKind.WHOLE),
        (["007", "8"], NUMERIC, CellKind.TEXT),
        (["1.5"], NUMERIC[1:], CellKind.MONEY),
        (["1.23456"], NUMERIC[2:], CellKind.NUMBER),
        (["2024-01-31"], (CellKind.DATE, CellKind.TEXT), CellKind.DATE),
        (["20240131"], (CellKind.DATE, *NUMERIC), CellKind.DATE),
        (["Acme", "1"], (CellKind.TEXT,), CellKind.TEXT),
        (["x" * 10_001], (), None),
        (["", " "], (), None),
    ],
)
def test_kinds_that_fit_every_cell(
    read: Read, cells: list[str], kinds: tuple[CellKind, ...], likeliest: CellKind | None
) -> None:
    guess = recognise(read("id|a\n" + "".join(f"x|{cell}\n" for cell in cells)), "a")
    assert (guess.kinds, guess.likeliest) == (kinds, likeliest)


def test_formats_and_empties_are_told(read: Read) -> None:
    table = read("n;d\n1.234,5;31.01.2024\n;\n;01.02.2024\n")
    numbers, days = recognise(table, "n"), recognise(table, "d")
    assert (numbers.spelling, numbers.filled, numbers.empty) == (Spelling(",", "."), 1, 1)
    assert (days.date_format, days.filled, days.empty) == ("%d.%m.%Y", 2, 0)


def test_doubts_are_questions(read: Read) -> None:
    table = read("n;d\n1,234;01/02/2024\n")
    assert ["--decimal" in doubt for doubt in recognise(table, "n").doubts] == [True]
    assert ["--date-format" in doubt for doubt in recognise(table, "d").doubts] == [True]


def test_lists_and_objects_fit_nothing(read: Read) -> None:
    assert recognise(read('{"a": {"b": 1}}\n{"a": null}\n', "t.jsonl"), "a").kinds == ()


def test_an_unknown_column_is_an_error(read: Read) -> None:
    with pytest.raises(InputError):
        recognise(read("a\n1\n"), "b")
