"""The page of analysis: a published segmentation in figures, and the same as a file."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import NotFoundError, RefusedError
from satsuma.app.crm.exports import FORMATS, export_rows
from satsuma.app.segmentation.queries.analysis import get_analysis
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.web.answers import reader
from satsuma.web.pages.analysis import analysis_page
from satsuma.web.pages.analysis_file import figures_headings, figures_lines
from satsuma.web.pages.analysis_links import list_links
from satsuma.web.pages.segmentation_tabs import Place, segmentation_tabs
from satsuma.web.routes import route


@require_GET
def segmentation(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    found = get_segmentation(segmentation_id)
    tabs = segmentation_tabs(found.id, Place.ANALYSIS, reader(request))
    if not found.is_published:
        return render(request, "analysis/unpublished.html", {"title": found.name, "segmentation": found, "tabs": tabs})
    analysis = get_analysis(found, workspace_day(timezone.now()))
    page = analysis_page(analysis, list_links(found), tabs)
    return render(request, "analysis/page.html", {"page": page, "tabs": tabs})


@require_GET
def segmentation_figures(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    """The figures in the format that `format` names. Raises RefusedError for another one."""
    found, format_ = get_segmentation(segmentation_id), request.GET.get("format", "")
    if format_ not in FORMATS:
        raise RefusedError("export_format", _("Choose CSV or XLSX."))
    if not found.is_published:
        raise NotFoundError(_("Nothing of this segmentation is published yet."), segmentation_id=segmentation_id)
    today = workspace_day(timezone.now())
    analysis = get_analysis(found, today)
    file = export_rows(figures_headings(analysis), figures_lines(analysis), format_, name="segments")
    name = f"segments-{found.id}-{today.isoformat()}.{format_}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=FORMATS[format_])


PAGE = "segmentations/<int:segmentation_id>/"
urlpatterns = [
    route(PAGE, segmentation, name="segmentation", needs=Permission.VIEW),
    route(f"{PAGE}figures/", segmentation_figures, name="segmentation_figures", needs=Permission.VIEW),
]
