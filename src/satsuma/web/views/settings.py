"""The settings' landing page: a card for each page of settings that the reader may see."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from satsuma.app.accounts.permissions import Permission, allows
from satsuma.web import views
from satsuma.web.pages.settings import SettingsCard, SettingsPage, settings_parts
from satsuma.web.routes import route


@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    shown = settings_parts(card for card in all_cards() if allows(request.user, card.needs))
    return render(request, "settings/settings.html", {"page": SettingsPage(_("Settings"), shown)})


def all_cards() -> list[SettingsCard]:
    """The cards of all modules of `views`."""
    modules = (import_module(f"{views.__name__}.{module.name}") for module in iter_modules(views.__path__))
    return [card for module in modules for card in getattr(module, "SETTINGS", [])]


urlpatterns = [route("settings/", settings, name="settings", needs=Permission.MANAGE_FIELDS)]
