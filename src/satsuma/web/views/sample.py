"""The sample data: put in, looked at, taken out with one button."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.queries.sample import find_sample
from satsuma.app.segmentation.services.sample import remove_sample, start_sample
from satsuma.web.answers import reader
from satsuma.web.pages.settings import Part, SettingsCard
from satsuma.web.routes import route


@require_GET
def sample_data(request: HttpRequest) -> HttpResponse:
    return render(request, "sample/page.html", {"sample": find_sample(), "title": _("Sample data")})


@require_POST
def start(request: HttpRequest) -> HttpResponseBase:
    """Has it made by a job, whose page leads on to the companies."""
    return redirect("job", start_sample(by=reader(request), at=timezone.now()).pk)


@require_POST
def remove(request: HttpRequest) -> HttpResponseBase:
    removed = remove_sample(by=reader(request), at=timezone.now())
    messages.success(request, _("The sample data is gone."))
    for name in removed.kept:
        told = _("The segmentation “%(name)s” stays with its questions, because you changed it.")
        messages.info(request, told % {"name": name})
    if kept := len({row.row_id for row in removed.undone.kept}):
        told = ngettext(
            "%(count)d entry stays, because you changed it or added to it.",
            "%(count)d entries stay, because you changed them or added to them.",
            kept,
        )
        messages.info(request, told % {"count": kept})
    return redirect("sample_data")


SETTINGS = [
    SettingsCard(
        part=Part.INSTALLATION,
        position=40,
        title=gettext_lazy("Sample data"),
        text=gettext_lazy("Invented customers to look around with"),
        icon="sparkles",
        address="sample_data",
        needs=Permission.ADMINISTER,
    )
]

urlpatterns = [
    route("settings/sample-data/", sample_data, name="sample_data", needs=Permission.ADMINISTER),
    route("settings/sample-data/start/", start, name="sample_data_start", needs=Permission.ADMINISTER),
    route("settings/sample-data/remove/", remove, name="sample_data_remove", needs=Permission.ADMINISTER),
]
