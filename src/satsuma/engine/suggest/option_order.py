"""Whether a choice's options go from low to high by what they are called. Called by `suggest`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from satsuma.domain.folding import fold

LADDERS = (
    ("xs, micro, tiny", "s, small, smb, small business", "m, medium, mid, mid-market, midmarket, midsize, mid-size",
     "l, large, big", "xl, huge, enterprise, corporate"),
    ("iron, wood", "bronze", "silver", "gold", "platinum", "diamond, black"),
    ("free, freemium, trial", "basic, starter, start, lite, essential, essentials", "standard, regular", "plus, growth",
     "pro, professional, premium, advanced, team, business", "enterprise, ultimate, unlimited, vip"),
    ("very low", "low", "medium, moderate, middle, normal, average", "high", "very high", "top, vip"),
    ("very poor, very bad", "poor, bad", "fair, ok, average, neutral", "good", "very good", "excellent"),
    ("cold", "warm", "hot"),
    ("e", "d", "c", "b", "a"),
    ("tier 5", "tier 4", "tier 3", "tier 2", "tier 1"),
    ("never", "rarely", "sometimes", "often", "always"),
    ("yearly, annually, annual", "quarterly", "monthly", "weekly", "daily"),
)  # fmt: skip
"""Ladders of words, lowest rung first; words of one rung mean the same."""
UNDECIDED = frozenset({"unknown", "other", "others", "not set", "not known", "undefined", "various"})
"""Options that stand beside any ladder and earn nothing."""
FEWEST_LETTERS = 3
"""So many single letters must fit: S and M may be single and married, A and B two variants."""
SIZE = re.compile(
    r"^(?P<sign>[<>≥≤~]|over |under |up to |more than |less than )?\s*(?P<number>\d[\d ,.']*)(?P<scale>[km])?\b"
)
SCALES = {"k": 1_000, "m": 1_000_000, None: 1, "": 1}


def in_order(options: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The options by rung, lowest first, options of one rung together; () if they have no order that all of them,
    save undecided ones, agree with. At least two rungs."""
    decided = [option for option in options if fold(option) not in UNDECIDED]
    for ladder in LADDERS:
        rungs = _on_ladder(decided, ladder)
        if len(rungs) > 1 and not _doubtful_letters(decided):
            return rungs
    return _by_size(decided)


def _on_ladder(options: Sequence[str], ladder: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    rung_of = {word: rung for rung, words in enumerate(ladder) for word in words.split(", ")}
    if not all(_word(option) in rung_of for option in options):
        return ()
    by_rung = [tuple(option for option in options if rung_of[_word(option)] == rung) for rung in range(len(ladder))]
    return tuple(rung for rung in by_rung if rung)


def _word(option: str) -> str:
    """ "Pro plan" and "GOLD customer" are "pro" and "gold"."""
    return re.sub(r"[ -](plan|tier|customer|level|priority|risk|business|size|company)s?$", "", fold(option))


def _doubtful_letters(options: Sequence[str]) -> bool:
    return all(len(option) == 1 for option in options) and len(options) < FEWEST_LETTERS


def _by_size(options: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Brackets of numbers ("1-10", "11-50", "1000+", "<1") by where they begin."""
    begins = [_begin(option) for option in options]
    known = [begin for begin in begins if begin is not None]
    if len(known) < len(options) or len(set(known)) < len(options) or len(options) < 2:
        return ()
    if all(option.isdigit() for option in options):
        return ()
    return tuple((option,) for _, option in sorted(zip(known, options, strict=True)))


def _begin(option: str) -> tuple[float, int] | None:
    """The number with which a bracket begins, and -1, 0 or 1 for "under", nothing, "over"."""
    found = SIZE.match(fold(option))
    if found is None:
        return None
    digits = re.sub(r"[ ,.'](?=\d{3}(\D|$))", "", found["number"]).strip(" ,.'").replace(",", ".")
    try:
        number = float(digits) * SCALES[found["scale"]]
    except ValueError:
        return None
    sign = (found["sign"] or "").strip()
    return number, -1 if sign in ("<", "≤", "under", "up to", "less than") else 1 if sign in (
        ">",
        "over",
        "more than",
    ) else 0
