"""Translations: a compiled file says what its source says, and every placeholder is in the translation too."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import satsuma

SOURCES = sorted((Path(satsuma.__file__).parent / "locale").glob("*/LC_MESSAGES/django.po"))


def read(file: Path) -> Catalog:
    return read_po(BytesIO(file.read_bytes()), locale=file.parent.parent.name)


def sentences(catalog: Catalog) -> dict[object, object]:
    """Text and translation of each; of plurals all forms."""
    messages = (message for message in catalog if message.id and message.string and not message.fuzzy)
    return {_whole(message.id): _whole(message.string) for message in messages}


def _whole(text: object) -> object:
    return tuple(text) if isinstance(text, list | tuple) else text


def translated(file: Path) -> dict[object, object]:
    """What is translated as a whole: a plural with all of its forms."""
    found = sentences(read(file))
    return {id: text for id, text in found.items() if (all(text) if isinstance(text, tuple) else text)}


def test_there_is_a_file_for_each_language() -> None:
    assert [file.parent.parent.name for file in SOURCES] == ["en", "pl", "ru"]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.parent.parent.name)
def test_the_compiled_file_is_that_of_its_source(file: Path) -> None:
    compiled = file.with_suffix(".mo")
    if compiled.exists():
        with compiled.open("rb") as stream:
            assert sentences(read_mo(stream)) == translated(file)
    else:
        assert translated(file) == {}, "run: make messages"


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.parent.parent.name)
def test_translations_have_the_placeholders_of_the_text(file: Path) -> None:
    assert {str(message.id): [str(error) for error in errors] for message, errors in read(file).check()} == {}
