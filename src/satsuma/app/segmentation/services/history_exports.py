"""Makes files of history that are too long to wait for. Called by the pages of history and by workers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import RefusedError
from satsuma.app.crm.exports.sheets import FORMATS, Row, write_rows_to
from satsuma.app.crm.services.exports import keep_export
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.result import Result
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.jobs.work import Work
from satsuma.app.segmentation.history_files import HistoryFile, read_history_file

EXPORT_HISTORY = "export_history"
MOST = 10**9


def start_history_export(*, file: HistoryFile, format_: str, by: User, at: datetime) -> Run:
    """Has a worker make the file. Raises RefusedError for an unknown format."""
    check_format(format_)
    arguments = {**file.as_json(), "format": format_, "language": translation.get_language()}
    title = _("Export of the history of %(name)s") % {"name": file.segmentation.name}
    return start_run(kind=EXPORT_HISTORY, arguments=arguments, by=by, at=at, title=title)


def run_history_export(work: Work, *, by: User | None, at: datetime) -> Result:
    """Makes the file as history is when the job runs."""
    asked = work.arguments

    def write(path: Path) -> None:
        with translation.override(asked["language"]):
            file = read_history_file(asked)
            rows = _watched(file.rows(), work, file.count(most=MOST))
            write_rows_to(path, file.headings, rows, asked["format"], name=file.name)

    return keep_export(work, read_history_file(asked).name, asked["format"], write, by=by, at=at)


def check_format(format_: str) -> None:
    """Raises RefusedError for an unknown format."""
    if format_ not in FORMATS:
        raise RefusedError("export_format", _("Choose CSV or XLSX."))


def _watched(rows: Iterator[Row], work: Work, total: int) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number % 500 == 0:
            work.progress(min(number, total), total, _("Writing rows"))
        yield row
