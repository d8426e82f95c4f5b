"""Everything out: a page to start it and to fetch what is ready."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.queries.imports import get_export_of, list_exports_of
from satsuma.app.crm.services.exports import KEPT_DAYS, export_path, start_export
from satsuma.web.routes import route


@require_GET
def export_list(request: HttpRequest) -> HttpResponse:
    rows = list_exports_of(request.user)  # type: ignore[arg-type]
    page = {"title": _("Export everything"), "exports": rows, "kept_days": KEPT_DAYS}
    return render(request, "exports/list.html", page)


@require_POST
def export_start(request: HttpRequest) -> HttpResponse:
    format_ = request.POST.get("format", "")
    run_id = start_export(format_=format_, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return redirect("job", run_id)


@require_GET
def export_download(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """Only for who asked for it, and administrators."""
    row = get_export_of(request.user, export_id)  # type: ignore[arg-type]
    path = export_path(row)
    if not path.exists():
        raise Http404
    response = FileResponse(path.open("rb"), as_attachment=True, filename=row.file_name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


urlpatterns = [
    route("exports/", export_list, name="export_list", needs=Permission.VIEW),
    route("exports/start/", export_start, name="export_start", needs=Permission.VIEW),
    route("exports/<int:export_id>/", export_download, name="export_download", needs=Permission.VIEW),
]
