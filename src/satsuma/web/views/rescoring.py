"""When everybody is scored again, and doing so now: under Settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import ValuesError
from satsuma.app.segmentation.queries.scoring_times import list_scoring_times
from satsuma.app.segmentation.queries.segmentations import list_published
from satsuma.app.segmentation.queries.verification import find_last_check, first_check_words
from satsuma.app.segmentation.services import rescoring, scoring_times
from satsuma.web.answers import form_status
from satsuma.web.forms.rescoring import ScoringTimesForm
from satsuma.web.pages.settings import Part, SettingsCard
from satsuma.web.routes import route

MANAGE = Permission.MANAGE_SEGMENTATIONS


@require_http_methods(["GET", "POST"])
def scoring_times_page(request: HttpRequest) -> HttpResponse:
    """The times, the segmentations with the day they were last scored for, and what the last check found."""
    form = ScoringTimesForm(request.POST or None, initial={"times": _written(list_scoring_times())})
    if request.method == "POST" and form.is_valid():
        try:
            scoring_times.set_scoring_times(times=form.cleaned_data["times"], at=timezone.now())
        except ValuesError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The times are saved."))
            return redirect("rescoring")
    check = find_last_check()
    context = {
        "title": _("Re-scoring"),
        "form": form,
        "segmentations": list_published(),
        "check": check,
        "first_check": "" if check else first_check_words(timezone.now()),
    }
    return render(request, "rescoring/times.html", context, status=form_status(form))


@require_POST
def start_now(request: HttpRequest) -> HttpResponse:
    run = rescoring.start_rescoring(segmentation_ids=None, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return redirect("job", run.pk)


def _written(times: Sequence[time]) -> str:
    return ", ".join(f"{moment.hour}:{moment:%M}" for moment in times)


SETTINGS = [
    SettingsCard(
        part=Part.CONTACTS,
        position=20,
        title=gettext_lazy("Re-scoring"),
        text=gettext_lazy("When everybody is re-scored, besides each night"),
        icon="refresh",
        address="rescoring",
        needs=MANAGE,
    )
]

urlpatterns = [
    route("settings/scoring/", scoring_times_page, name="rescoring", needs=MANAGE),
    route("settings/scoring/now/", start_now, name="rescoring_now", needs=MANAGE),
]
