"""Where people arrive: the dashboard as soon as a segmentation is published, until then the companies, which are what
there is to work with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from satsuma.app.accounts.permissions import Permission
from satsuma.app.segmentation.queries.segmentations import list_published
from satsuma.web.routes import route


def home(request: HttpRequest) -> HttpResponseBase:
    return redirect("dashboard" if list_published() else "company_list")


urlpatterns = [route("", home, name="home", needs=Permission.VIEW)]
