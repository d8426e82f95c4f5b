"""A finding of `satsuma doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """`UNSAFE` is for what harms data or lets strangers in; `WORTH_A_LOOK` for what will be a nuisance."""

    FINE = "fine"
    WORTH_A_LOOK = "worth a look"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable for programs; `remedy` is empty when all is fine."""

    code: str
    level: Level
    text: str
    remedy: str = ""


def fine(code: str, text: str) -> Finding:
    return Finding(code, Level.FINE, text)


def look(code: str, text: str, remedy: str) -> Finding:
    return Finding(code, Level.WORTH_A_LOOK, text, remedy)


def unsafe(code: str, text: str, remedy: str) -> Finding:
    return Finding(code, Level.UNSAFE, text, remedy)
