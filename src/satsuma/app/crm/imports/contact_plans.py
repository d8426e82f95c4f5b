"""What a file does to companies or people: groups its rows by key, finds what is stored, and compares. Called by
`plan`, once and again until no further row turns out to be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.folding import domain_of, fold_name
from satsuma.app.crm.imports.context import Context, Part
from satsuma.app.crm.imports.lookups import SEPARATOR
from satsuma.app.crm.imports.mapping import Mapped
from satsuma.app.crm.imports.matching import find_contacts
from satsuma.app.crm.imports.parsing import INDEX
from satsuma.app.crm.imports.rowset import PLACE, RowSet, first_filled
from satsuma.app.crm.imports.targets import FIRST_NAME, KEY_NAMES, LAST_NAME, OWNER
from satsuma.app.crm.models import Contact
from satsuma.domain.folding import fold
from satsuma.domain.model import FieldType

GROUP, ID, KEY, ACTION, COMPANY = "group", "id", "#", "action", "company_group"
NEW, CHANGED, UNCHANGED = 0, 1, 2
CHUNK = 5_000
STORED_TYPES: dict[FieldType, type[pl.DataType]] = {
    FieldType.NUMBER: pl.Float64,
    FieldType.MONEY: pl.Float64,
    FieldType.RATING: pl.Int64,
    FieldType.YES_NO: pl.Boolean,
    FieldType.DATE: pl.Date,
    FieldType.CHOICE: pl.String,
    FieldType.CHOICES: pl.String,
    FieldType.TEXT: pl.String,
}


@dataclass
class ContactPlan:
    """One row of `frame` for each contact: `group`, `row` (of the file, the first), `id` (NULL: new), `action`, for
    people `company_group`, and a column for each name in `names`. `before` has the stored values beside it, `groups`
    the group of each good row by its place."""

    part: Part
    names: tuple[str, ...]
    frame: pl.DataFrame
    before: pl.DataFrame
    groups: pl.DataFrame

    def count(self, action: int) -> int:
        return int((self.frame[ACTION] == action).sum())


class ContactPlanner:
    """Companies or people of one file."""

    def __init__(self, part: Part, rows: RowSet, mapped: Sequence[Mapped], key: str, context: Context) -> None:
        self.part, self.rows, self.key, self.context = part, rows, key, context
        own = [item.target for item in mapped if item.target.part is part and item.target.key in rows.data.columns]
        self.targets = {target.name: target for target in own if target.name not in (FIRST_NAME, LAST_NAME)}
        self.specs: dict[str, FieldSpec] = {
            name: target.field for name, target in self.targets.items() if target.field is not None
        }
        self.has_own = bool(own)
        self._found: dict[str, pl.DataFrame] = {}
        if self.has_own:
            self._prepare([target.key for target in own])

    def column(self, name: str) -> str:
        return f"{self.part}.{name}"

    @property
    def key_column(self) -> str:
        """The target that errors of the key are shown beside."""
        sources = {"domain": ("website", "email"), "name": ("name", LAST_NAME, FIRST_NAME)}.get(self.key, (self.key,))
        return next((self.column(name) for name in sources if self.column(name) in self.rows.data.columns), "")

    def _prepare(self, own: list[str]) -> None:
        """Adds whether a row has such a contact, its key, and its name out of first and last name."""
        data = self.rows.data
        has = data.select(pl.any_horizontal(pl.col(own).is_not_null())).to_series()
        if self.part is Part.PERSON and {self.column(FIRST_NAME), self.column(LAST_NAME)} & set(own):
            parts = [pl.col(key) for key in (self.column(FIRST_NAME), self.column(LAST_NAME)) if key in own]
            joined = pl.concat_str(parts, separator=" ", ignore_nulls=True).replace("", None)
            name = pl.coalesce(pl.col(self.column("name")), joined) if self.column("name") in own else joined
            data = data.with_columns(name.alias(self.column("name")))
            spec = self.context.fields[self.part].get("name")
            if spec is not None and "name" not in self.targets:
                self.specs["name"] = spec
        self.rows.data = data
        self.rows.data = data.with_columns(has.alias(self.column("?")), self._keys().alias(self.column("#")))
        self.names = tuple(dict.fromkeys([*self.specs, *(name for name in self.targets if name == OWNER)]))

    def _keys(self) -> pl.Series:
        columns = self.rows.data.columns
        sources = {"domain": ("website", "email")}.get(self.key, (self.key,))
        folding: Callable[[str], str] = {
            "domain": domain_of,
            "email": fold,
            "name": lambda text: fold_name(text)[:400],
        }.get(self.key, str)
        found = pl.Series([None] * self.rows.data.height, dtype=pl.String)
        for name in sources:
            if (column := self.column(name)) in columns:
                texts = self.rows.data[column]
                keys = {text: folding(text) or None for text in texts.drop_nulls().unique()}
                found = found.fill_null(texts.replace_strict(keys, default=None, return_dtype=pl.String))
        return found

    def plan(self, companies: ContactPlan | None) -> ContactPlan:
        """The plan for the rows that are good so far; rows that turn out to be wrong are refused on the way, and left
        to the next call."""
        if not self.has_own:
            return self._nothing()
        good = self._with_company(self._keyed(), companies)
        groups = self._grouped(good)
        self._refuse_conflicts(groups)
        merged = self._merged(groups)
        matched = self._matched(merged, groups, companies)
        before = self._before(matched)
        return ContactPlan(
            self.part,
            self.names,
            self._with_action(matched, before, companies),
            before,
            groups.select(PLACE, GROUP),
        )

    def _nothing(self) -> ContactPlan:
        frame = pl.DataFrame(schema={GROUP: pl.UInt32, INDEX: pl.Int64, ID: pl.Int64, ACTION: pl.Int8})
        groups = pl.DataFrame(schema={PLACE: pl.UInt32, GROUP: pl.UInt32})
        return ContactPlan(self.part, (), frame, pl.DataFrame(), groups)

    def _keyed(self) -> pl.DataFrame:
        """The good rows that have such a contact; those without a key are refused."""
        there = self.rows.good.filter(pl.col(self.column("?")))
        without = there.filter(pl.col(self.column("#")).is_null())[PLACE]
        sentence = _("without “%(key)s” this row cannot be matched") % {"key": KEY_NAMES[self.key]}
        self.rows.refuse(without, self.key_column, sentence)
        return there.filter(pl.col(self.column("#")).is_not_null())

    def _with_company(self, good: pl.DataFrame, companies: ContactPlan | None) -> pl.DataFrame:
        if self.part is Part.COMPANY or companies is None:
            return good.with_columns(pl.lit(None, dtype=pl.UInt32).alias(COMPANY))
        groups = companies.groups.rename({GROUP: COMPANY})
        return good.join(groups, on=PLACE, how="left", maintain_order="left")

    def _grouped(self, good: pl.DataFrame) -> pl.DataFrame:
        """A number for each contact: rows of one key are one; people of one name are one within a company."""
        by = [self.column("#"), *([COMPANY] if self.part is Part.PERSON and self.key == "name" else [])]
        firsts = good.select(by).unique(maintain_order=True).with_row_index(GROUP)
        return good.join(firsts, on=by, how="left", maintain_order="left", nulls_equal=True)

    def _refuse_conflicts(self, groups: pl.DataFrame) -> None:
        """Rows that say something else of a contact than an earlier row does."""
        if groups.height == groups[GROUP].n_unique():
            return
        checked = [self.column(name) for name in self.names if not (name == "name" and self.key == "name")]
        for column in [*checked, *([COMPANY] if self.part is Part.PERSON else [])]:
            first = first_filled(column).over(GROUP)
            other = groups.filter((pl.col(column) != first).fill_null(value=False))
            sentence = _("an earlier row says something else of the same contact")
            target = column if column != COMPANY else f"{Part.COMPANY}.name"
            self.rows.refuse(other[PLACE], target, sentence)

    def _merged(self, groups: pl.DataFrame) -> pl.DataFrame:
        """One row for each contact, the first filled cell of each column."""
        left = groups.filter(~self.rows.refusals.marks.gather(groups[PLACE]))
        columns = [first_filled(self.column(name)).alias(name) for name in self.names]
        return left.group_by(GROUP, maintain_order=True).agg(
            pl.col(INDEX).min(), pl.col(self.column("#")).first().alias(KEY), first_filled(COMPANY), *columns
        )

    def _matched(self, merged: pl.DataFrame, groups: pl.DataFrame, companies: ContactPlan | None) -> pl.DataFrame:
        """The contacts with the id of the stored one; what cannot be told or made is refused and left out."""
        found = self._lookup(self.key, merged[KEY])
        pairs = merged.select(GROUP, KEY, COMPANY).join(found, left_on=KEY, right_on="key", how="inner")
        if self.part is Part.PERSON and self.key == "name":
            pairs = _within_company(pairs, companies)
        matches = pairs.group_by(GROUP).agg(pl.len().alias("many"), pl.col("id").first(), pl.col("binned").first())
        matched = merged.join(matches, on=GROUP, how="left", maintain_order="left")
        refused: set[int] = set()
        for wrong, target, sentence in self._mismatches(matched):
            lost = set(matched.filter(wrong.fill_null(value=False))[GROUP]) - refused
            self.rows.refuse(groups.filter(pl.col(GROUP).is_in(list(lost)))[PLACE], target, sentence)
            refused |= lost
        return matched.filter(~pl.col(GROUP).is_in(list(refused))).drop("many", "binned")

    def _mismatches(self, matched: pl.DataFrame) -> Iterator[tuple[pl.Series, str, str]]:
        """What may be wrong with whole contacts: which, beside what, and the sentence."""
        yield matched["many"] > 1, self.key_column, _("several contacts match: which one is meant cannot be told")
        yield matched["binned"], self.key_column, _("the contact of this ID is in the bin: restore or erase it first")
        if "external_id" in self.names and self.key != "external_id":
            yield self._has_taken_id(matched), self.column("external_id"), _("another contact has this ID")
        is_new = matched["id"].is_null()
        name = matched["name"].is_null() if "name" in self.names else pl.repeat(True, matched.height, eager=True)  # noqa: FBT003
        sentence = _("there is no such contact yet, and without a name it cannot be made")
        yield is_new & name, self.key_column, sentence
        for key, spec in self.context.fields[self.part].items():
            if spec.required and key != "name":
                missing = matched[key].is_null() if key in self.names else name | ~name
                sentence = _("a new contact needs “%(field)s”") % {"field": spec.label}
                yield is_new & missing, self.column(key) if key in self.names else self.key_column, sentence

    def _has_taken_id(self, matched: pl.DataFrame) -> pl.Series:
        given = matched["external_id"]
        holders = self._lookup("external_id", given).rename({"id": "holder"}).select("key", "holder")
        holder = matched.join(holders, left_on="external_id", right_on="key", how="left", maintain_order="left")[
            "holder"
        ]
        twice = given.is_not_null() & given.is_duplicated() & ~given.is_first_distinct()
        return (holder.is_not_null() & holder.ne_missing(matched["id"])) | twice

    def _lookup(self, key: str, texts: pl.Series) -> pl.DataFrame:
        """What is stored for the keys, asked once: later calls have fewer of them."""
        if key not in self._found:
            unique = texts.drop_nulls().unique(maintain_order=True)
            self._found[key] = find_contacts(self.part, key, unique.to_list())
        return self._found[key]

    def _before(self, matched: pl.DataFrame) -> pl.DataFrame:
        """The stored values of the same contacts, in the same order; NULL for new ones."""
        ids = matched["id"].drop_nulls().to_list()
        parts = [self._stored(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK)]
        schema = {"id": pl.Int64, "company_id": pl.Int64} | {name: self._type(name) for name in self.names}
        stored = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
        return matched.select("id").join(stored, on="id", how="left", maintain_order="left").drop("id")

    def _type(self, name: str) -> type[pl.DataType]:
        return pl.Int64 if name == OWNER else STORED_TYPES[self.specs[name].type]

    def _stored(self, ids: Sequence[int]) -> pl.DataFrame:
        columns = [name for name in self.names if name != OWNER and self.specs[name].is_column]
        custom = [name for name in self.names if name != OWNER and not self.specs[name].is_column]
        wanted = ["id", "company_id", "owner_id", *columns, *(["values"] if custom else [])]
        rows = list(Contact.objects.filter(id__in=ids).values_list(*wanted))
        found: dict[str, list[Any]] = {name: [row[place] for row in rows] for place, name in enumerate(wanted)}
        values = found.pop("values", [])
        series = [
            pl.Series("id", found["id"], dtype=pl.Int64),
            pl.Series("company_id", found["company_id"], dtype=pl.Int64),
        ]
        for name in self.names:
            if name == OWNER:
                cells = found["owner_id"]
            elif name in found:
                cells = [None if cell == "" else cell for cell in found[name]]
            else:
                cells = [_custom(row.get(name)) for row in values]
            series.append(_series(name, cells, self._type(name)))
        return pl.DataFrame(series)

    def _with_action(self, matched: pl.DataFrame, before: pl.DataFrame, companies: ContactPlan | None) -> pl.DataFrame:
        if self.key == "name" and "name" in self.names:  # other capitals or accents do not rename anybody
            kept = pl.when(matched["id"].is_not_null()).then(before["name"]).otherwise(matched["name"])
            matched = matched.with_columns(pl.select(kept.alias("name")).to_series())
        differs = pl.repeat(value=False, n=matched.height, dtype=pl.Boolean, eager=True)
        for name in self.names:
            given = matched[name]
            differs |= given.is_not_null() & given.ne_missing(before[name])
        if companies is not None and self.part is Part.PERSON:
            known = companies.frame.select(pl.col(GROUP).alias(COMPANY), pl.col(ID).alias("company_id"))
            wanted = matched.join(known, on=COMPANY, how="left", maintain_order="left")["company_id"]
            moved = matched[COMPANY].is_not_null() & (wanted.is_null() | wanted.ne_missing(before["company_id"]))
            differs |= moved
        action = pl.select(
            pl.when(matched["id"].is_null()).then(NEW).when(differs).then(CHANGED).otherwise(UNCHANGED).cast(pl.Int8)
        ).to_series()
        return matched.with_columns(action.alias(ACTION))


def _within_company(pairs: pl.DataFrame, companies: ContactPlan | None) -> pl.DataFrame:
    """People of a name: those of the row's company, else those without one; all where the row names no company."""
    if companies is None:
        return pairs
    known = companies.frame.select(pl.col(GROUP).alias(COMPANY), pl.col(ID).alias("wanted"))
    pairs = pairs.join(known, on=COMPANY, how="left")
    rank = (
        pl.when(pl.col(COMPANY).is_null() | (pl.col("company_id") == pl.col("wanted")))
        .then(0)
        .when(pl.col("company_id").is_null())
        .then(1)
        .otherwise(2)
    )
    ranked = pairs.with_columns(rank.alias("rank"))
    return ranked.filter((pl.col("rank") < 2) & (pl.col("rank") == pl.col("rank").min().over(GROUP)))


def _custom(stored: Any) -> Any:
    return SEPARATOR.join(sorted(stored)) if isinstance(stored, list) else stored


def _series(name: str, cells: list[Any], dtype: type[pl.DataType]) -> pl.Series:
    if dtype == pl.Date:
        return pl.Series(name, cells, dtype=pl.String).str.to_date("%Y-%m-%d")
    if dtype == pl.Float64:
        return pl.Series(name, [None if cell is None else float(cell) for cell in cells], dtype=dtype)
    return pl.Series(name, cells, dtype=dtype)
