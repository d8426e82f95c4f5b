"""The form of a contact compares three versions field by field, and shows values as people type them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from satsuma.app.crm.fields import FieldSpec, Source
from satsuma.app.crm.queries.fields import SectionSpec
from satsuma.domain.model import FieldType, Kind, Value
from satsuma.web.forms.contacts import ContactForm, Reconciled, reconcile, typed_text


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


class TestQuestions:
    """What segmentations ask for stands together, as far as it has no place of its own."""

    def fields(self, *keys: str, section: int | None = None) -> tuple[FieldSpec, ...]:
        return tuple(
            FieldSpec(1, Kind.COMPANY, key, Source.CUSTOM, FieldType.TEXT, key.upper(), section_id=section)
            for key in keys
        )

    def form(self, *sections: SectionSpec, questions: tuple[str, ...], **typed: str) -> list[tuple[object, ...]]:
        form = ContactForm(Kind.COMPANY, sections, [], typed=typed, questions=questions)
        return [
            (
                part.label,
                [field.name for field in part.fields],
                part.questions,
                part.unanswered,
                [field.name for field in part.elsewhere],
            )
            for part in form.grouped
            if part.label != "Who and what"
        ]

    def test_empty_ones_elsewhere_are_pointed_at_and_all_are_counted(self) -> None:
        general = SectionSpec(1, "General", self.fields("f1", "f2", "f3", section=1))
        own = SectionSpec(2, "For segmentation", self.fields("f4", "f5", section=2), "segmentation")
        assert self.form(general, own, questions=("f1", "f2", "f4"), f1="known", f5="known") == [
            ("General", ["f1", "f2", "f3"], 0, 0, []),
            ("For segmentation", ["f4", "f5"], 4, 2, ["f2"]),
        ]

    def test_a_field_of_no_section_moves_in_only_if_somebody_asks_for_it(self) -> None:
        own = SectionSpec(2, "For segmentation", (), "segmentation")
        homeless = SectionSpec(0, "Further", self.fields("f1", "f2"))
        assert self.form(own, homeless, questions=("f1",)) == [
            ("For segmentation", ["f1"], 1, 1, []),
            ("Further", ["f2"], 0, 0, []),
        ]
        assert self.form(own, homeless, questions=()) == [("Further", ["f1", "f2"], 0, 0, [])]

    def test_without_a_section_of_its_own_there_is_one_as_long_as_something_is_unanswered(self) -> None:
        general = SectionSpec(1, "General", self.fields("f1", section=1))
        assert self.form(general, questions=("f1",)) == [
            ("General", ["f1"], 0, 0, []),
            ("For segmentation", [], 1, 1, ["f1"]),
        ]
        assert self.form(general, questions=("f1",), f1="known") == [("General", ["f1"], 0, 0, [])]

    def test_a_question_that_forms_do_not_ask_stays_off_them(self) -> None:
        (hidden,) = self.fields("f1", section=1)
        general = SectionSpec(1, "General", (replace(hidden, on_form=False),))
        assert self.form(general, questions=("f1",)) == []
