"""Exports a list that is too long to wait for: starts the job and does it. Called by the pages of lists and workers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import RefusedError
from satsuma.app.crm.exports.sheets import FORMATS, Row, write_rows_to
from satsuma.app.crm.lists.contacts import contact_list
from satsuma.app.crm.lists.deals import deal_list
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.crm.lists.exporting import export_headings, export_list_rows
from satsuma.app.crm.lists.query import read_address
from satsuma.app.crm.models import Export, SavedView
from satsuma.app.crm.queries.lists import count_rows
from satsuma.app.crm.services.exports import exports_folder
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.registry import Link, Result
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.jobs.work import Work
from satsuma.domain.model import Kind

EXPORT_LIST = "export_list"
DEFINITIONS: Mapping[str, Callable[[], ListDefinition]] = {
    SavedView.List.COMPANIES: lambda: contact_list(Kind.COMPANY),
    SavedView.List.PEOPLE: lambda: contact_list(Kind.PERSON),
    SavedView.List.DEALS: deal_list,
}
"""Every list by its name."""


def start_list_export(*, list_name: str, address: str, format_: str, title: str, by: User, at: datetime) -> Run:
    """Starts the export of the list that this address shows. Raises RefusedError for an unknown format."""
    if format_ not in FORMATS or list_name not in DEFINITIONS:
        raise RefusedError("export_format", _("Choose CSV or XLSX."))
    arguments = {"list": list_name, "address": address, "format": format_, "language": translation.get_language()}
    return start_run(kind=EXPORT_LIST, arguments=arguments, by=by, at=at, title=title)


def run_list_export(work: Work, *, by: User | None, at: datetime) -> None:
    """Makes the file under a generated name, then its row and the end of the run in one transaction."""
    asked = work.arguments
    stored_as = f"{secrets.token_hex(16)}.{asked['format']}"
    path = exports_folder() / stored_as
    exports_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with translation.override(asked["language"]):
            definition = DEFINITIONS[asked["list"]]()
            query, day = read_address(definition, asked["address"]), workspace_day(at)
            total = count_rows(definition, query, as_of=day, most=10**9).rows
            rows = _watched(export_list_rows(definition, query, as_of=day), work, total)
            write_rows_to(path, export_headings(definition, query), rows, asked["format"], name=asked["list"])
        with work.transaction():
            row = Export.objects.create(
                author=by,
                file_name=f"{asked['list']}-{workspace_day(at).isoformat()}.{asked['format']}",
                stored_as=stored_as,
                size_bytes=path.stat().st_size,
                run_id=work.run_id,
                created_at=at,
                ready_at=at,
            )
            work.finish(Result(row.file_name, Link("export_download", [row.pk])))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _watched(rows: Iterable[Row], work: Work, total: int) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number % 500 == 0:
            work.progress(min(number, total), total, _("Writing rows"))
        yield row
