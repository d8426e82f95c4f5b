"""What a file would do, worked out completely before anything is written. The dry run shows it, the import does it:
both make it here, out of the same typed rows and what is stored at the time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from satsuma.app.crm.imports.contact_plans import ContactPlan, ContactPlanner
from satsuma.app.crm.imports.context import Context, Part
from satsuma.app.crm.imports.deal_plans import DealPlan, DealPlanner
from satsuma.app.crm.imports.lookups import NewThings, resolve
from satsuma.app.crm.imports.mapping import FileMapping, Mapped, mapped_columns
from satsuma.app.crm.imports.rowset import RowSet, column_names
from satsuma.app.crm.imports.wording import cell_reason
from satsuma.tables.refusals import Refusal

ROUNDS = 50
"""More rounds of finding wrong rows than any file needs: each only looks at what the last left over."""


@dataclass
class Plan:
    """Everything that an import will do. `bad_rows` are left out of it."""

    companies: ContactPlan
    people: ContactPlan
    deals: DealPlan
    new: NewThings
    mapped: list[Mapped]
    row_count: int
    bad_rows: int
    refusals: list[Refusal]
    counts: dict[str, int]

    @property
    def signature(self) -> str:
        """Stands for all of it: another plan has another one."""
        found = hashlib.sha256()
        for part in (self.companies, self.people):
            for frame in (part.frame, part.before):
                found.update(json.dumps([str(frame.schema), frame.height]).encode())
                if frame.width:
                    found.update(frame.write_ipc(None).getvalue())
        deals = [
            (deal.action, deal.id, deal.company_group, deal.person_group, deal.after, deal.before)
            for deal in self.deals.deals
        ]
        rest: Any = [deals, self.new.options, self.new.products, self.row_count, self.bad_rows]
        found.update(json.dumps(rest, default=str, sort_keys=True).encode())
        return found.hexdigest()


def make_plan(
    typed: pl.DataFrame,
    answer: Mapping[str, Any],
    mapping: FileMapping,
    context: Context,
    *,
    most_errors: int,
    look: Callable[[], None] | None = None,
) -> Plan:
    """The plan for rows that `parsing.read` typed; `answer` is what it said about them. `look` is called between steps
    and may raise. Raises ImportLimitError `new_options`. A few queries for each 20,000 rows; nothing is written."""
    mapped = mapped_columns(mapping, context)
    rows = RowSet(typed, column_names(mapped), most_errors)
    _take_over(rows, answer)
    new = resolve(rows, mapped, mapping, context)
    planners = _planners(rows, mapped, mapping, context, new)
    for _round in range(ROUNDS):
        if look is not None:
            look()
        before = rows.bad_count
        companies, people, deals = _round_of(planners)
        if rows.bad_count == before:
            break
    return Plan(companies, people, deals, new, mapped, rows.data.height, rows.bad_count, *_errors(rows))


def _take_over(rows: RowSet, answer: Mapping[str, Any]) -> None:
    """What the reader found wrong, in the reader's language."""
    for row, column, text, message, remedy in answer["refusals"]:
        rows.refusals.kept.append(Refusal(row, column, text, cell_reason(message), remedy))
    rows.refusals.counts.update(answer["counts"])


Planners = tuple[ContactPlanner, ContactPlanner, DealPlanner]


def _planners(
    rows: RowSet, mapped: Sequence[Mapped], mapping: FileMapping, context: Context, new: NewThings
) -> Planners:
    keys = mapping.keys
    company = ContactPlanner(Part.COMPANY, rows, mapped, keys.get(Part.COMPANY.value, "name"), context)
    person = ContactPlanner(Part.PERSON, rows, mapped, keys.get(Part.PERSON.value, "name"), context)
    return company, person, DealPlanner(rows, keys.get(Part.DEAL.value, ""), context, new.products)


def _round_of(planners: Planners) -> tuple[ContactPlan, ContactPlan, DealPlan]:
    company, person, deal = planners
    companies = company.plan(None)
    people = person.plan(companies)
    deal.know(companies, people)
    return companies, people, deal.plan(companies, people)


def _errors(rows: RowSet) -> tuple[list[Refusal], dict[str, int]]:
    kept = sorted(rows.refusals.kept, key=lambda refusal: (refusal.row, refusal.column))
    return kept, dict(rows.refusals.counts)
