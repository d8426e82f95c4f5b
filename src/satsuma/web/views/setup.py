"""The first run: whoever has the one-time token names the workspace and becomes its first administrator."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from satsuma.app.accounts.errors import AccountError
from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import find_workspace
from satsuma.app.accounts.services.setup import check_setup_token, forget_setup_token, set_up
from satsuma.web.choices import suggested_currency
from satsuma.web.forms.setup import SetupForm
from satsuma.web.languages import offered_languages
from satsuma.web.pages.setup import StartPage, Way
from satsuma.web.routes import Access, route


@require_GET
def not_set_up(request: HttpRequest) -> HttpResponseBase:
    """Where every address leads before the first run."""
    if find_workspace() is not None:
        return redirect("/")
    return render(request, "setup/not_set_up.html", {"title": _("Not set up yet")})


def setup(request: HttpRequest, token: str) -> HttpResponseBase:
    if find_workspace() is not None:
        raise Http404
    if not check_setup_token(settings.DATA_FOLDER, token):
        return render(request, "setup/not_set_up.html", {"title": _("This address is not right")}, status=404)
    form = SetupForm(request.POST or None, initial=_suggestions(request))
    if request.method == "POST" and form.is_valid():
        try:
            administrator = _set_up(form.cleaned_data)
        except AccountError as refused:
            form.refuse(refused)
        else:
            login(request, administrator)
            return redirect("start")
    return render(request, "setup/setup.html", {"title": _("Welcome to Satsuma"), "form": form})


def _set_up(entries: dict[str, Any]) -> User:
    """The workspace with its first administrator and what every workspace begins with; then the token is no more."""
    from satsuma.app.crm.services.defaults import create_defaults

    at = timezone.now()
    with transaction.atomic(), translation.override(entries["language"]):
        administrator = set_up(**entries, at=at)
        create_defaults(at=at)
    forget_setup_token(settings.DATA_FOLDER)
    return administrator


def _suggestions(request: HttpRequest) -> dict[str, str]:
    offered = dict(offered_languages())
    language = translation.get_language_from_request(request)
    return {
        "language": language if language in offered else "en",
        "currency": suggested_currency(request.headers.get("Accept-Language", "")),
        "time_zone": "UTC",
    }


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """The three ways to begin, of those that there are."""
    ways = [
        Way(_("Start with sample data"), _("Look around first"), "sparkles", _address("sample_data_start"), posts=True),
        Way(_("Import a file"), _("Companies, people and deals"), "file-import", _address("import_new")),
        Way(_("Start empty"), _("Enter the first company by hand"), "player-play", _address("company_list", "/")),
    ]
    page = StartPage(_("How do you want to start?"), [way for way in ways if way.url])
    return render(request, "setup/start.html", {"page": page})


def _address(name: str, otherwise: str = "") -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return otherwise


urlpatterns = [
    route("setup/", not_set_up, name="not_set_up", needs=Access.PUBLIC),
    route("setup/<str:token>/", setup, name="setup", needs=Access.PUBLIC),
    route("start/", start, name="start", needs=Permission.ADMINISTER),
]
