"""What a file does to deals: groups its rows, finds what is stored, and works out each deal as it will be. Called by
`plan`, once and again until no further row turns out to be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.imports.contact_plans import CHANGED, GROUP, ID, NEW, UNCHANGED, ContactPlan
from satsuma.app.crm.imports.context import Context, Part, StageFacts
from satsuma.app.crm.imports.matching import find_deals
from satsuma.app.crm.imports.parsing import INDEX
from satsuma.app.crm.imports.rowset import PLACE, RowSet, first_filled
from satsuma.app.crm.models import Deal
from satsuma.app.crm.money import worth_e4
from satsuma.app.crm.values import ValueRefusedError

NAMES = ("title", "external_id", "value", "currency", "stage", "product", "opened_on", "closed_on", "owner")
CHUNK = 2_000
STORED = (
    *(
        "id",
        "title",
        "external_id",
        "company_id",
        "person_id",
        "value_e4",
        "currency",
        "rate",
        "worth_e4",
        "product_id",
    ),
    *("stage_id", "state", "opened_on", "closed_on", "owner_id"),
)
COMPANY, PERSON = "company_group", "person_group"
WRITTEN = tuple(name for name in STORED if name not in ("id", "company_id", "person_id"))


@dataclass(slots=True)
class PlannedDeal:
    """A deal as it will be. `after` has what is written by column; company and person come by their groups. `before` is
    what is stored, None for a new one."""

    row: int
    action: int
    id: int | None
    company_group: int | None
    person_group: int | None
    after: dict[str, Any]
    before: Mapping[str, Any] | None = None


@dataclass
class DealPlan:
    """`without_contact` counts new deals that name nobody; `closed_today` those that got the day of the import."""

    deals: list[PlannedDeal] = field(default_factory=list)
    without_contact: int = 0
    closed_today: int = 0

    def count(self, action: int) -> int:
        return sum(1 for deal in self.deals if deal.action == action)


class DealRefusedError(ValueError):
    """A deal that cannot be; `name` is the target it is shown beside."""

    def __init__(self, name: str, sentence: str) -> None:
        self.name, self.sentence = name, sentence
        super().__init__(sentence)


class DealPlanner:
    """The deals of one file."""

    def __init__(self, rows: RowSet, key: str, context: Context, new_products: Sequence[str]) -> None:
        self.rows, self.key, self.context, self.new_products = rows, key, context, new_products
        self.names = [name for name in NAMES if f"{Part.DEAL}.{name}" in rows.data.columns]
        self.stages = {stage.id: stage for stage in context.stages}
        self.first_open = next((stage for stage in context.stages if stage.state == "open"), None)
        self._found: pl.DataFrame | None = None

    def plan(self, companies: ContactPlan, people: ContactPlan) -> DealPlan:
        if not self.names:
            return DealPlan()
        groups = self._grouped(self._with_contacts(companies, people))
        self._refuse_conflicts(groups)
        left = groups.filter(~self.rows.refusals.marks.gather(groups[PLACE]))
        merged = left.group_by(GROUP, maintain_order=True).agg(
            pl.col(INDEX).min(),
            first_filled(COMPANY),
            first_filled(PERSON),
            pl.col("#").first(),
            *(first_filled(f"{Part.DEAL}.{name}").alias(name) for name in self.names),
        )
        matched = self._matched(merged, groups, companies, people)
        return self._planned(matched, groups, companies)

    def _with_contacts(self, companies: ContactPlan, people: ContactPlan) -> pl.DataFrame:
        telling = [f"{Part.DEAL}.{name}" for name in self.names if name not in ("currency", "owner")]
        good = self.rows.good
        if telling:
            good = good.filter(pl.any_horizontal(pl.col(telling).is_not_null()))
        good = good.join(companies.groups.rename({GROUP: COMPANY}), on=PLACE, how="left", maintain_order="left")
        return good.join(people.groups.rename({GROUP: PERSON}), on=PLACE, how="left", maintain_order="left")

    def _grouped(self, good: pl.DataFrame) -> pl.DataFrame:
        if self.key == "":
            return good.with_columns(pl.lit(None, dtype=pl.String).alias("#")).with_row_index(GROUP)
        target = f"{Part.DEAL}.{self.key}"
        texts = good[target]
        keys = {text: fold_name(text)[:400] for text in texts.drop_nulls().unique()} if self.key == "title" else None
        key = texts if keys is None else texts.replace_strict(keys, default=None, return_dtype=pl.String)
        good = good.with_columns(key.alias("#"))
        self.rows.refuse(good.filter(pl.col("#").is_null())[PLACE], target, _("without it this deal cannot be matched"))
        good = good.filter(pl.col("#").is_not_null())
        by = ["#"] if self.key == "external_id" else ["#", COMPANY, PERSON]
        firsts = good.select(by).unique(maintain_order=True).with_row_index(GROUP)
        return good.join(firsts, on=by, how="left", maintain_order="left", nulls_equal=True)

    def _refuse_conflicts(self, groups: pl.DataFrame) -> None:
        if groups.height == groups[GROUP].n_unique():
            return
        for column in [COMPANY, PERSON, *(f"{Part.DEAL}.{name}" for name in self.names)]:
            other = groups.filter((pl.col(column) != first_filled(column).over(GROUP)).fill_null(value=False))
            target = f"{Part.DEAL}.{self.key}" if column in (COMPANY, PERSON) else column
            self.rows.refuse(other[PLACE], target, _("an earlier row says something else of the same deal"))

    def _matched(
        self, merged: pl.DataFrame, groups: pl.DataFrame, companies: ContactPlan, people: ContactPlan
    ) -> pl.DataFrame:
        if self.key == "":
            self._refuse_taken_ids(merged, groups)
            return merged.with_columns(pl.lit(None, dtype=pl.Int64).alias(ID))
        if self._found is None:
            self._found = find_deals(self.key, merged["#"].unique(maintain_order=True).to_list())
        pairs = merged.select(GROUP, "#", COMPANY, PERSON).join(self._found, left_on="#", right_on="key", how="inner")
        if self.key == "title":
            pairs = _of_same_contact(pairs, companies, people)
        matches = pairs.group_by(GROUP).agg(pl.len().alias("many"), pl.col(ID).first(), pl.col("binned").first())
        matched = merged.join(matches, on=GROUP, how="left", maintain_order="left")
        target = f"{Part.DEAL}.{self.key}"
        several = matched.filter(pl.col("many") > 1)[GROUP]
        self._refuse_groups(groups, several, target, _("several deals match: which one is meant cannot be told"))
        binned = matched.filter(pl.col("binned"))[GROUP]
        self._refuse_groups(groups, binned, target, _("the deal of this ID is in the bin: restore or erase it first"))
        return matched.filter(~pl.col(GROUP).is_in([*several, *binned])).drop("many", "binned")

    def _refuse_taken_ids(self, merged: pl.DataFrame, groups: pl.DataFrame) -> None:
        if "external_id" not in self.names:
            return
        given = merged["external_id"]
        held = find_deals("external_id", given.drop_nulls().unique().to_list())["key"].implode()
        taken = merged.filter(given.is_in(held) | (given.is_not_null() & given.is_duplicated()))
        self._refuse_groups(groups, taken[GROUP], f"{Part.DEAL}.external_id", _("another deal has this ID"))

    def _refuse_groups(self, groups: pl.DataFrame, wrong: pl.Series, target: str, sentence: str) -> None:
        self.rows.refuse(groups.filter(pl.col(GROUP).is_in(wrong.to_list()))[PLACE], target, sentence)

    def _planned(self, matched: pl.DataFrame, groups: pl.DataFrame, companies: ContactPlan) -> DealPlan:
        plan = DealPlan()
        stored = self._stored(matched[ID].drop_nulls().to_list())
        names = _company_names(companies)
        refused: dict[tuple[str, str], list[int]] = {}
        for row in matched.iter_rows(named=True):
            before = stored.get(row[ID]) if row[ID] is not None else None
            try:
                plan.deals.append(self._deal(row, before, names, plan))
            except DealRefusedError as error:
                refused.setdefault((error.name, error.sentence), []).append(row[GROUP])
        for (name, sentence), wrong in refused.items():
            self._refuse_groups(groups, pl.Series(wrong, dtype=pl.UInt32), f"{Part.DEAL}.{name}", sentence)
        return plan

    def _deal(
        self, row: Mapping[str, Any], before: Mapping[str, Any] | None, names: Mapping[int, str], plan: DealPlan
    ) -> PlannedDeal:
        given = {name: row[name] for name in self.names if row[name] is not None}
        after: dict[str, Any] = {"opened_on": given.get("opened_on", before["opened_on"] if before else None)}
        for name, column in (("external_id", "external_id"), ("product", "product_id"), ("owner", "owner_id")):
            empty = "" if column == "external_id" else None
            after[column] = given.get(name, before[column] if before else empty)
        after["title"] = given.get("title") or (before["title"] if before else self._title(given, row[COMPANY], names))
        after |= self._money(given, before)
        after |= self._stage(given, before, plan)
        if after["opened_on"] and after["closed_on"] and after["closed_on"] < after["opened_on"]:
            raise DealRefusedError("closed_on", _("the deal is closed before it is opened"))
        if before is None and row[COMPANY] is None and row[PERSON] is None:
            plan.without_contact += 1
        return PlannedDeal(
            row[INDEX], self._action(after, before, row), row[ID], row[COMPANY], row[PERSON], after, before
        )

    def _title(self, given: Mapping[str, Any], company: int | None, names: Mapping[int, str]) -> str:
        """A title out of what is known, for deals that have none."""
        number = given.get("product", 0)
        product = self.new_products[-number - 1] if number < 0 else self.context.product_labels.get(number, "")
        name = names.get(company, "") if company is not None else ""
        parts = [part for part in (name, product or str(given.get("external_id", ""))) if part]
        return " – ".join(parts)[:200] or _("Deal")

    def _money(self, given: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        own = self.context.currency
        currency = given.get("currency") or (before["currency"] if before else own) or own
        if before is not None and currency == before["currency"]:
            rate = before["rate"]
        else:
            rate = Decimal(1) if currency == own else self.context.rates[currency]
        value = given.get("value", before["value_e4"] if before else None)
        try:
            worth = None if value is None else value if rate == 1 else worth_e4(value, rate)
        except ValueRefusedError as error:
            raise DealRefusedError("value", str(error)) from error
        return {"value_e4": value, "currency": currency, "rate": rate, "worth_e4": worth}

    def _stage(self, given: Mapping[str, Any], before: Mapping[str, Any] | None, plan: DealPlan) -> dict[str, Any]:
        stage_id = given.get("stage", before["stage_id"] if before else None)
        stage: StageFacts | None = self.stages.get(stage_id) if stage_id is not None else self.first_open
        if stage is None and before is not None and "stage" not in given:  # a stage that is no longer offered stays
            stage = StageFacts(before["stage_id"], "", "", before["state"])
        if stage is None:
            raise DealRefusedError("stage", _("the workspace has no stage for open deals"))
        closed: date | None = given.get("closed_on")
        if stage.state == "open":
            if closed is not None:
                raise DealRefusedError(
                    "closed_on", _("an open deal has no closing day: empty the cell, or map the stage")
                )
            return {"stage_id": stage.id, "state": stage.state, "closed_on": None}
        if closed is None and before is not None and before["state"] == stage.state:
            closed = before["closed_on"]
        if closed is None and "closed_on" in self.names:
            raise DealRefusedError("closed_on", _("a won or lost deal needs the day it was closed on"))
        if closed is None:
            plan.closed_today += 1
            closed = self.context.today
        return {"stage_id": stage.id, "state": stage.state, "closed_on": closed}

    def _action(self, after: Mapping[str, Any], before: Mapping[str, Any] | None, row: Mapping[str, Any]) -> int:
        if before is None:
            return NEW
        moved = self._moved(row, before)
        return CHANGED if moved or any(after[name] != before[name] for name in WRITTEN) else UNCHANGED

    def _moved(self, row: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
        """Whether the row names another company or person than the stored deal has."""
        pairs = ((row[COMPANY], "company_id", self._company_ids), (row[PERSON], "person_id", self._person_ids))
        return any(group is not None and ids.get(group) != before[link] for group, link, ids in pairs)

    def _stored(self, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for start in range(0, len(ids), CHUNK):
            rows = Deal.objects.filter(id__in=ids[start : start + CHUNK]).values(*STORED)
            found |= {row["id"]: dict(row) for row in rows}
        return found

    def know(self, companies: ContactPlan, people: ContactPlan) -> None:
        """The ids of the stored contacts by group."""
        self._company_ids = _ids(companies)
        self._person_ids = _ids(people)


def _ids(plan: ContactPlan) -> dict[int, int]:
    known = plan.frame.filter(pl.col(ID).is_not_null()) if plan.frame.height else plan.frame
    return dict(zip(known[GROUP], known[ID], strict=True))


def _company_names(companies: ContactPlan) -> dict[int, str]:
    if "name" not in companies.frame.columns:
        return {}
    named = companies.frame.filter(pl.col("name").is_not_null())
    return dict(zip(named[GROUP], named["name"], strict=True))


def _of_same_contact(pairs: pl.DataFrame, companies: ContactPlan, people: ContactPlan) -> pl.DataFrame:
    """Stored deals of the same company, or of the same person where the row names no company."""
    company, person = _ids(companies), _ids(people)
    rows = [
        row
        for row in pairs.iter_rows(named=True)
        if row["company_id"] == company.get(row[COMPANY])
        and (row[PERSON] is None or row["person_id"] == person.get(row[PERSON]))
    ]
    return pl.DataFrame(rows, schema=pairs.schema) if rows else pairs.clear()
