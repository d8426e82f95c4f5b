"""Which words things are found by."""

from __future__ import annotations

import pytest

from satsuma.app.crm.search.wording import MAX_DOCUMENT_BYTES, Wanted, digits_of, wanted, words_of


def test_words_are_folded_sorted_and_each_stands_once():
    assert words_of(["Łódź GmbH & Co_KG", "GMBH, café 24/7"]) == ("24", "7", "cafe", "co", "gmbh", "kg", "lodz")


def test_a_document_stays_below_what_a_database_takes():
    found = words_of(f"слово{number}" for number in range(100_000))

    assert 0.9 * MAX_DOCUMENT_BYTES < sum(len(word.encode()) for word in found) <= MAX_DOCUMENT_BYTES


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("+48 22 123-45-67", ("48221234567", "8221234567", "221234567", "21234567")),
        ("112", ()),
        ("", ()),
        ("ask reception", ()),
    ],
)
def test_a_phone_number_is_known_with_and_without_its_calling_code(phone: str, digits: tuple[str, ...]):
    assert digits_of(phone) == digits


@pytest.mark.parametrize(
    ("typed", "looked_for"),
    [
        (" Jan  KOW ", Wanted(("jan", "kow"))),
        ("jan jan", Wanted(("jan",))),
        ("0048 22/123", Wanted(("0048", "22", "123"), "4822123")),
        ("2026", Wanted(("2026",))),
        ("…", None),
    ],
)
def test_what_is_looked_for(typed: str, looked_for: Wanted | None):
    assert wanted(typed) == looked_for
