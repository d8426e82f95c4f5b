"""What jobs do with an import: the dry run, the import itself, and taking it back. Called by `imports.jobs` and by the
command line; `services.imports` takes the file there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.changes import horizon
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.hooks import Cause, announced
from satsuma.app.crm.imports.context import Context, load_context
from satsuma.app.crm.imports.limits import limits
from satsuma.app.crm.imports.mapping import FileMapping, mapping_problems, wanted_columns
from satsuma.app.crm.imports.plan import Plan, make_plan
from satsuma.app.crm.imports.reader import read_file
from satsuma.app.crm.imports.report import ERRORS, can_run, make_report, write_errors
from satsuma.app.crm.imports.storage import part_path, source_path
from satsuma.app.crm.imports.writing import Prepared, prepare, reserve_keys, write_plan
from satsuma.app.crm.models import Batch, Contact, Deal, Import
from satsuma.app.crm.services.batches import Undone, start_batch, undo_batch
from satsuma.app.crm.services.rows import lock_for_writing
from satsuma.app.jobs.result import Link, Result
from satsuma.app.jobs.work import Work
from satsuma.domain.errors import SatsumaError

DATA, ANSWER = "data.arrow", "answer.json"
TRIES_WITHOUT_LOCK = 2


class PlanChangedError(SatsumaError):
    """What is stored has changed since the dry run, so that the import would do something else than was shown."""

    def __init__(self) -> None:
        super().__init__(
            "import_plan_changed",
            _("Data has changed since the check: this import would now do something else. Nothing was written."),
            remedy=_("Look at the new result of the check, and start the import again."),
        )


class NothingToImportError(SatsumaError):
    """A file that may not be brought in as it is."""

    def __init__(self, message: str) -> None:
        super().__init__("import_refused", message, remedy=_("Look at the result of the check."))


def check_import(row: Import, *, at: datetime, work: Work | None = None) -> Import:
    """The dry run: what would happen, kept in `report`. Nothing else is written. Raises FileError, ImportLimitError."""
    plan, faults, context = _plan(row, at, work)
    _keep_report(row, plan, faults, context)
    return row


def run_import(row: Import, *, by: User | None, at: datetime, work: Work | None = None) -> list[str]:
    """Brings the file in, all of it or nothing, in one transaction; gives what segmentations say. Raises
    PlanChangedError (with the new report kept) if that would not be what the dry run showed, NothingToImportError."""
    for attempt in range(TRIES_WITHOUT_LOCK + 1):
        since = horizon()
        plan, faults, context = _plan(row, at, work)
        _refuse_other_plan(row, plan, faults, context)
        prepared = prepare(plan, _keys(plan), context, at)
        with _transaction(work):
            lock_for_writing(Contact, Deal)
            if _has_changed(since) and attempt < TRIES_WITHOUT_LOCK:
                continue
            if _has_changed(since):  # somebody writes all the time: look once more while nobody can
                again, _faults, context = _plan(row, at, work)
                if again.signature != plan.signature:
                    raise PlanChangedError
            return _write(row, prepared, by, at, work)
    raise AssertionError("unreachable")


def undo_import(row: Import, *, by: User | None, at: datetime, work: Work | None = None) -> Undone:
    """Takes a whole import back, see `batches.undo_batch`. Fields, options and products that it made stay."""
    assert row.batch_id is not None
    with _transaction(work):
        progress = (lambda done, total: work.progress(done, total, _("Undoing"))) if work else None
        undone = undo_batch(batch_id=row.batch_id, by=by, at=at, progress=progress)
        kept = [{"table": kept.table, "id": kept.row_id, "keys": list(kept.keys)} for kept in undone.kept[:200]]
        report = {"restored": undone.restored, "removed": undone.removed, "kept": len(undone.kept), "examples": kept}
        keep(row, state=Import.State.UNDONE, undo_report=report)
        if work is not None:
            said = _("%(count)d rows taken back") % {"count": undone.restored + undone.removed}
            work.finish(Result(said, _link(row), announced(Cause.IMPORT, row.batch_id, is_undo=True)))
    return undone


def _write(row: Import, prepared: Prepared, by: User | None, at: datetime, work: Work | None) -> list[str]:
    batch = start_batch(kind=Batch.Kind.IMPORT, title=row.file_name, by=by, at=at)
    step: Callable[[int, int, str], None] = work.progress if work else (lambda done, total, phase: None)
    says = write_plan(prepared, batch, at=at, step=step)
    keep(row, state=Import.State.DONE, batch=batch, done_at=at)
    if work is not None:
        work.finish(Result(_done_text(row.report or {}), _link(row), announced(Cause.IMPORT, batch.pk)))
    return says


def _done_text(report: Mapping[str, Any]) -> str:
    shown = [
        _("%(part)s: %(new)d new, %(changed)d changed")
        % {"part": part["name"], "new": part["new"], "changed": part["changed"]}
        for part in report.get("parts", [])
    ]
    return "; ".join(shown)


def _link(row: Import) -> Link:
    return Link("import", [row.pk])


def _transaction(work: Work | None) -> Any:
    return work.transaction() if work else transaction.atomic()


def _has_changed(since: int) -> bool:
    return Contact.objects.filter(changed__gte=since).exists() or Deal.objects.filter(changed__gte=since).exists()


def _refuse_other_plan(row: Import, plan: Plan, faults: list[dict[str, Any]], context: Context) -> None:
    if plan.signature != row.signature or faults:
        _keep_report(row, plan, faults, context)
        raise PlanChangedError
    refuse_useless(row.report or {}, skip_bad_rows=row.skip_bad_rows)


def refuse_useless(report: Mapping[str, Any], *, skip_bad_rows: bool) -> None:
    if not can_run(report, skip_bad_rows=skip_bad_rows):
        if report["bad_rows"] and not skip_bad_rows:
            raise NothingToImportError(_("Some rows are wrong. Correct them, or choose to leave wrong rows out."))
        raise NothingToImportError(_("There is nothing in this file to bring in."))


@transaction.atomic
def _keys(plan: Plan) -> dict[str, str]:
    return reserve_keys(plan)


def _plan(row: Import, at: datetime, work: Work | None) -> tuple[Plan, list[dict[str, Any]], Context]:
    """The plan out of the file as it is mapped and the data as it is now."""
    look = work.check if work else None
    context = load_context(at)
    mapping = FileMapping.from_json(row.mapping or {})
    columns = [column["name"] for column in (row.recognised or {}).get("columns", [])]
    if problems := mapping_problems(mapping, context, columns):
        raise ValuesError(problems)
    if work is not None:
        work.progress(0, 3, _("Reading the file"))
    answer, data = _typed(row, mapping, context, look)
    if work is not None:
        work.progress(1, 3, _("Comparing with what is there"))
    plan = make_plan(data, answer, mapping, context, most_errors=limits().kept_errors, look=look)
    return plan, answer["faults"], context


def _typed(
    row: Import, mapping: FileMapping, context: Context, look: Callable[[], None] | None
) -> tuple[dict[str, Any], pl.DataFrame]:
    """The file's columns as the child typed them, now or before for the same mapping."""
    wanted = wanted_columns(mapping, context)
    asked = json.dumps([row.reading, [asdict(column) for column in wanted]], sort_keys=True)
    key = hashlib.sha256(asked.encode()).hexdigest()
    data, kept = part_path(row.folder, DATA), part_path(row.folder, ANSWER)
    if kept.exists() and (answer := json.loads(kept.read_text())).get("key") == key:
        return answer, pl.read_ipc(data)
    kept.unlink(missing_ok=True)
    source = source_path(row.folder, row.file_name)
    answer = read_file(source, _reading(row), wanted, data, name=row.file_name, look=look) | {"key": key}
    frame = pl.read_ipc(data)
    kept.write_text(json.dumps(answer))
    return answer, frame


def _reading(row: Import) -> dict[str, Any]:
    """How the file is read: what was said, and what was recognised once and is not to be recognised otherwise later."""
    recognised = row.recognised or {}
    fixed = {name: recognised[name] for name in ("encoding", "delimiter", "sheet") if recognised.get(name)}
    return {**fixed, **row.reading}


def _keep_report(row: Import, plan: Plan, faults: list[dict[str, Any]], context: Context) -> None:
    write_errors(part_path(row.folder, ERRORS), plan.refusals)
    report = make_report(plan, faults, context)
    keep(row, report=report, signature=plan.signature, state=Import.State.CHECKED)


def keep(row: Import, **values: Any) -> None:
    """Sets these columns of the import, and stores them alone."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
