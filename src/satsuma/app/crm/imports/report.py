"""What a plan does, as people read it before they let it: counts, examples, everything new, every error. JSON, in the
language of whoever asked. Made by the dry run, kept in the import's row; the errors go into a file beside the upload.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app import locale
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.imports.contact_plans import ACTION, CHANGED, COMPANY, NEW, UNCHANGED, ContactPlan
from satsuma.app.crm.imports.context import Context, Part
from satsuma.app.crm.imports.deal_plans import DealPlan
from satsuma.app.crm.imports.lookups import SEPARATOR
from satsuma.app.crm.imports.parsing import INDEX
from satsuma.app.crm.imports.plan import Plan
from satsuma.app.crm.imports.preparing import specs_of
from satsuma.app.crm.imports.targets import PART_NAMES
from satsuma.app.crm.imports.wording import FILE
from satsuma.app.crm.wording import shown_value
from satsuma.domain.model import FieldType
from satsuma.tables.formulas import defused_names
from satsuma.tables.refusals import Refusal

EXAMPLES = 20
SHOWN_ERRORS = 200
SHOWN_LABELS = 20
ERRORS = "errors.csv"


def make_report(plan: Plan, faults: Sequence[Mapping[str, Any]], context: Context) -> dict[str, Any]:
    """`rows`, `bad_rows`, `parts` (new, changed, unchanged by part), `examples`, `new_things`, `notes`, `faults` (what
    is wrong with whole columns), `errors` (the first), `error_count` and `reasons`."""
    return {
        "rows": plan.row_count,
        "bad_rows": plan.bad_rows,
        "parts": _parts(plan),
        "examples": [*_examples(plan, context)],
        "new_things": [*_new_things(plan)],
        "notes": [*_notes(plan.deals)],
        "faults": [_fault(fault) for fault in faults],
        "errors": [_error(refusal) for refusal in plan.refusals[:SHOWN_ERRORS]],
        "error_count": sum(plan.counts.values()),
        "reasons": _reasons(plan.refusals),
    }


def can_run(report: Mapping[str, Any], *, skip_bad_rows: bool) -> bool:
    """Whether there is anything that may be written."""
    writes = any(part["new"] + part["changed"] for part in report["parts"])
    return writes and not report["faults"] and (skip_bad_rows or not report["bad_rows"])


def write_errors(path: Path, refusals: Sequence[Refusal]) -> None:
    """Every kept error as CSV, which no spreadsheet can take for formulas."""
    names = [_("Row"), _("Column"), _("Text"), _("What is wrong"), _("What to do")]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        columns = [[refusal.column, refusal.text, refusal.message, refusal.remedy] for refusal in refusals]
        safe = defused_names([text for row in columns for text in row])
        for place, refusal in enumerate(refusals):
            writer.writerow([refusal.row, *safe[4 * place : 4 * place + 4]])


def _parts(plan: Plan) -> list[dict[str, Any]]:
    mapped = {item.target.part for item in plan.mapped}
    counted: dict[Part, ContactPlan | DealPlan] = {
        Part.COMPANY: plan.companies,
        Part.PERSON: plan.people,
        Part.DEAL: plan.deals,
    }
    return [
        {
            "part": part.value,
            "name": str(PART_NAMES[part]),
            "new": counted[part].count(NEW),
            "changed": counted[part].count(CHANGED),
            "unchanged": counted[part].count(UNCHANGED),
        }
        for part in Part
        if part in mapped
    ]


def _examples(plan: Plan, context: Context) -> Iterator[dict[str, Any]]:
    """The first contacts and deals that are changed, field by field, and the first new ones."""
    for part, contacts in ((Part.COMPANY, plan.companies), (Part.PERSON, plan.people)):
        if contacts.frame.height:
            yield from _contact_examples(contacts, specs_of(plan, part, context))
    for action in (CHANGED, NEW):
        for deal in [deal for deal in plan.deals.deals if deal.action == action][:EXAMPLES]:
            before = deal.before or {}
            changes = [
                {"field": name, "before": _plain(before.get(name)), "after": _plain(deal.after[name])}
                for name in ("title", "state", "opened_on", "closed_on", "external_id")
                if before and before.get(name) != deal.after[name]
            ]
            yield {
                "part": "deal",
                "row": deal.row,
                "is_new": action == NEW,
                "name": deal.after["title"],
                "changes": changes,
            }


def _contact_examples(plan: ContactPlan, specs: Mapping[str, FieldSpec]) -> Iterator[dict[str, Any]]:
    both = plan.frame.with_columns(
        plan.before[name].alias(f"{name} before") for name in plan.before.columns if name in plan.names
    )
    for action in (CHANGED, NEW):
        for row in both.filter(pl.col(ACTION) == action).head(EXAMPLES).iter_rows(named=True):
            changes = [
                {
                    "field": specs[name].label if name in specs else _("Owner"),
                    "before": _shown(specs.get(name), row[f"{name} before"]),
                    "after": _shown(specs.get(name), row[name]),
                }
                for name in plan.names
                if action == CHANGED and row[name] is not None and row[name] != row[f"{name} before"]
            ]
            if action == CHANGED and not changes and row.get(COMPANY) is not None:
                changes = [{"field": _("Company"), "before": "", "after": ""}]
            yield {
                "part": plan.part.value,
                "row": row[INDEX],
                "is_new": action == NEW,
                "name": row.get("name") or row["#"],
                "changes": changes,
            }


def _shown(spec: FieldSpec | None, value: Any) -> str:
    if value is None:
        return ""
    if spec is None:
        return f"#{value}"
    if spec.type in (FieldType.CHOICE, FieldType.CHOICES):
        labels = [spec.option_labels.get(key, _("new option")) for key in str(value).split(SEPARATOR)]
        return ", ".join(labels)
    return shown_value(spec, value)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _new_things(plan: Plan) -> Iterator[str]:
    labels = {item.target.key: item.target.label for item in plan.mapped}
    for item in plan.mapped:
        if item.is_new:
            yield _("New field: %(name)s") % {"name": item.target.label}
    for target, options in plan.new.options.items():
        count = len(options)
        sentence = ngettext(
            "%(count)d new option of “%(field)s”: %(names)s", "%(count)d new options of “%(field)s”: %(names)s", count
        )
        yield sentence % {"count": count, "field": labels.get(target, ""), "names": _listed(options)}
    if products := plan.new.products:
        count = len(products)
        sentence = ngettext("%(count)d new product: %(names)s", "%(count)d new products: %(names)s", count)
        yield sentence % {"count": count, "names": _listed(products)}


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(labels[:SHOWN_LABELS]) + (" …" if len(labels) > SHOWN_LABELS else "")


def _notes(deals: DealPlan) -> Iterator[str]:
    if count := deals.without_contact:
        yield ngettext(
            "%(shown)s deal names no company or person.", "%(shown)s deals name no company or person.", count
        ) % {"shown": locale.number(count)}
    if count := deals.closed_today:
        yield ngettext(
            "%(shown)s closed deal gets today as its closing day: no column says it.",
            "%(shown)s closed deals get today as their closing day: no column says it.",
            count,
        ) % {"shown": locale.number(count)}


def _fault(fault: Mapping[str, Any]) -> dict[str, str]:
    message, remedy = FILE.get(fault["code"], FILE["column_kind"])
    facts = {"row": "?", "found": "?", "expected": "?", "encoding": "?", "text": "", "column": "", "value": ""}
    shown = facts | {name: str(value) for name, value in fault["facts"].items()}
    return {"column": fault["column"], "message": str(message) % shown, "remedy": str(remedy)}


def _error(refusal: Refusal) -> dict[str, Any]:
    return {"row": refusal.row, "column": refusal.column, "text": refusal.text, "reason": refusal.message}


def _reasons(refusals: Sequence[Refusal]) -> list[dict[str, Any]]:
    """The commonest mistakes: column, text, reason, how often (among those that are kept)."""
    counted = Counter((refusal.column, refusal.text, refusal.message) for refusal in refusals)
    return [
        {"column": column, "text": text, "reason": reason, "shown": locale.number(count)}
        for (column, text, reason), count in counted.most_common(30)
    ]
