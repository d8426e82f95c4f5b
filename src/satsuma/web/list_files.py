"""A list as a file: exactly what is shown, at once or by a job. Used by the views of lists."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import RefusedError
from satsuma.app.crm.exports import FORMATS, export_rows
from satsuma.app.crm.lists import ListDefinition, ListQuery, read_list_query
from satsuma.app.crm.lists.exporting import export_headings, export_list_rows
from satsuma.app.crm.queries.lists import count_rows
from satsuma.app.crm.services.list_exports import start_list_export
from satsuma.web.answers import reader

AT_ONCE = 10_000
"""Rows that are exported while somebody waits."""


def list_file(request: HttpRequest, definition: ListDefinition) -> HttpResponseBase:
    """What the list shows at this address, in the format that `format` names; a long one is made by a job. Raises
    RefusedError for another format."""
    today, format_ = timezone.localdate(), request.GET.get("format", "")
    if format_ not in FORMATS:
        raise RefusedError("export_format", _("Choose CSV or XLSX."))
    query = read_list_query(definition, dict(request.GET.lists())).at(None)
    if count_rows(definition, query, as_of=today, most=AT_ONCE).is_more:
        return _start(request, definition, query, format_)
    rows = export_list_rows(definition, query, as_of=today)
    file = export_rows(export_headings(definition, query), rows, format_, name=definition.name)
    name = f"{definition.name}-{today.isoformat()}.{format_}"
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=FORMATS[format_])
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _start(request: HttpRequest, definition: ListDefinition, query: ListQuery, format_: str) -> HttpResponseBase:
    run = start_list_export(
        list_name=definition.name,
        address=query.address(definition),
        format_=format_,
        title=_("Export of a list"),
        by=reader(request),
        at=timezone.now(),
    )
    return redirect("job", run.pk)
