"""From texts of a file to what they mean here: options, countries, owners, stages, products, currencies. Each different
text is looked up once. Called by `plan` before rows are compared with what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial

import polars as pl
from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from satsuma.app.accounts.currencies import current_currencies
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.imports.context import Context, Part
from satsuma.app.crm.imports.limits import ImportLimitError, limits
from satsuma.app.crm.imports.mapping import FileMapping, Mapped
from satsuma.app.crm.imports.rowset import PLACE, RowSet
from satsuma.app.crm.imports.targets import OWNER
from satsuma.app.crm.labels import checked_label
from satsuma.app.crm.values import ValueRefusedError
from satsuma.domain.folding import fold
from satsuma.domain.model import FieldType

SEPARATOR = "\x1f"
"""Between the keys of several choices, while rows are compared; no key and no text has it."""
ISO3 = {"USA": "US", "GBR": "GB", "DEU": "DE", "POL": "PL", "FRA": "FR", "ESP": "ES", "ITA": "IT", "UK": "GB"}
STATE_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("won", "closed won", "closedwon", "wygrana", "wygrane", "выиграна"), "won"),
    **dict.fromkeys(("lost", "closed lost", "closedlost", "przegrana", "przegrane", "проиграна"), "lost"),
    **dict.fromkeys(("open", "otwarta", "otwarte", "открыта"), "open"),
}


@dataclass
class NewThings:
    """What a file brings that the workspace does not have: labels of options by target, in order, and of products."""

    options: dict[str, list[str]] = field(default_factory=dict)
    products: list[str] = field(default_factory=list)


def option_stand_in(target: str, number: int) -> str:
    """Stands for the key of a new option until that is made. It begins with a character that no key has."""
    return f"\x1e{target}\x1e{number}"


def resolve(rows: RowSet, mapped: list[Mapped], mapping: FileMapping, context: Context) -> NewThings:
    """Replaces texts in `rows.data` by what they mean: keys of options, codes, ids as whole numbers (new products as
    negative ones: -1 is the first). Texts that mean nothing are refused. Raises ImportLimitError `new_options`."""
    new = NewThings()
    for item in mapped:
        if item.target.key not in rows.data.columns:
            continue
        field_, name = item.target.field, item.target.name
        if field_ is not None and field_.key == "country" and field_.is_column:
            _replace(rows, item.target.key, find_country, pl.String, _unknown_country)
        elif field_ is not None and field_.type.has_options:
            _resolve_options(rows, item, field_, mapping, new)
        elif name == OWNER:
            users = context.users
            _replace(rows, item.target.key, partial(_user, users), pl.Int64, partial(_no_user, users))
        elif item.target.part is Part.DEAL:
            _resolve_deal(rows, name, item.target.key, context, new)
    return new


def _resolve_deal(rows: RowSet, name: str, target: str, context: Context, new: NewThings) -> None:
    if name == "currency":
        _replace(
            rows, target, _currency(context), pl.String, lambda text: _("there is no such currency, or no rate for it")
        )
    elif name == "stage":
        stages = _stage_words(context)
        names = ", ".join(stage.label for stage in context.stages)
        sentence = _("there is no such stage; there are %(stages)s") % {"stages": names}
        _replace(rows, target, lambda text: stages.get(fold_name(text)), pl.Int64, lambda text: sentence)
    elif name == "product":
        _replace(rows, target, _product(context, new), pl.Int64, lambda text: _("no product can be called so"))


def _replace(
    rows: RowSet,
    target: str,
    meaning: Callable[[str], object],
    dtype: type[pl.DataType],
    refusal: Callable[[str], str],
) -> None:
    texts = rows.data[target]
    known = {text: meaning(text) for text in texts.drop_nulls().unique(maintain_order=True)}
    values = texts.replace_strict(known, default=None, return_dtype=dtype)
    wrong = rows.data[PLACE].filter(texts.is_not_null() & values.is_null())
    rows.refuse(wrong, target, lambda place: (texts[place], refusal(texts[place])))
    rows.data = rows.data.with_columns(values.alias(target))


def _resolve_options(rows: RowSet, item: Mapped, spec: FieldSpec, mapping: FileMapping, new: NewThings) -> None:
    target, cells = item.target.key, rows.data[item.target.key]
    several = spec.type is FieldType.CHOICES
    texts = cells.explode(empty_as_null=True).drop_nulls() if several else cells.drop_nulls()
    known = _option_keys(spec)
    meaning: dict[str, str | None] = {}
    added: dict[str, str] = {}
    labels: list[str] = []
    may_add = mapping.add_options or item.is_new
    for text in texts.unique(maintain_order=True):
        folded = fold_name(text)
        if folded not in known and may_add and _is_label(text):
            if folded not in added:
                added[folded] = option_stand_in(target, len(labels))
                labels.append(text)
            meaning[text] = added[folded]
        else:
            meaning[text] = known.get(folded)
    if labels:
        new.options[target] = labels
    if len(added) > limits().new_options:
        raise ImportLimitError("new_options", limits().new_options)
    values = (
        _keys_of_lists(cells, meaning)
        if several
        else cells.replace_strict(meaning, default=None, return_dtype=pl.String)
    )
    wrong = rows.data[PLACE].filter(cells.is_not_null() & values.is_null())
    rows.refuse(wrong, target, lambda place: _unknown_option(cells[place], meaning, spec))
    rows.data = rows.data.with_columns(values.alias(target))


def _is_label(text: str) -> bool:
    """Whether an option or a product could be called so."""
    try:
        return bool(fold_name(checked_label(text)))
    except ValueRefusedError:
        return False


def _option_keys(spec: FieldSpec) -> dict[str, str]:
    found: dict[str, str] = {}
    for option in spec.options:
        found.setdefault(fold_name(option.key), option.key)
    for option in spec.options:
        found[fold_name(option.label)] = option.key
    return found


def _keys_of_lists(cells: pl.Series, meaning: Mapping[str, str | None]) -> pl.Series:
    """Each list as one text of sorted keys; None where a part means nothing."""
    unique = cells.drop_nulls().unique(maintain_order=True)
    joined = []
    for parts in unique:
        keys = [meaning[text] for text in parts]
        joined.append(None if None in keys else SEPARATOR.join(sorted({key for key in keys if key is not None})))
    table = {"\x00".join(parts): text for parts, text in zip(unique.to_list(), joined, strict=True)}
    return cells.list.join("\x00").replace_strict(table, default=None, return_dtype=pl.String)


def _unknown_option(cell: object, meaning: Mapping[str, str | None], spec: FieldSpec) -> tuple[str, str]:
    parts = cell.to_list() if isinstance(cell, pl.Series) else [str(cell)]
    text = next((part for part in parts if meaning.get(part) is None), "")
    return text, _("this is not an option of “%(field)s”") % {"field": spec.label}


def _user(users: Mapping[str, int | None], text: str) -> int | None:
    return users.get(fold(text)) or users.get(fold_name(text))


def _no_user(users: Mapping[str, int | None], text: str) -> str:
    if fold_name(text) in users:
        return _("several people have this name: write the e-mail address")
    return _("nobody here has this name or e-mail address")


def _currency(context: Context) -> Callable[[str], str | None]:
    """A code that deals can be kept in: the workspace's own, or one with a rate."""

    def code(text: str) -> str | None:
        found = text.strip().upper()
        usable = found == context.currency or (found in current_currencies() and found in context.rates)
        return found if usable else None

    return code


def _stage_words(context: Context) -> dict[str, int]:
    """Stages by key, by name, and the first of a state by the words for it."""
    found: dict[str, int] = {}
    for word, state in STATE_WORDS.items():
        first = next((stage.id for stage in context.stages if stage.state == state), None)
        if first is not None:
            found[fold_name(word)] = first
    found |= {fold_name(stage.key): stage.id for stage in context.stages}
    return found | {fold_name(stage.label): stage.id for stage in context.stages}


def _product(context: Context, new: NewThings) -> Callable[[str], int | None]:
    added: dict[str, int] = {}

    def product(text: str) -> int | None:
        folded = fold_name(text)[:400]
        if folded in context.products:
            return context.products[folded]
        if not _is_label(text):
            return None
        if folded not in added:
            new.products.append(text)
            added[folded] = -len(new.products)
        return added[folded]

    return product


@cache
def _countries(languages: tuple[str, ...]) -> dict[str, str]:
    """ISO codes by folded name in these languages, and by code."""
    found: dict[str, str] = {}
    for language in languages:
        for code, name in Locale.parse(language, sep="-").territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(fold_name(name), code)
    found |= {fold_name(alias): code for alias, code in ALIASES.items()}
    found |= {code.lower(): code for code in set(found.values())}
    return found | {code.lower(): two for code, two in ISO3.items()}


ALIASES = {"USA": "US", "U.S.A.": "US", "U.S.": "US", "United States of America": "US", "Great Britain": "GB"} | {
    "England": "GB",
    "Korea": "KR",
    "South Korea": "KR",
    "Russia": "RU",
    "Russian Federation": "RU",
    "Czech Republic": "CZ",
    "Vietnam": "VN",
    "Turkey": "TR",
    "Holland": "NL",
}


def find_country(text: str) -> str | None:
    """The ISO code of the country that the text names, in the reader's language or one of a few others, or is a code
    of; None if there is none."""
    return _countries(tuple(dict.fromkeys((get_language() or "en", "en", "pl", "ru", "de")))).get(fold_name(text))


def _unknown_country(text: str) -> str:
    from difflib import get_close_matches

    names = {fold_name(name): name for name in Locale.parse(get_language() or "en", sep="-").territories.values()}
    close = get_close_matches(fold_name(text), names, n=1, cutoff=0.8)
    if close:
        return _("there is no such country; did you mean %(name)s?") % {"name": names[close[0]]}
    return _("there is no such country")
