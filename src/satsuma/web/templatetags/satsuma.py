"""The library that templates load: filters for values in the reader's language, tags for the components.

Every filter shows None and "" as an empty text, so that a missing value never reads as zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache, wraps
from pathlib import Path
from typing import Any
from zlib import crc32

from django import forms, template
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from satsuma.app import locale
from satsuma.web.roles import role_name

register = template.Library()
register.filter("role_name", role_name)

# Values -------------------------------------------------------------------------------------------------------------


def _of_present(show: Callable[..., str]) -> Callable[..., str]:
    @wraps(show)
    def filtered(value: Any, *arguments: Any) -> str:
        return "" if value is None or value == "" else show(value, *arguments)

    return filtered


@register.filter
@_of_present
def number(value: locale.Number, decimals: int | None = None) -> str:
    """{{ 1234.5|number }} → 1,234.5"""
    return locale.number(value, decimals=decimals)


@register.filter
@_of_present
def money(value: locale.Number, currency: str = "") -> str:
    """{{ 1200|money }} → €1,200; {{ value|money:"PLN" }}"""
    return locale.money(value, currency)


@register.filter
@_of_present
def money_e4(value: int, currency: str = "") -> str:
    """{{ deal.value_e4|money_e4:deal.currency }}: money kept in ten-thousandths."""
    return locale.money_e4(value, currency)


@register.filter
@_of_present
def percent(share: locale.Number, decimals: int = 0) -> str:
    """{{ 0.125|percent:1 }} → 12.5%"""
    return locale.percent(share, decimals=decimals)


@register.filter
@_of_present
def day(value: date) -> str:
    """{{ deal.closed_on|day }} → Nov 26, 2026"""
    return locale.day(value)


@register.filter
@_of_present
def moment(value: datetime) -> str:
    """{{ run.ended_at|moment }} → Nov 26, 2026, 1:05 PM, in the workspace's time zone"""
    return locale.moment(value)


@register.filter
@_of_present
def age(value: date) -> str:
    """{{ note.created_at|age }} → 3 days ago"""
    return locale.age(value, timezone.now())


@register.filter
@_of_present
def size(value: int) -> str:
    """{{ file.size_bytes|size }} → 1.5 MB"""
    return locale.size(value)


@register.filter
@_of_present
def iso(value: date) -> str:
    """For the datetime attribute of <time>; never for people."""
    return value.isoformat()


@register.filter
@_of_present
def plain(value: int | float | Decimal) -> str:
    """A number for attributes and inputs that programs read (max, value, data-…); never for people."""
    return str(value)


@register.filter
def initials(name: str) -> str:
    """{{ "Anna Maria Nowak"|initials }} → AN"""
    words = re.findall(r"\w+", name)
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


# Pictures ------------------------------------------------------------------------------------------------------------

ICONS = Path(__file__).resolve().parent.parent / "icons.txt"
PALETTE = ("slate", "blue", "teal", "green", "lime", "yellow", "orange", "red", "pink", "purple")
"""Names of colours that have a class in satsuma.css: dot-…, avatar-…."""
HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


@cache
def icon_names() -> frozenset[str]:
    """The icons of the sprite."""
    lines = ICONS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@register.simple_tag
def icon(name: str, label: str = "", **attributes: str) -> SafeString:
    """{% icon "users" %}: a drawing beside words; {% icon "lock" label=_("Locked") %}: one that speaks for itself.
    Raises ValueError for a name that web/icons.txt does not list."""
    if name not in icon_names():
        raise ValueError(f"There is no icon {name!r}. Add it to web/icons.txt and run: make vendor")
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    css_class = f"icon {attributes.get('class', '')}".strip()
    address = static("vendor/icons.svg")
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', css_class, spoken, address, name)


def colour_of(text: str) -> str:
    """A colour of the palette, always the same for the same text."""
    return PALETTE[crc32(text.encode("utf-8", "surrogatepass")) % len(PALETTE)]


@register.inclusion_tag("components/avatar.html")
def avatar(name: str, image_url: str = "", size: str = "") -> dict[str, object]:
    """{% avatar contact.name contact.image_url size="xl" %}: the picture, or initials. Decoration: the name stands
    beside it. Sizes: "" (40 px), xs, sm, md, lg, xl, 2xl."""
    return {"image_url": image_url, "size": size, "initials": initials(name), "palette": colour_of(name)}


@register.inclusion_tag("components/badge.html")
def badge(label: str, colour: str = "slate") -> dict[str, object]:
    """{% badge segment.name segment.colour %}: a dot in a colour of the palette or #rrggbb, and the words beside it."""
    if HEX.match(colour):
        return {"label": label, "fill": colour}
    return {"label": label, "palette": colour if colour in PALETTE else "slate"}


# Forms ---------------------------------------------------------------------------------------------------------------

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


def _described_by(field: BoundField) -> str:
    parts = [f"{field.auto_id}_errors"] if field.errors else []
    return " ".join(parts + ([f"{field.auto_id}_help"] if field.help_text else []))


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The control alone, with the frame's class, tied to its help and its errors (components/field_errors.html)."""
    kind = field.field.widget
    css_class = next(name for of, name in CLASSES if isinstance(kind, of))
    own = kind.attrs.get("class", "")
    attributes: dict[str, Any] = {"class": " ".join(filter(None, [css_class, own, "is-invalid" * bool(field.errors)]))}
    if described_by := _described_by(field):
        attributes["aria-describedby"] = described_by
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


def _kind(field: BoundField) -> str:
    control = field.field.widget
    if control.is_hidden:
        return "hidden"
    if isinstance(control, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    return "check" if isinstance(control, forms.CheckboxInput) else "one"


@register.inclusion_tag("components/field.html")
def field(field: BoundField, unit: str = "", switch: bool = False) -> dict[str, object]:
    """{% field form.employees unit="pcs" %}: label, control, help, and the errors beside it."""
    for_group = _kind(field) == "group"
    if for_group:
        for choice in field.subwidgets:
            choice.data["attrs"]["class"] = "form-check-input"
    return {
        "field": field,
        "kind": _kind(field),
        "unit": unit,
        "switch": switch,
        "described_by": _described_by(field),
    }


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: forms.BaseForm) -> dict[str, object]:
    """{% form_fields form %}: what is wrong with the whole, then every field."""
    return {"form": form}


@register.inclusion_tag("components/form_problems.html")
def form_problems(form: forms.BaseForm) -> dict[str, object]:
    """{% form_problems form %}: what is wrong with the whole, for forms that lay out their fields themselves."""
    return {"form": form}


# Addresses and lists -------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """{% query sort="name" after=None %}: the page's address with some parameters changed; None removes one."""
    return address_with(context["request"], changes)


def address_with(request: HttpRequest, changes: dict[str, object]) -> str:
    """The path and query of the request, changed. A list stands for a parameter that is there several times."""
    parameters = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters.setlist(name, [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)])
    text = parameters.urlencode()
    return f"{request.path}?{text}" if text else request.path


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: template.Context, key: str, label: str, sort: str, css_class: str = "") -> dict[str, object]:
    """{% sort_header "name" _("Name") page.sort %}: a heading that sorts; again: the other way round. `sort` is the
    key the list is sorted by now, with - before it when descending. Paging begins again."""
    direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    changed = f"-{key}" if direction == "ascending" else key
    url = address_with(context["request"], {"sort": changed, "after": None, "before": None, "page": None})
    return {"label": label, "direction": direction, "url": url, "css_class": css_class}
