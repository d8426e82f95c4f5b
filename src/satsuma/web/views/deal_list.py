"""The list of deals: filtered, sorted, page by page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.lists import read_list_query
from satsuma.app.crm.lists.deals import deal_list
from satsuma.app.crm.queries.lists import count_rows, list_page
from satsuma.web.routes import route


@require_GET
def deals(request: HttpRequest) -> HttpResponse:
    """The deals that the address asks for."""
    definition, today = deal_list(), timezone.localdate()
    query = read_list_query(definition, dict(request.GET.lists()))
    shown = {
        "title": _("Deals"),
        "query": query,
        "sort": f"{'-' * query.descending}{query.sort}",
        "page": list_page(definition, query, as_of=today),
        "count": count_rows(definition, query, as_of=today),
    }
    return render(request, "deals/list.html", shown)


urlpatterns = [route("deals/list/", deals, name="deal_list", needs=Permission.VIEW)]
