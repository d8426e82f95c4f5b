"""The form of a contact compares three versions field by field, and shows values as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override

from satsuma.domain.model import Value
from satsuma.web.forms.contacts import Reconciled, reconcile, typed_text


def test_keeps_ours_takes_theirs_and_shows_what_both_changed() -> None:
    base = {"name": "Acme", "city": "Berlin", "phone": "1", "tags": "a", "f1": ["o1"]}
    ours = {"name": "ACME", "city": "Hamburg", "phone": "1", "tags": "a", "f1": ["o1"]}
    theirs = {"name": "Acme", "city": "Munich", "phone": "2", "tags": "a", "f1": ["o1", "o2"]}
    assert reconcile(base, ours, theirs) == Reconciled(
        typed={"name": "ACME", "city": "Hamburg", "phone": "2", "tags": "a", "f1": ["o1", "o2"]},
        contested=["city"],
        taken_over=["phone", "f1"],
    )


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    outcome = reconcile({"city": "Berlin"}, {"city": "Hamburg"}, {"city": "Hamburg"})
    assert (outcome.contested, outcome.taken_over) == ([], [])


def test_without_a_base_nothing_of_ours_is_given_up() -> None:
    """A browser that sent no base: what is typed stays, what differs is shown."""
    outcome = reconcile({}, {"city": "Hamburg", "phone": ""}, {"city": "Berlin", "phone": "2"})
    assert (outcome.typed, outcome.contested) == ({"city": "Hamburg", "phone": "2"}, ["city"])


@pytest.mark.parametrize(
    ("value", "english", "polish"),
    [
        (1234567.25, "1234567.25", "1234567,25"),
        (1e15, "1000000000000000", "1000000000000000"),
        (0.1, "0.1", "0,1"),
        (-3, "-3", "-3"),
        (True, "yes", "yes"),
        (date(2026, 2, 28), "2026-02-28", "2026-02-28"),
        (frozenset({"o2", "o1"}), ["o1", "o2"], ["o1", "o2"]),
        (None, "", ""),
    ],
)
def test_shows_a_value_as_it_is_typed(value: Value, english: object, polish: object) -> None:
    with override("en"):
        assert typed_text(value) == english
    with override("pl"):
        assert typed_text(value) == polish
