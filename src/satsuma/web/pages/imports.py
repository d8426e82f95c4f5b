"""What the pages of imports show. Made by `views.imports`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.app.accounts.models import User
from satsuma.app.crm.imports.context import Context, Part
from satsuma.app.crm.imports.mapping import FileMapping
from satsuma.app.crm.imports.report import can_run
from satsuma.app.crm.imports.targets import KEY_NAMES, KEYS, NEW, PART_NAMES, list_targets
from satsuma.app.crm.models import Import
from satsuma.app.jobs.errors import RunNotFoundError
from satsuma.app.jobs.queries.runs import get_status_of
from satsuma.domain.model import FieldType
from satsuma.web.pages.jobs import JobView
from satsuma.web.pages.moved import Moved, moved_by_batch

STEPS = ("import_reading", "import_mapping", "import")
TYPE_NAMES: Mapping[FieldType, str | Promise] = {
    FieldType.NUMBER: gettext_lazy("Number"),
    FieldType.MONEY: gettext_lazy("Money"),
    FieldType.RATING: gettext_lazy("Rating"),
    FieldType.CHOICE: gettext_lazy("One of several options"),
    FieldType.CHOICES: gettext_lazy("Several options"),
    FieldType.YES_NO: gettext_lazy("Yes or no"),
    FieldType.DATE: gettext_lazy("Day"),
    FieldType.TEXT: gettext_lazy("Words"),
}
STATE_NAMES: Mapping[str, tuple[str | Promise, str]] = {
    "uploaded": (gettext_lazy("Uploaded"), "slate"),
    "mapped": (gettext_lazy("Mapped"), "slate"),
    "checked": (gettext_lazy("Checked, not brought in"), "blue"),
    "done": (gettext_lazy("Brought in"), "green"),
    "undone": (gettext_lazy("Undone"), "yellow"),
}
SAMPLES = 3
PLURALS: Mapping[Part, str | Promise] = {
    Part.COMPANY: gettext_lazy("Companies"),
    Part.PERSON: gettext_lazy("People"),
    Part.DEAL: gettext_lazy("Deals"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four at the top of the page; `url_name` is empty for one that cannot be gone to."""

    number: int
    label: str
    is_current: bool
    is_done: bool
    url_name: str = ""


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in the list."""

    row: Import
    state: str
    colour: str
    counts: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column on the mapping page. `groups` are the choices by part's name."""

    place: int
    name: str
    samples: Sequence[str]
    seen_as: str
    to: str
    groups: Sequence[tuple[str, Sequence[Choice]]]
    label: str
    types: Sequence[Choice]
    parts: Sequence[Choice]
    minimum: int | None
    maximum: int | None
    problem: str

    @property
    def is_new(self) -> bool:
        return self.to == NEW


@dataclass(frozen=True, slots=True)
class KeyRow:
    """How the rows of a part are matched."""

    part: str
    name: str
    choices: Sequence[Choice]
    problem: str


@dataclass(frozen=True, slots=True)
class MappingPage:
    columns: Sequence[ColumnRow]
    keys: Sequence[KeyRow]
    mostly: Sequence[Choice]
    add_options: bool
    problem: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The check's result, or what came of the import. `job` is the one at work, or the last if it failed. `moved`: who
    moved when it was brought in, or when it was undone."""

    row: Import
    report: Mapping[str, Any] | None
    job: JobView | None
    can_start: bool
    can_start_without_bad: bool
    moved: Sequence[Moved] | None


def steps(current: int, row: Import | None) -> list[Step]:
    names = (_("File"), _("Recognised"), _("Columns"), _("Check and import"))
    is_open = row is not None and row.state not in ("done", "undone")
    reached = {1: 0, "uploaded": 3, "mapped": 4, "checked": 4}.get(row.state if row else 1, 0)
    return [
        Step(
            number,
            name,
            number == current,
            number < current,
            _step_url(number) if is_open and number <= reached else "",
        )
        for number, name in enumerate(names, start=1)
    ]


def _step_url(number: int) -> str:
    return STEPS[number - 2] if number > 1 else ""


def line(row: Import) -> ImportLine:
    state, colour = STATE_NAMES[row.state]
    return ImportLine(row, str(state), colour, counts(row.report) if row.state == "done" else "")


def counts(report: Mapping[str, Any] | None) -> str:
    parts = (report or {}).get("parts", [])
    return "; ".join(_part(part) for part in parts)


def _part(part: Mapping[str, Any]) -> str:
    name = PART_NAMES[Part(part["part"])]
    return _("%(part)s: %(new)d new, %(changed)d changed") % {
        "part": name,
        "new": part["new"],
        "changed": part["changed"],
    }


def mapping_page(
    row: Import, mapping: FileMapping, context: Context, problems: Mapping[str, str], mostly: Part | None = None
) -> MappingPage:
    targets = list_targets(context)
    seen = {column["name"]: column for column in (row.recognised or {}).get("columns", [])}
    columns = []
    for place, column in enumerate(mapping.columns):
        facts = seen.get(column.column, {"values": [], "type": "text"})
        groups = [
            (str(PART_NAMES[part]), [Choice(t.key, t.label, t.key == column.to) for t in targets if t.part is part])
            for part in Part
        ]
        columns.append(
            ColumnRow(
                place,
                column.column,
                facts["values"][:SAMPLES],
                str(TYPE_NAMES[FieldType(facts["type"])]),
                column.to,
                groups,
                column.label or column.column,
                [Choice(type_.value, str(name), type_.value == column.type) for type_, name in TYPE_NAMES.items()],
                [
                    Choice(part.value, str(PART_NAMES[part]), part.value == column.part)
                    for part in (Part.COMPANY, Part.PERSON)
                ],
                column.minimum,
                column.maximum,
                problems.get(str(place), ""),
            )
        )
    keys = [_key_row(part, mapping.keys.get(part.value), problems.get(part.value, "")) for part in Part]
    about = [Choice(part.value, str(name), part is mostly) for part, name in PLURALS.items()]
    return MappingPage(columns, keys, about, mapping.add_options, problems.get("mapping", ""))


def _key_row(part: Part, chosen: str | None, problem: str) -> KeyRow:
    choices = [Choice(key, str(KEY_NAMES[key]), key == chosen) for key in KEYS[part]]
    return KeyRow(part.value, str(PART_NAMES[part]), choices, problem)


def result_page(row: Import, reader: User) -> ResultPage:
    job = _job(row, reader)
    at_work = job is not None and not job.is_over
    report = row.report
    is_open = row.state == Import.State.CHECKED and not at_work and report is not None
    return ResultPage(
        row,
        None
        if report is None
        else {**report, "parts": [{**part, "name": PART_NAMES[Part(part["part"])]} for part in report["parts"]]},
        job if job is not None and (at_work or job.error_message) else None,
        is_open and report is not None and can_run(report, skip_bad_rows=False),
        is_open and report is not None and bool(report["bad_rows"]) and can_run(report, skip_bad_rows=True),
        moved_by_batch(row.batch),
    )


def _job(row: Import, reader: User) -> JobView | None:
    if row.run_id is None:
        return None
    try:
        return JobView.of(get_status_of(reader, row.run_id))
    except RunNotFoundError:
        return None
