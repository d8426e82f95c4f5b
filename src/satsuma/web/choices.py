"""Currencies and time zones to choose from, and which of them somebody's browser suggests. Used by forms."""

from __future__ import annotations

from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

from satsuma.app.accounts.currencies import current_currencies
from satsuma.app.accounts.entries import known_time_zones

AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
FALLBACK = "EUR"


def currency_choices(also: str = "") -> list[tuple[str, str]]:
    """Code, and code with name in the reader's language, by code. `also` is one that has to be among them."""
    language = get_language() or "en"
    codes = sorted(current_currencies() | ({also} if also else set()))
    return [(code, f"{code} – {get_currency_name(code, locale=language.replace('-', '_'))}") for code in codes]


def time_zone_choices(also: str = "") -> list[tuple[str, str]]:
    """Zones by area and city, after UTC."""
    zones = {zone for zone in known_time_zones() if zone.partition("/")[0] in AREAS} | ({also} if also else set())
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in sorted(zones - {"UTC"}))]


def suggested_currency(accepted_languages: str) -> str:
    """The currency of the country that the browser's first language names, or is spoken in; else the euro.
    `suggested_currency("pl") == "PLN"`."""
    for tag, _ in parse_accept_lang_header(accepted_languages[:500]):
        currencies = get_territory_currencies(_territory(tag))
        if currencies:
            return currencies[0]
    return FALLBACK


def _territory(tag: str) -> str:
    parts = tag.replace("_", "-").split("-")
    for part in parts[1:]:
        if len(part) == 2:
            return part.upper()
    return str(get_global("likely_subtags").get(parts[0].lower(), "")).rpartition("_")[2]
