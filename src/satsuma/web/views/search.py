"""Search over everything: its page, and the suggestions under the search in the top bar."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.queries.search import search as find
from satsuma.web.pages.search import hit_groups
from satsuma.web.routes import route

LONGEST_WORDS = 200
SUGGESTED = 5
SHOWN = 20


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What is found by the words, in groups."""
    words = _words(request)
    groups = hit_groups(find(words, limit=SHOWN), words)
    return render(request, "search/page.html", {"title": _("Search"), "search_text": words, "groups": groups})


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """The best few of each kind, while somebody types."""
    words = _words(request)
    groups = hit_groups(find(words, limit=SUGGESTED), words) if words else []
    return render(request, "search/suggestions.html", {"search_text": words, "groups": groups})


def _words(request: HttpRequest) -> str:
    typed = request.GET.get("q", "")[:LONGEST_WORDS]
    return typed.encode(errors="ignore").decode().replace("\0", "").strip()


urlpatterns = [
    route("search/", search, name="search", needs=Permission.VIEW),
    route("search/suggestions/", suggestions, name="search_suggestions", needs=Permission.VIEW),
]
