"""Where people arrive: the companies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from satsuma.app.accounts.permissions import Permission
from satsuma.web.routes import route


def home(request: HttpRequest) -> HttpResponseBase:
    return redirect("company_list")


urlpatterns = [route("", home, name="home", needs=Permission.VIEW)]
