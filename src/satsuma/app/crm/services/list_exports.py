"""Exports a list that is too long to wait for: starts the job and does it. Called by the pages of lists and workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

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
from satsuma.app.crm.lists.query import read_understood
from satsuma.app.crm.models import SavedView
from satsuma.app.crm.queries.lists import count_rows
from satsuma.app.crm.services.exports import keep_export
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.result import Result
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


def run_list_export(work: Work, *, by: User | None, at: datetime) -> Result:
    """Makes the file with the rows of the list, as it is when the job runs."""
    asked = work.arguments

    def write(path: Path) -> None:
        with translation.override(asked["language"]):
            definition = DEFINITIONS[asked["list"]]()
            query, day = read_understood(definition, asked["address"]), workspace_day(at)
            total = count_rows(definition, query, as_of=day, most=10**9).rows
            rows = _watched(export_list_rows(definition, query, as_of=day), work, total)
            write_rows_to(path, export_headings(definition, query), rows, asked["format"], name=asked["list"])

    return keep_export(work, asked["list"], asked["format"], write, by=by, at=at)


def _watched(rows: Iterable[Row], work: Work, total: int) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number % 500 == 0:
            work.progress(min(number, total), total, _("Writing rows"))
        yield row
