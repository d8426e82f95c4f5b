"""What {% load satsuma %} brings."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.template import Context, engines
from django.test import RequestFactory

import satsuma
from satsuma.web.templatetags.satsuma import PALETTE, colour_of, icon, icon_names, initials

WEB = Path(satsuma.__file__).parent / "web"


def render(source: str, path: str = "/", **context: object) -> str:
    """Without what the frame adds to every page."""
    template = engines["django"].from_string("{% load satsuma %}" + source).template
    return str(template.render(Context({**context, "request": RequestFactory().get(path)})))


@pytest.mark.parametrize(
    "name", ["number", "money", "money_e4", "percent", "day", "moment", "age", "size", "iso", "plain"]
)
def test_missing_values_show_nothing(name: str) -> None:
    assert render("[{{ a|" + name + " }}{{ b|" + name + " }}]", a=None, b="") == "[]"


def test_values() -> None:
    source = '{{ n|number }} {{ n|number:2 }} {{ n|money:"USD" }} {{ e4|money_e4 }} '
    source += "{{ s|percent:1 }} {{ d|day }} {{ d|iso }}"
    values = {"n": 1234.5, "e4": 50_000, "s": 0.125, "d": date(2026, 11, 26)}
    assert render(source, **values) == "1,234.5 1,234.50 $1,234.50 €5 12.5% Nov 26, 2026 2026-11-26"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Anna Maria Nowak", "AN"), ("żółw", "Ż"), ("", ""), ("  - ", ""), ("<b>x</b> y", "BY"), ("李 小龙", "李小")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_the_colour_of_a_name_stays() -> None:
    assert [colour_of("Acme"), colour_of("Acme"), colour_of("Anna Nowak")] == ["teal", "teal", "lime"]
    assert {colour_of(str(number)) for number in range(100)} == set(PALETTE)


def test_badges_take_colours_of_the_palette_or_six_digits_and_nothing_else() -> None:
    assert 'class="dot dot-green"' in render('{% badge "VIP" "green" %}')
    assert 'fill="#12aBef"' in render('{% badge "VIP" "#12aBef" %}')
    shown = render("{% badge label colour %}", label="<b>", colour='#fff" onload="x')
    assert "dot-slate" in shown
    assert "onload" not in shown
    assert "&lt;b&gt;" in shown


def test_every_icon_that_is_written_in_the_source_is_in_the_sprite() -> None:
    written = set()
    for file in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]:
        written |= set(
            re.findall(r"""(?:{% icon |icon=|default:)["']([a-z0-9-]+)["'](?!\|)""", file.read_text(encoding="utf-8"))
        )
    sprite = (WEB / "static/vendor/icons.svg").read_text(encoding="utf-8")
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == icon_names()
    assert written - icon_names() - {"auto", "info"} == set()


def test_the_sprite_has_no_icon_that_nothing_names() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in [*WEB.rglob("*.html"), *WEB.rglob("*.py")])
    assert icon_names() - set(re.findall(r"""["']([a-z0-9-]+)["']""", source)) == set()


def test_an_unknown_icon_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="There is no icon 'nope'"):
        icon("nope")


def test_icons_are_silent_unless_they_have_a_label() -> None:
    assert 'aria-hidden="true"' in icon("lock")
    assert icon("lock", label='"><b>').startswith('<svg class="icon" role="img" aria-label="&quot;&gt;&lt;b&gt;">')


@pytest.mark.parametrize(
    ("tag", "address"),
    [
        ('{% query sort="name" %}', "/companies/?q=a%26b&amp;tag=1&amp;tag=2&amp;after=x&amp;sort=name"),
        ("{% query after=None tag=None %}", "/companies/?q=a%26b"),
        ("{% query q=None tag=None after=None %}", "/companies/"),
    ],
)
def test_query(tag: str, address: str) -> None:
    assert render(tag, "/companies/?q=a%26b&tag=1&tag=2&after=x") == address


@pytest.mark.parametrize(
    ("sort", "direction", "address"),
    [
        ("name", "ascending", "/?sort=-name"),
        ("-name", "descending", "/?sort=name"),
        ("value", "", "/?sort=name"),
    ],
)
def test_headings_sort(sort: str, direction: str, address: str) -> None:
    shown = render('{% sort_header "name" "Name" sort %}', f"/?sort={sort}&after=x", sort=sort)
    assert re.findall(r'aria-sort="(.*?)"', shown) == ([direction] if direction else [])
    assert re.findall(r'href="(.*?)"', shown)[0] == address


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As on letters.")
    plan = forms.ChoiceField(label="Plan", choices=[("a", "A")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"class": "tall"}))


def test_a_wrong_field_says_so_beside_itself() -> None:
    shown = render("{% field form.name %}", form=Form({"name": ""}))
    control = re.findall(r"<input[^>]*>", shown)[0]
    assert 'aria-describedby="id_name_errors id_name_help"' in control
    assert 'aria-invalid="true"' in control
    assert 'class="form-control is-invalid"' in control
    assert '<div class="invalid-feedback d-block" id="id_name_errors"><div>This field is required.</div></div>' in shown


def test_a_right_field_has_its_help_and_keeps_its_own_class() -> None:
    name, note = render("{% field form.name %}", form=Form()), render("{% field form.note %}", form=Form())
    assert 'aria-describedby="id_name_help"' in name
    assert "aria-invalid" not in name
    assert 'class="form-control tall"' in note
    assert "aria-describedby" not in note


def test_choices_are_a_group_with_a_legend() -> None:
    shown = render("{% field form.plan %}", form=Form({"plan": "b"}))
    assert '<fieldset class="field" aria-describedby="id_plan_errors"><legend class="form-label required">Plan' in shown
    assert 'class="form-check-input"' in shown
