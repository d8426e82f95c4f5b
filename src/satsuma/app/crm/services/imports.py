"""Files in: takes an upload through its steps and starts the jobs that check it, bring it in and take it back. Called
by web and cli; what the jobs do is in `services.import_runs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.imports.context import Context, Part, load_context
from satsuma.app.crm.imports.guessing import guess_mapping
from satsuma.app.crm.imports.headings import heading_words
from satsuma.app.crm.imports.limits import ImportLimitError, limits
from satsuma.app.crm.imports.mapping import ColumnMapping, FileMapping, mapping_problems
from satsuma.app.crm.imports.reader import describe_file
from satsuma.app.crm.imports.storage import remove_folder, source_path, store_upload
from satsuma.app.crm.models import Import
from satsuma.app.crm.services.import_runs import PlanChangedError, keep, refuse_useless
from satsuma.app.jobs.queries.runs import find_run
from satsuma.app.jobs.services.runs import start_run
from satsuma.domain.errors import SatsumaError

CHECK, RUN, UNDO = "import_check", "import_run", "import_undo"
"""The kinds of jobs."""
EARLIER_IMPORTS = 20
KEPT_DAYS = 30


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
        keep(row, mapping=_guessed(row.recognised, load_context(at), mostly).as_json())
    return row


def set_mapping(*, import_id: int, mapping: FileMapping, at: datetime) -> Import:
    """Keeps where the columns go, also with mistakes. Raises ValuesError with what is wrong by column's place or
    part."""
    row = _open_import(import_id)
    columns = [column["name"] for column in (row.recognised or {}).get("columns", [])]
    state = Import.State.MAPPED
    keep(row, mapping=mapping.as_json(), report=None, signature="", state=state)
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
    keep(row, mapping=replace(mapping, columns=columns).as_json(), report=None, signature="", state=Import.State.MAPPED)
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
    refuse_useless(row.report, skip_bad_rows=skip_bad_rows)
    keep(row, skip_bad_rows=skip_bad_rows)
    return _start(row, RUN, _("Import of %(file)s") % {"file": row.file_name}, by, at)


def allow_bad_rows(*, import_id: int, skip_bad_rows: bool) -> Import:
    """Says whether wrong rows are left out or stop the import; for imports that are not started as a job."""
    row = _open_import(import_id)
    keep(row, skip_bad_rows=skip_bad_rows)
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
            keep(row, folder=f"-{row.folder[:38]}")
        else:
            row.delete()
    return count


def _recognise(row: Import, reading: Mapping[str, Any], at: datetime) -> Import:
    kept = {name: value for name, value in reading.items() if value not in (None, "", ())}
    try:
        found = describe_file(source_path(row.folder, row.file_name), kept, name=row.file_name)
    except SatsumaError as error:
        recognised: dict[str, Any] = {
            "error": {"code": error.code, "message": error.message, "remedy": error.remedy},
            "sheets": (row.recognised or {}).get("sheets", []),
        }
        keep(
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
    keep(
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
        keep(row, run_id=run.pk)
    return row


def _refuse_busy(row: Import) -> None:
    run = find_run(row.run_id) if row.run_id else None
    if run is not None and run.state in ("waiting", "running"):
        raise RefusedError(
            "import_at_work", _("A job is at work on this file."), remedy=_("Wait until it is done, or cancel it.")
        )


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
