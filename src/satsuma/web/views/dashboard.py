"""The dashboard: the primary segmentation of companies, or the one that `?segmentation=` names."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.segmentation.queries.analysis import get_analysis
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, list_published
from satsuma.domain.model import Kind
from satsuma.web.answers import reader
from satsuma.web.ids import read_id
from satsuma.web.pages.analysis_links import list_links
from satsuma.web.pages.dashboard import dashboard_page
from satsuma.web.pages.dashboard_state import results_state
from satsuma.web.pages.dashboard_tasks import due_tasks
from satsuma.web.routes import route


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    published, now = list_published(), timezone.now()
    if not published:
        return render(request, "dashboard/nothing.html", {"title": _("Dashboard")})
    shown, today = _chosen(request, published), workspace_day(now)
    page = dashboard_page(
        get_analysis(shown, today),
        list_links(shown),
        published,
        tasks=due_tasks(reader(request), today),
        state=results_state(shown, reader(request), now),
    )
    return render(request, "dashboard/page.html", {"page": page})


def _chosen(request: HttpRequest, published: Sequence[SegmentationSpec]) -> SegmentationSpec:
    """The one that is asked for; else the primary one of companies, of people, or the first there is."""
    asked = read_id(request.GET.get("segmentation", ""))

    def order(segmentation: SegmentationSpec) -> tuple[bool, bool, bool]:
        return (segmentation.id != asked, not segmentation.is_primary, segmentation.kind is not Kind.COMPANY)

    return min(published, key=order)


urlpatterns = [route("dashboard/", dashboard, name="dashboard", needs=Permission.VIEW)]
