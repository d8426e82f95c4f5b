"""Proposes where columns go: by what they are called, by what they hold, and by what was chosen before. A proposal is
only ever shown to somebody who can change it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.imports.context import Context, Part
from satsuma.app.crm.imports.headings import (
    ANY_BY_WORDS,
    BY_WORDS,
    COMPANY_WORDS,
    DEAL_WORDS,
    MOSTLY_COMPANY,
    MOSTLY_DEAL,
    MOSTLY_PERSON,
    PERSON_WORDS,
    heading_words,
)
from satsuma.app.crm.imports.mapping import ColumnMapping, FileMapping
from satsuma.app.crm.imports.targets import KEYS, OWNER, Target, list_targets
from satsuma.app.crm.imports.wanted import AMOUNT
from satsuma.domain.folding import fold
from satsuma.domain.model import FieldType

Columns = Sequence[Mapping[str, Any]]
"""As `parsing.describe` gives them."""
EMAIL, NUMBER = re.compile(r"\S@\S"), re.compile(r"^[+-]?[0-9][0-9 .,']*$")
DAY = re.compile(r"[0-9][-./ ]+([0-9]{1,2}|[A-Za-z]{3,9})[-./ ,]+[0-9]")
NUMERIC = (FieldType.NUMBER, FieldType.MONEY, FieldType.RATING)


def guess_mapping(
    columns: Columns,
    context: Context,
    *,
    earlier: Mapping[str, ColumnMapping] | None = None,
    mostly: Part | None = None,
) -> FileMapping:
    """A mapping to begin with. `earlier` are columns of imports that were done, by the words of their heading; `mostly`
    says what the file is about, else that is guessed too. What is not recognised is left out."""
    targets = {target.key: target for target in list_targets(context)}
    mostly = mostly or guess_part(columns)
    taken: set[str] = set()
    found = []
    for column in columns:
        chosen = _earlier(column, earlier or {}, targets) or _proposed(column, targets, context, mostly)
        if chosen.to in taken:
            chosen = _left_out(column)
        if chosen.to in targets:
            taken.add(chosen.to)
        found.append(chosen)
    return FileMapping(tuple(found), guess_keys(taken, columns, found))


def guess_part(columns: Columns) -> Part:
    """What most of the columns speak of."""
    votes: Counter[Part] = Counter()
    for column in columns:
        words = heading_words(column["name"])
        target = BY_WORDS.get(words, "")
        votes[Part.DEAL] += 2 * (target in MOSTLY_DEAL)
        votes[Part.PERSON] += 2 * (target in MOSTLY_PERSON)
        votes[Part.COMPANY] += 2 * (target in MOSTLY_COMPANY)
    return max((Part.COMPANY, Part.PERSON, Part.DEAL), key=lambda part: votes[part])


def guess_keys(taken: set[str], columns: Columns, chosen: Sequence[ColumnMapping]) -> dict[str, str]:
    """For each part that is mapped the surest key that every row seen has, or at least one that is mapped."""
    filled = {mapping.to: column["filled"] for column, mapping in zip(columns, chosen, strict=True)}
    most = max(filled.values(), default=0)
    found = {}
    for part in Part:
        own = {key for key in taken if key.startswith(f"{part}.")}
        if own:
            known = [key for key in _preferred(part) if any(f"{part}.{name}" in own for name in KEYS[part][key])]
            sure = [key for key in known if _can_match(part, key, own, filled, most)]
            found[part.value] = next(iter([*sure, *known, *KEYS[part]]))
    has_deal_id = "deal.external_id" in taken
    if Part.DEAL.value in found and not (has_deal_id and found[Part.DEAL.value] == "external_id"):
        found[Part.DEAL.value] = ""
    return found


def _preferred(part: Part) -> Sequence[str]:
    return {
        Part.COMPANY: ("external_id", "name", "domain", "email"),
        Part.PERSON: ("external_id", "email", "name"),
        Part.DEAL: ("external_id", "title"),
    }[part]


def _can_match(part: Part, key: str, own: set[str], filled: Mapping[str, int], most: int) -> bool:
    needed = [f"{part}.{name}" for name in KEYS[part][key]]
    mapped = [target for target in needed if target in own]
    if key == "name" and mapped:
        return True
    return any(filled.get(target, 0) == most for target in mapped)


def _earlier(
    column: Mapping[str, Any], earlier: Mapping[str, ColumnMapping], targets: Mapping[str, Target]
) -> ColumnMapping | None:
    before = earlier.get(heading_words(column["name"]))
    if before is None or (before.to and before.to not in targets):
        return None
    return ColumnMapping(column["name"], before.to, before.part, separator=before.separator)


def _proposed(
    column: Mapping[str, Any], targets: Mapping[str, Target], context: Context, mostly: Part
) -> ColumnMapping:
    for key in _candidates(column["name"], targets, mostly):
        target = targets.get(key)
        if target is not None and _fits(column, target, context):
            return ColumnMapping(column["name"], key, target.part.value, separator=column["separator"] or ";")
    return _left_out(column, mostly)


def _candidates(heading: str, targets: Mapping[str, Target], mostly: Part) -> list[str]:
    """Where the heading may lead, the likeliest first."""
    words = heading_words(heading)
    part, rest = _named_part(words)
    labels = {
        (target.part, fold_name(target.label)): key for key, target in targets.items() if target.field is not None
    }
    found = [labels.get((mostly, fold_name(heading))), BY_WORDS.get(words)]
    if (name := ANY_BY_WORDS.get(words)) is not None:
        found.append(f"{mostly}.{name}" if not (mostly is Part.DEAL and name == "name") else "deal.title")
        found.append(f"{Part.COMPANY}.{name}")
    if part is not None and rest in ANY_BY_WORDS:
        found.append(f"{part}.{ANY_BY_WORDS[rest]}")
    if part is not None:
        found.append(labels.get((part, rest)))
    found += [labels.get((other, fold_name(heading))) for other in Part]
    return [key for key in found if key is not None]


def _named_part(words: str) -> tuple[Part | None, str]:
    """A heading such as "Person - Phone": whose it is, and the rest."""
    first, _blank, rest = words.partition(" ")
    for part, names in ((Part.COMPANY, COMPANY_WORDS), (Part.PERSON, PERSON_WORDS), (Part.DEAL, DEAL_WORDS)):
        if first in names and rest:
            return part, rest
    return None, words


def _fits(column: Mapping[str, Any], target: Target, context: Context) -> bool:
    """Whether the values can be of the target's type; an owner must be somebody who is known."""
    seen = FieldType(column["type"])
    if target.name == OWNER:
        return any(context.users.get(fold(text)) or context.users.get(fold_name(text)) for text in column["values"])
    if not column["filled"]:
        return True
    if target.is_email:
        return _mostly(column, EMAIL)
    if target.type == AMOUNT or FieldType(target.type) in NUMERIC:
        return seen in NUMERIC or _mostly(column, NUMBER)
    if target.type == FieldType.DATE:
        return seen is FieldType.DATE or _mostly(column, DAY)
    if target.type == FieldType.YES_NO:
        return seen is FieldType.YES_NO
    return not (target.name == "name" and seen in (FieldType.DATE, FieldType.YES_NO))


def _mostly(column: Mapping[str, Any], pattern: re.Pattern[str]) -> bool:
    """Whether half of the different values look like this: a few wrong cells are for the check to tell."""
    found = sum(1 for text in column["values"] if pattern.search(text))
    return 2 * found >= len(column["values"]) > 0


def _left_out(column: Mapping[str, Any], mostly: Part = Part.COMPANY) -> ColumnMapping:
    """Left out; with what a new field of it would be, should somebody want one."""
    part = mostly if mostly is not Part.DEAL else Part.COMPANY
    limits = column["limits"] or (None, None)
    return ColumnMapping(
        column["name"],
        part=part.value,
        label=column["name"],
        type=column["type"],
        minimum=limits[0],
        maximum=limits[1],
        separator=column["separator"] or ";",
    )
