"""Jobs: the list, one job with its live progress, cancel, retry, and what the top bar shows. People reach their own;
administrators all.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.jobs.errors import RunStateError
from satsuma.app.jobs.models import State
from satsuma.app.jobs.pulse import find_worker_alive
from satsuma.app.jobs.queries.runs import PAGE_ROWS, get_status_of, list_statuses_of, list_unfinished_of
from satsuma.app.jobs.services.runs import cancel_run, retry_run
from satsuma.web.pages.jobs import STATES, JobsPage, JobView, tabs
from satsuma.web.pages.moved import moved_by_run
from satsuma.web.pages.settings import Part, SettingsCard
from satsuma.web.routes import route

VIEW = Permission.VIEW
SILENT_AFTER = timedelta(minutes=1)
"""Without a sweep for so long, people are told that no worker runs."""
LARGEST_ID = 2**63 - 1


@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "all")
    show = show if show in STATES else "all"
    statuses = list_statuses_of(request.user, states=STATES[show], before_id=_before(request), limit=PAGE_ROWS + 1)  # type: ignore[arg-type]
    rows = [JobView.of(status) for status in statuses[:PAGE_ROWS]]
    older = {"show": show, "before": str(rows[-1].id)} if len(statuses) > PAGE_ROWS else None
    page = JobsPage(
        title=_("Jobs"),
        tabs=tabs(show),
        jobs=rows,
        next_url=f"{reverse('jobs')}?{urlencode(older)}" if older else "",
        worker_is_silent=_worker_is_silent(),
    )
    return render(request, "jobs/list.html", {"page": page})


@require_GET
def job(request: HttpRequest, run_id: int) -> HttpResponse:
    status = get_status_of(request.user, run_id)  # type: ignore[arg-type]
    shown = JobView.of(status)
    page = {
        "title": shown.title,
        "job": shown,
        "moved": moved_by_run(status.run) if shown.is_over else None,
        "worker_is_silent": not shown.is_over and _worker_is_silent(),
    }
    return render(request, "jobs/job.html", page)


@require_GET
def job_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The moving part of the job's page; once the job is over, the page is to load itself again."""
    shown = JobView.of(get_status_of(request.user, run_id))  # type: ignore[arg-type]
    response = render(request, "jobs/progress.html", {"job": shown})
    if shown.is_over:
        response.headers["HX-Refresh"] = "true"
    return response


@require_GET
def jobs_running(request: HttpRequest) -> HttpResponse:
    """For the top bar: what is going on for the reader."""
    shown = [JobView.of(status) for status in list_unfinished_of(request.user)]  # type: ignore[arg-type]
    return render(request, "jobs/running.html", {"jobs": shown, "first": shown[0] if shown else None})


@require_POST
def job_cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    run = cancel_run(run_id=run_id, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    if run.state == State.CANCELLED:
        messages.success(request, _("Cancelled."))
    elif run.state == State.RUNNING:
        messages.info(request, _("It stops within a few seconds."))
    else:
        messages.info(request, _("It was over already."))
    return redirect("job", run_id)


@require_POST
def job_retry(request: HttpRequest, run_id: int) -> HttpResponse:
    try:
        retry_run(run_id=run_id, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except RunStateError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is tried again."))
    return redirect("job", run_id)


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return min(int(text), LARGEST_ID) if text.isascii() and text.isdigit() and len(text) < 30 else None


def _worker_is_silent() -> bool:
    seen = find_worker_alive()
    return seen is None or timezone.now() - seen > SILENT_AFTER


SETTINGS = [
    SettingsCard(
        part=Part.INSTALLATION,
        position=30,
        title=gettext_lazy("Jobs"),
        text=gettext_lazy("What runs, what came of it, what failed"),
        icon="clock",
        address="jobs",
        needs=Permission.ADMINISTER,
    )
]

urlpatterns = [
    route("jobs/", jobs, name="jobs", needs=VIEW),
    route("jobs/running/", jobs_running, name="jobs_running", needs=VIEW),
    route("jobs/<int:run_id>/", job, name="job", needs=VIEW),
    route("jobs/<int:run_id>/progress/", job_progress, name="job_progress", needs=VIEW),
    route("jobs/<int:run_id>/cancel/", job_cancel, name="job_cancel", needs=VIEW),
    route("jobs/<int:run_id>/retry/", job_retry, name="job_retry", needs=VIEW),
]
