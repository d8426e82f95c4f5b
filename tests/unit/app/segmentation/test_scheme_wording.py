"""Schemes are shown in the reader's language; their words are those of the files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation

from satsuma.app.segmentation.scheme_wording import ALSO_FOR, QUESTIONS, WORDS, list_worded_schemes, worded_scheme
from satsuma.domain.errors import InputError
from satsuma.domain.model import Kind
from satsuma.schemes import KEYS, read_scheme


@pytest.mark.parametrize("key", KEYS)
def test_the_words_are_those_of_the_file(key: str) -> None:
    scheme = read_scheme(key)
    assert [str(text) for text in WORDS[key]] == [scheme.name, scheme.description]
    titled = tuple(replace(field, label=field.title) for field in scheme.fields)
    assert worded_scheme(key) == replace(scheme, fields=titled)


def test_every_question_and_answer_is_listed_and_no_other() -> None:
    fields = [field for key in KEYS for field in read_scheme(key).fields]
    said = {field.title for field in fields} | {option.label for field in fields for option in field.options}
    assert {str(text) for text in QUESTIONS} == said


def test_each_kind_is_offered_its_own_first() -> None:
    companies, people = ([scheme.key for scheme in list_worded_schemes(kind)] for kind in (Kind.COMPANY, Kind.PERSON))
    assert companies[:2] == ["company-value", "value-based"]
    assert people == ["nps", "person-influence", "demographic", "psychographic", *ALSO_FOR[Kind.PERSON]]
    assert set(companies) | set(people) == set(KEYS)
    (rfm,) = [scheme for scheme in list_worded_schemes(Kind.PERSON) if scheme.key == "rfm"]
    assert (rfm.name, rfm.asks) == ("RFM", ("Latest purchase", "Number of purchases", "Value of purchases"))


def test_in_another_language_the_words_are_its_own() -> None:
    """Where they are translated; the schemes themselves stay what they are."""
    with translation.override("pl"):
        assert worded_scheme("rfm").axes == read_scheme("rfm").axes


def test_an_unknown_scheme_is_said() -> None:
    with pytest.raises(InputError):
        worded_scheme("rfx")
