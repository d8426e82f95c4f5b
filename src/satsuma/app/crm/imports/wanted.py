"""What a mapping asks of one column. Made by `mapping`, read by `parsing` in the child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

AMOUNT = "amount"
"""Deals' values: exact, in ten-thousandths."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column as a mapping asks for it: `type` is a field type, or `AMOUNT`; `longest` counts characters, 0: any."""

    target: str
    column: str
    type: str
    longest: int = 0
    separator: str = ";"
    minimum: int | None = None
    maximum: int | None = None
    is_email: bool = False
    replace: Mapping[str, str] | None = None
