"""Which texts compare equal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from satsuma.domain.folding import MOST_MARKS, fold, has_piled_marks

LAST_FOLDED = 0x2FFFF
"""Behind it stand only ideographs without other forms, private and unassigned characters."""


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Retail", "retail"),
        ("  Retail\t", "retail"),
        ("\N{NO-BREAK SPACE}Retail\N{IDEOGRAPHIC SPACE}", "retail"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("ﬁnance", "finance"),
        ("Ｒｅｔａｉｌ", "retail"),
        ("½", "1⁄2"),
        ("", ""),
    ],
)
def test_texts_are_compared_without_blanks_around_case_and_presentation(text: str, folded: str):
    assert fold(text) == folded


def test_blanks_inside_and_accents_still_count():
    assert fold("New  York") != fold("New York")
    assert fold("Łódź") != fold("Lodz")


def test_composed_and_decomposed_letters_are_one():
    assert fold(unicodedata.normalize("NFD", "Éclair Łódź")) == fold(unicodedata.normalize("NFC", "ÉCLAIR ŁÓDŹ"))


def test_folding_any_single_character_again_changes_nothing():
    once = {fold(chr(code)) for code in range(LAST_FOLDED + 1)}

    assert {text for text in once if fold(text) != text} == set()


@given(st.text(max_size=8))
@example("\u0345\u0301")
@example("ǰ\u0323")
@example("´a")
def test_folding_again_changes_nothing(text: str):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=8))
@example("ᾳ\u0301")
@example("\u0345\u0301")
def test_every_way_to_write_a_text_folds_alike(text: str):
    forms = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}

    assert forms == {fold(text)}


@pytest.mark.parametrize(
    ("text", "is_piled"),
    [
        ("plain", False),
        (unicodedata.normalize("NFD", "Nguyễn Ḱṓ क्षि"), False),
        ("a" + "\u0301" * MOST_MARKS + "b" + "\u0301", False),
        ("a" + "\u0301" * (MOST_MARKS + 1), True),
        ("a" + "\u0301\u0316" * MOST_MARKS + "b", True),
        ("\u0f73" * (MOST_MARKS + 1), True),  # of no class itself, it falls apart into marks that are
    ],
)
def test_marks_that_pile_up_on_one_letter_are_found(text: str, is_piled: bool):
    assert has_piled_marks(text) is is_piled
