"""Every text that a person sees goes through gettext: no template, error, label or page has one that does not.

Pages are found in the map of addresses, so a new one is visited without anything to do here. Data needs no mark: it
does not stand in the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.template import engines
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real
from pytest_django import Settings

import satsuma
from support.addresses import Case, list_addresses, paths, unknown_arguments
from support.pseudo_language import (
    PseudoLanguage,
    forgotten_in_python,
    forgotten_in_template,
    forgotten_on_page,
    python_literals,
    texts,
    unwrapped,
)

SOURCE = Path(satsuma.__file__).parent
SEEN = [SOURCE / "web", SOURCE / "app"]
TEMPLATES = [file for folder in SEEN for ending in ("html", "txt") for file in folder.rglob(f"templates/**/*.{ending}")]
MODULES = [file for folder in SEEN for file in folder.rglob("*.py") if "migrations" not in file.parts]


@pytest.fixture
def pseudo_language() -> Iterator[None]:
    """Takes the place of English. Put back before anything is activated again, or it would stay the active one."""
    kept = trans_real._translations, trans_real._default
    trans_real._translations, trans_real._default = {"en": PseudoLanguage()}, None
    translation.activate("en")
    yield
    trans_real._translations, trans_real._default = kept
    translation.deactivate()


def test_templates_have_no_text_of_their_own() -> None:
    forgotten = {str(file.relative_to(SOURCE)): forgotten_in_template(file) for file in TEMPLATES}
    assert {file: parts for file, parts in forgotten.items() if parts} == {}


def test_python_tells_people_nothing_without_gettext() -> None:
    assert [place for file in MODULES for place in forgotten_in_python(file)] == []


def test_pages_show_no_string_of_the_source(pseudo_language: None, client_of: Callable[[str], Client]) -> None:
    literals, client = python_literals(MODULES), _patient(client_of)
    visited, forgotten = 0, {}
    for address in list_addresses():
        if unknown_arguments(address) or not address.name or address.name.startswith("openid"):
            continue
        with transaction.atomic():
            response = client.get(paths(address)[Case.THERE])
            transaction.set_rollback(True)
        client = _patient(client_of) if "logout" in address.name else client
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            visited += 1
            if found := forgotten_on_page(response.content.decode(), literals):
                forgotten[address.name] = found
    assert forgotten == {}
    assert visited > 0


def _patient(client_of: Callable[[str], Client]) -> Client:
    """One to whom a page that fails is no reason to stop: that is a matter for other tests."""
    client = client_of("administrator")
    client.raise_request_exception = False
    return client


def test_the_language_is_installed(
    pseudo_language: None, client_of: Callable[[str], Client], settings: Settings
) -> None:
    settings.ROOT_URLCONF = "support.look.urls"
    page = client_of("anonymous").get("/no-such-address/").content.decode()
    assert [part for text in texts(page) for part in unwrapped(text)] == []
    assert "⟦Not found ···⟧" in page


def test_forgotten_texts_are_found(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        '{% load i18n %}<h1 title="Hint">{% translate "Fine" %}</h1><p>Hello {{ name }} of {% if a %}now{% endif %}</p>'
        "{% blocktranslate %}Fine{% endblocktranslate %}<script>no()</script><b>7 – CSV</b>"
    )
    assert forgotten_in_template(template) == ["Hint", "Hello", "of now"]
    module = tmp_path / "module.py"
    module.write_text(
        '"""Doc string."""\n'
        'label("Sum", label="Value of deals", other="as it is")\n'
        'raise NameTakenError("name_taken", _("That is fine."), remedy="Take another.")\n'
        'raise NameTakenError("name_taken", f"{name} is taken.")\n'
        'raise ValueError("for programmers only")\n'
        'messages.success(request, "Saved")\n'
    )
    assert forgotten_in_python(module) == [
        f"{module}:2 'Value of deals'",
        f"{module}:3 'Take another.'",
        f"{module}:4 f'{{name}} is taken.'",
        f"{module}:6 'Saved'",
    ]
    page = "<p>Value of deals ⟦Sum ·⟧ Acme</p>"
    assert forgotten_on_page(page, python_literals([module])) == [f"'Value of deals' ({module}:2)"]


def test_wrapped_texts_may_hold_data_and_each_other(pseudo_language: None) -> None:
    template = engines["django"].from_string(
        '{% load i18n %}{% translate "Anna" as name %}'
        "{% blocktranslate %}By {{ name }} and {{ x }}{% endblocktranslate %}"
    )
    text = template.render({"x": "Acme"})
    assert text == "⟦By ⟦Anna ·⟧ and Acme ·······⟧"
    assert unwrapped(text) == []
