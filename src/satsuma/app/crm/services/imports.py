"""Files in: takes an upload through its steps, checks it, brings it in, and takes it back. Called by web and cli; the
jobs at the end are called by workers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.changes import horizon
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.imports.context import Context, Part, load_context
from satsuma.app.crm.imports.guessing import guess_mapping
from satsuma.app.crm.imports.headings import heading_words
from satsuma.app.crm.imports.limits import ImportLimitError, limits
from satsuma.app.crm.imports.mapping import ColumnMapping, FileMapping, mapping_problems, wanted_columns
from satsuma.app.crm.imports.plan import Plan, make_plan
from satsuma.app.crm.imports.reader import describe_file, read_file
from satsuma.app.crm.imports.report import ERRORS, can_run, make_report, write_errors
from satsuma.app.crm.imports.storage import part_path, remove_folder, source_path, store_upload
from satsuma.app.crm.imports.writing import Prepared, prepare, reserve_keys, write_plan
from satsuma.app.crm.models import Batch, Contact, Deal, Import
from satsuma.app.crm.services.batches import Undone, start_batch, undo_batch
from satsuma.app.crm.services.rows import lock_for_writing
from satsuma.app.jobs.queries.runs import find_run
from satsuma.app.jobs.registry import Link, Result
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.jobs.work import Work
from satsuma.domain.errors import SatsumaError

CHECK, RUN, UNDO = "import_check", "import_run", "import_undo"
"""The kinds of jobs."""
DATA, ANSWER = "data.arrow", "answer.json"
EARLIER_IMPORTS = 20
KEPT_DAYS = 30
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


def create_import(*, file_name: str, parts: Iterable[bytes], by: User | None, at: datetime) -> Import:
    """Keeps the file and recognises it. What cannot be read at all is kept with its error in `recognised`, so that it
    can be read in another way. Raises FileError for an unknown kind, ImportLimitError for one that is too large."""
    folder, size = store_upload(file_name, parts)
    try:
        row = Import.objects.create(
            author=by, file_name=_shown_name(file_name), folder=folder, size_bytes=size, created_at=at
        )
        return _recognise(row, {}, at)
    except BaseException:
        Import.objects.filter(folder=folder).delete()
        remove_folder(folder)
        raise


def set_reading(*, import_id: int, reading: Mapping[str, Any], at: datetime) -> Import:
    """Reads the file in another way: `reading` has names of `ReadOptions`, left out where it is to be recognised."""
    return _recognise(_open_import(import_id), reading, at)


def propose_mapping(*, import_id: int, mostly: Part | None, at: datetime) -> Import:
    """Guesses the mapping again, for a file that is mostly about companies, people or deals."""
    row = _open_import(import_id)
    if row.recognised and "columns" in row.recognised:
        _set(row, mapping=_guessed(row.recognised, load_context(at), mostly).as_json())
    return row


def set_mapping(*, import_id: int, mapping: FileMapping, at: datetime) -> Import:
    """Keeps where the columns go, also with mistakes. Raises ValuesError with what is wrong by column's place or
    part."""
    row = _open_import(import_id)
    columns = [column["name"] for column in (row.recognised or {}).get("columns", [])]
    state = Import.State.MAPPED
    _set(row, mapping=mapping.as_json(), report=None, signature="", state=state)
    if problems := mapping_problems(mapping, load_context(at), columns):
        raise ValuesError(problems)
    return row


def replace_text(*, import_id: int, column: str, text: str, by_text: str, at: datetime) -> Import:
    """From now on reads one text of a column as another ("" reads it as empty). Raises NotFoundError for a column that
    the file does not have, ImportLimitError `replaced_texts`."""
    row = _open_import(import_id)
    mapping = FileMapping.from_json(row.mapping or {})
    if column not in [known.column for known in mapping.columns] or len(text) > 1000 or len(by_text) > 1000:
        raise NotFoundError(_("There is no such column."), column=column[:200])
    columns = tuple(
        replace(known, replace={**known.replace, text: by_text}) if known.column == column else known
        for known in mapping.columns
    )
    if max(len(known.replace) for known in columns) > limits().replaced_texts:
        raise ImportLimitError("replaced_texts", limits().replaced_texts)
    _set(row, mapping=replace(mapping, columns=columns).as_json(), report=None, signature="", state=Import.State.MAPPED)
    return row


def start_check(*, import_id: int, by: User | None, at: datetime) -> Import:
    """Starts the dry run as a job."""
    row = _open_import(import_id)
    title = _("Check of %(file)s") % {"file": row.file_name}
    return _start(row, CHECK, title, by, at)


def start_import(*, import_id: int, signature: str, skip_bad_rows: bool, by: User | None, at: datetime) -> Import:
    """Starts the import that the dry run of this signature showed. Raises PlanChangedError for another one's,
    NothingToImportError."""
    row = _open_import(import_id)
    if row.report is None or not row.signature or row.signature != signature:
        raise PlanChangedError
    _refuse_useless(row.report, skip_bad_rows=skip_bad_rows)
    _set(row, skip_bad_rows=skip_bad_rows)
    return _start(row, RUN, _("Import of %(file)s") % {"file": row.file_name}, by, at)


def allow_bad_rows(*, import_id: int, skip_bad_rows: bool) -> Import:
    """Says whether wrong rows are left out or stop the import; for imports that are not started as a job."""
    row = _open_import(import_id)
    _set(row, skip_bad_rows=skip_bad_rows)
    return row


def start_undo(*, import_id: int, by: User | None, at: datetime) -> Import:
    """Starts taking an import back. Raises RefusedError for one that was not done, or was undone."""
    row = _import(import_id)
    if row.state != Import.State.DONE or row.batch_id is None:
        raise RefusedError("import_not_done", _("There is nothing to undo."))
    return _start(row, UNDO, _("Undo of the import of %(file)s") % {"file": row.file_name}, by, at)


def delete_import(*, import_id: int, at: datetime) -> None:
    """Forgets an upload that was not brought in, with its file. Raises RefusedError for one that was, or is at work."""
    row = _open_import(import_id)
    row.delete()
    remove_folder(row.folder)


def delete_old_uploads(*, at: datetime) -> int:
    """Removes the files of imports that were done or left lying a month ago, and forgets those that were never brought
    in; how many. What was brought in can still be undone: that needs no file."""
    old = Import.objects.filter(created_at__lt=at - timedelta(days=KEPT_DAYS))
    count = 0
    for row in old.exclude(folder__startswith="-"):
        remove_folder(row.folder)
        count += 1
        if row.state in (Import.State.DONE, Import.State.UNDONE):
            _set(row, folder=f"-{row.folder[:38]}")
        else:
            row.delete()
    return count


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
        _set(row, state=Import.State.UNDONE, undo_report=report)
        if work is not None:
            work.finish(
                Result(_("%(count)d rows taken back") % {"count": undone.restored + undone.removed}, _link(row))
            )
    return undone


def _write(row: Import, prepared: Prepared, by: User | None, at: datetime, work: Work | None) -> list[str]:
    batch = start_batch(kind=Batch.Kind.IMPORT, title=row.file_name, by=by, at=at)
    step: Callable[[int, int, str], None] = work.progress if work else (lambda done, total, phase: None)
    says = write_plan(prepared, batch, at=at, step=step)
    _set(row, state=Import.State.DONE, batch=batch, done_at=at)
    if work is not None:
        work.finish(Result(_done_text(row.report or {}), _link(row), {"says": says[:20]}))
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
    _refuse_useless(row.report or {}, skip_bad_rows=row.skip_bad_rows)


def _refuse_useless(report: Mapping[str, Any], *, skip_bad_rows: bool) -> None:
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
    _set(row, report=report, signature=plan.signature, state=Import.State.CHECKED)


def _recognise(row: Import, reading: Mapping[str, Any], at: datetime) -> Import:
    kept = {name: value for name, value in reading.items() if value not in (None, "", ())}
    try:
        found = describe_file(source_path(row.folder, row.file_name), kept, name=row.file_name)
    except SatsumaError as error:
        recognised: dict[str, Any] = {
            "error": {"code": error.code, "message": error.message, "remedy": error.remedy},
            "sheets": (row.recognised or {}).get("sheets", []),
        }
        _set(
            row,
            reading=kept,
            recognised=recognised,
            mapping=None,
            report=None,
            signature="",
            state=Import.State.UPLOADED,
        )
        return row
    mapping = _guessed(found, load_context(at), None)
    _set(
        row,
        reading=kept,
        recognised=found,
        mapping=mapping.as_json(),
        report=None,
        signature="",
        state=Import.State.UPLOADED,
    )
    return row


def _guessed(recognised: Mapping[str, Any], context: Context, mostly: Part | None) -> FileMapping:
    return guess_mapping(
        recognised["columns"], context, earlier=_earlier_mappings() if mostly is None else {}, mostly=mostly
    )


def _earlier_mappings() -> dict[str, ColumnMapping]:
    """Columns of the last imports that were done, by the words of their headings; the latest wins. New fields are found
    by their names since."""
    done = Import.objects.filter(state=Import.State.DONE, mapping__isnull=False).order_by("-id")[:EARLIER_IMPORTS]
    found: dict[str, ColumnMapping] = {}
    for stored in done.values_list("mapping", flat=True):
        for column in FileMapping.from_json(stored or {}).columns:
            if column.to and column.to != "new":
                found.setdefault(heading_words(column.column), column)
    return found


def _start(row: Import, kind: str, title: str, by: User | None, at: datetime) -> Import:
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(id=row.pk)
        _refuse_busy(locked)
        run = start_run(kind=kind, arguments={"import_id": row.pk}, by=by, at=at, title=title[:300])
        _set(row, run_id=run.pk)
    return row


def _refuse_busy(row: Import) -> None:
    run = find_run(row.run_id) if row.run_id else None
    if run is not None and run.state in ("waiting", "running"):
        raise RefusedError(
            "import_at_work", _("A job is at work on this file."), remedy=_("Wait until it is done, or cancel it.")
        )


def _set(row: Import, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _import(import_id: int) -> Import:
    row = Import.objects.filter(id=import_id).first()
    if row is None:
        raise NotFoundError(_("This import is no longer there."), import_id=import_id)
    return row


def _open_import(import_id: int) -> Import:
    """One that can still be changed. Raises NotFoundError, RefusedError."""
    row = _import(import_id)
    if row.state in (Import.State.DONE, Import.State.UNDONE):
        raise RefusedError("import_done", _("This file has been brought in already."), remedy=_("Upload it again."))
    _refuse_busy(row)
    return row


def _shown_name(file_name: str) -> str:
    """The name of the file as people gave it, without folders, in one line."""
    plain = Path(file_name.replace("\\", "/")).name
    return "".join(character for character in plain if character.isprintable())[-200:] or _("file")
