"""What the pages of history show as files: at once, or by a job if they are long."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.exports import FORMATS, export_rows
from satsuma.app.segmentation.history_files import Asked, HistoryFile
from satsuma.app.segmentation.queries.history_members import Members
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation
from satsuma.app.segmentation.services.history_exports import check_format, start_history_export
from satsuma.web.answers import reader
from satsuma.web.forms.history import MembersForm, MovesForm, asked_flow
from satsuma.web.list_files import AT_ONCE
from satsuma.web.routes import route


@require_GET
def members(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    segmentation = get_segmentation(segmentation_id)
    form = MembersForm(request.GET, segmentation, timezone.localdate())
    return _file(request, segmentation, Members(segmentation.id, form.segment.id, form.on))


@require_GET
def flow(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    segmentation = get_segmentation(segmentation_id)
    return _file(request, segmentation, asked_flow(request.GET, segmentation, timezone.localdate()))


@require_GET
def moves(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    return _file(request, get_segmentation(segmentation_id), MovesForm(request.GET).asked)


def _file(request: HttpRequest, segmentation: SegmentationSpec, asked: Asked) -> HttpResponseBase:
    """In the format that `?format=` names. Raises RefusedError for another one."""
    file, format_ = HistoryFile(segmentation, asked), request.GET.get("format", "")
    check_format(format_)
    if file.count(most=AT_ONCE + 1) > AT_ONCE:
        run = start_history_export(file=file, format_=format_, by=reader(request), at=timezone.now())
        return redirect("job", run.pk)
    made = export_rows(file.headings, file.rows(), format_, name=file.name)
    name = f"{file.name}-{timezone.localdate().isoformat()}.{format_}"
    answer = FileResponse(made, as_attachment=True, filename=name, content_type=FORMATS[format_])
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


urlpatterns = [
    route(
        f"segmentations/<int:segmentation_id>/history/{name}/export/",
        view,
        name=f"history_{name}_export",
        needs=Permission.VIEW,
    )
    for name, view in (("members", members), ("flow", flow), ("moves", moves))
]
