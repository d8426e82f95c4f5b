"""Everything out, as one file: starts the job and does it. Called by views, the command line and workers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import RefusedError
from satsuma.app.crm.exports.everything import list_exports, write_workbook, write_zip
from satsuma.app.crm.models import Export
from satsuma.app.jobs.result import Link, Result
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.jobs.work import Work

EVERYTHING = "export_everything"
ENDINGS = {"csv": "zip", "xlsx": "xlsx"}
"""What is asked for, and how the file ends."""
KEPT_DAYS = 7


def exports_folder() -> Path:
    return Path(settings.DATA_FOLDER) / "exports"


def start_export(*, format_: str, by: User | None, at: datetime) -> int:
    """Starts the export of everything as a job; gives the run's id. Raises RefusedError for an unknown format."""
    if format_ not in ENDINGS:
        raise RefusedError("export_format", _("Choose CSV or XLSX."))
    return start_run(kind=EVERYTHING, arguments={"format": format_}, by=by, at=at).pk


def run_export(work: Work, *, by: User | None, at: datetime) -> Result:
    """Makes the file with everything."""
    format_ = work.arguments["format"]

    def write(path: Path) -> None:
        write_everything(path, format_, progress=work.progress)

    return keep_export(work, "satsuma", ENDINGS[format_], write, by=by, at=at)


def keep_export(
    work: Work, name: str, ending: str, write: Callable[[Path], None], *, by: User | None, at: datetime
) -> Result:
    """Writes a file under a generated name, then its row and the end of the run in one transaction. People see it as
    `name` with the day. Nothing stays of a file that could not be written."""
    stored_as = f"{secrets.token_hex(16)}.{ending}"
    path = exports_folder() / stored_as
    exports_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        write(path)
        with work.transaction():
            row = Export.objects.create(
                author=by,
                file_name=f"{name}-{workspace_day(at).isoformat()}.{ending}",
                stored_as=stored_as,
                size_bytes=path.stat().st_size,
                run_id=work.run_id,
                created_at=at,
                ready_at=at,
            )
            result = Result(row.file_name, Link("export_download", [row.pk]))
            work.finish(result)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return result


def write_everything(path: Path, format_: str, *, progress: Callable[[int, int, str], None]) -> None:
    """All tables into one file: a zip of CSVs, or a workbook."""
    exports = list_exports()
    total, done = sum(export.count for export in exports), 0

    def look(count: int) -> None:
        nonlocal done
        done += count
        if done % 500 == 0:
            progress(min(done, total), total, _("Writing rows"))

    progress(0, total, _("Writing rows"))
    (write_workbook if format_ == "xlsx" else write_zip)(path, exports, look)
    progress(total, total, _("Writing rows"))


def export_path(row: Export) -> Path:
    return exports_folder() / row.stored_as


def delete_old_exports(*, at: datetime) -> int:
    """Removes exports that are a week old, with their files; how many."""
    old = list(Export.objects.filter(created_at__lt=at - timedelta(days=KEPT_DAYS)))
    for row in old:
        export_path(row).unlink(missing_ok=True)
        row.delete()
    return len(old)
