"""The workspace, under Settings: its name, language, currency and time zone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.app.accounts.errors import AccountError
from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import find_workspace
from satsuma.app.accounts.services.workspace import change_workspace
from satsuma.web.forms.workspace import WorkspaceForm
from satsuma.web.pages.settings import Part, SettingsCard
from satsuma.web.routes import route

ENTRIES = ("name", "language", "currency", "time_zone")


def workspace(request: HttpRequest) -> HttpResponse:
    kept = find_workspace()
    form = WorkspaceForm(request.POST or None, initial={name: getattr(kept, name) for name in ENTRIES})
    if request.method == "POST" and form.is_valid():
        try:
            change_workspace(**form.cleaned_data)
        except AccountError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("workspace")
    return render(request, "workspace/workspace.html", {"title": _("Workspace"), "form": form})


SETTINGS = [
    SettingsCard(
        part=Part.INSTALLATION,
        position=20,
        title=gettext_lazy("Workspace"),
        text=gettext_lazy("Name, language, currency and time zone"),
        icon="building",
        address="workspace",
        needs=Permission.ADMINISTER,
    )
]

urlpatterns = [route("settings/workspace/", workspace, name="workspace", needs=Permission.ADMINISTER)]
