"""Which currencies there are. Used where one is checked and where they are offered."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.numbers import get_territory_currencies, list_currencies


@cache
def current_currencies() -> frozenset[str]:
    """The codes of all currencies that are legal tender somewhere today."""
    return frozenset(
        code for territory in Locale("en").territories for code in get_territory_currencies(str(territory))
    )


@cache
def known_currencies() -> frozenset[str]:
    """With those of the past. Codes with an X that no country pays with are metals, funds and tests."""
    return current_currencies() | {code for code in list_currencies() if not code.startswith("X")}
