"""Values at the edge: what would take too long to read is refused before it is read."""

from __future__ import annotations

import unicodedata

import pytest

from satsuma.app.crm.values import LONGEST_NUMBER, ValueRefusedError, checked_text, read_decimal

PILE = "a" + "\u0301\u0316" * 1_000
"""2,001 characters, one less after normalising, which takes time with the square of their number."""


def test_a_text_is_kept_in_nfc_however_it_was_written():
    assert checked_text(f"  {unicodedata.normalize('NFD', 'Ṩ' * 10)} ", 10) == "Ṩ" * 10


def test_a_text_without_end_is_refused_as_it_came():
    with pytest.raises(ValueRefusedError, match="at most 10 characters, it has 2001"):
        checked_text(PILE, 10)


def test_marks_without_end_are_refused():
    with pytest.raises(ValueRefusedError, match="character that cannot be kept"):
        checked_text(PILE, 10_000)


@pytest.mark.parametrize("text", ["1" + ",111" * 3_000_000, "0." + "0" * LONGEST_NUMBER])
def test_a_number_without_end_is_refused(text: str):
    with pytest.raises(ValueRefusedError, match="at most 15 digits"):
        read_decimal(text)
