"""The list of deals: filtered, sorted, page by page, as a file; saved views; changing many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from satsuma.app import locale
from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import list_active_users
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.lists import ListDefinition, ListQuery, read_list_query
from satsuma.app.crm.lists.deals import deal_list
from satsuma.app.crm.queries.deals import list_stages
from satsuma.app.crm.queries.lists import Count
from satsuma.app.crm.services.deal_bulk import DealsChanged, assign_deals, move_deals
from satsuma.app.crm.services.deals import bin_deals
from satsuma.app.crm.services.views import save_view
from satsuma.web.answers import is_fragment, reader, tell
from satsuma.web.forms.lists import ConditionForm, ViewForm
from satsuma.web.ids import read_id
from satsuma.web.list_files import list_file
from satsuma.web.pages.lists import list_shown, views_shown
from satsuma.web.routes import route

MOST_CHOSEN = 500
MOST_SAID = 5
"""Sentences of segmentations that are shown after a change of many."""


@require_GET
def deals(request: HttpRequest) -> HttpResponse:
    """The deals that the address asks for."""
    definition = deal_list()
    return _list_page(request, definition, _asked(definition, request.GET))


@require_GET
def add_filter(request: HttpRequest) -> HttpResponseBase:
    """Asks how a column is to be compared; with an answer it leads to the list with one condition more."""
    definition = deal_list()
    query = _asked(definition, request.GET)
    column = definition.find_column(request.GET.get("key", ""))
    if column is None:
        return redirect(_address(definition, query))
    form = ConditionForm(column, data=request.GET if "operator" in request.GET else None)
    if form.is_bound and form.is_valid():
        conditions = tuple(dict.fromkeys((*query.conditions, form.condition())))
        return redirect(_address(definition, replace(query, conditions=conditions, cursor=None)))
    if is_fragment(request):
        return render(request, "lists/condition.html", {"condition": form})
    return _list_page(request, definition, query, form)


@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows as a file; a long one is made by a job."""
    return list_file(request, deal_list())


@require_GET
def views(request: HttpRequest) -> HttpResponse:
    """The saved views of the list, and the form that keeps what is shown."""
    definition = deal_list()
    query = _asked(definition, request.GET).at(None)
    shown = {
        "title": _("Saved views"),
        "views": views_shown(definition, query, path=reverse("deal_list"), reader=reader(request)),
        "address": query.address(definition),
        "keep_url": reverse("deal_view_new"),
    }
    return render(request, "lists/views.html" if is_fragment(request) else "contact_lists/views.html", shown)


@require_POST
def keep_view(request: HttpRequest) -> HttpResponseBase:
    """Keeps what is shown under a name."""
    definition, form = deal_list(), ViewForm(request.POST)
    form.is_valid()
    query = _asked(definition, QueryDict(form.cleaned_data.get("address", ""))).at(None)
    try:
        view = save_view(
            list_name=definition.name,
            name=form.cleaned_data.get("name", ""),
            query=query.address(definition),
            shared=form.cleaned_data.get("shared", False),
            by=reader(request),
        )
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    except ValuesError as error:
        messages.error(request, error.remedy)
    return redirect(_address(definition, query))


@require_POST
def move_many(request: HttpRequest) -> HttpResponseBase:
    """Puts the chosen deals into the stage that `stage` names."""
    stage_id = _id(request.POST.get("stage", "")) or 0
    return _change(request, lambda ids: move_deals(deal_ids=ids, stage_id=stage_id, **_who_and_when(request)))


@require_POST
def assign_many(request: HttpRequest) -> HttpResponseBase:
    """Gives the chosen deals to whom `owner` names, or to nobody."""
    owner_id = _id(request.POST.get("owner", ""))
    return _change(request, lambda ids: assign_deals(deal_ids=ids, owner_id=owner_id, **_who_and_when(request)))


def _who_and_when(request: HttpRequest) -> dict[str, Any]:
    return {"by": reader(request), "at": timezone.now()}


def _change(request: HttpRequest, change: Callable[[Sequence[int]], DealsChanged]) -> HttpResponseBase:
    """Does it with the chosen deals, tells how to undo it, and shows the list as it was."""
    try:
        done = change(_chosen(request))
    except ValuesError as error:
        messages.error(request, error.remedy)
        return redirect(_back(request))
    if done.batch_id is None:
        messages.info(request, _("Nothing changed: it was so already."))
        return redirect(_back(request))
    sentence = ngettext("%(count)d deal changed.", "%(count)d deals changed.", done.count) % {"count": done.count}
    undo = format_html('<a href="{}">{}</a>', reverse("bulk_change", args=[done.batch_id]), _("Undo"))
    tell(request, format_html("{} {}", sentence, undo), done.says[:MOST_SAID])
    return redirect(_back(request))


@require_POST
def put_many_into_bin(request: HttpRequest) -> HttpResponseBase:
    """Puts the chosen deals into the bin and shows the list as it was."""
    done = bin_deals(deal_ids=_chosen(request), **_who_and_when(request))
    sentence = ngettext(
        "%(count)d deal is in the bin. It stays there for 30 days.",
        "%(count)d deals are in the bin. They stay there for 30 days.",
        done.count,
    )
    tell(request, sentence % {"count": done.count}, done.says[:MOST_SAID])
    return redirect(_back(request))


def _chosen(request: HttpRequest) -> list[int]:
    """The rows of the page that are ticked."""
    ids = (_id(text) for text in request.POST.getlist("selected")[:MOST_CHOSEN])
    return [id_ for id_ in ids if id_]


def _id(text: str) -> int | None:
    """The id that a control sends. What is no id names nothing that there is: 0."""
    if not text:
        return None
    return read_id(text) or 0


def _back(request: HttpRequest) -> str:
    definition = deal_list()
    return _address(definition, _asked(definition, QueryDict(request.POST.get("address", "")[:4000])))


def _list_page(
    request: HttpRequest, definition: ListDefinition, query: ListQuery, condition: ConditionForm | None = None
) -> HttpResponse:
    page = list_shown(
        definition,
        query,
        path=reverse("deal_list"),
        as_of=timezone.localdate(),
        counted=_counted,
    )
    shown = {
        "page": page,
        "title": _("Deals"),
        "condition": condition,
        "stages": list_stages(),
        "owners": list_active_users(),
    }
    return render(request, "deals/list.html", shown, status=422 if condition and condition.errors else 200)


def _counted(count: Count) -> str:
    shown = locale.number(count.rows) + "+" * count.is_more
    return ngettext("%(count)s deal", "%(count)s deals", count.rows) % {"count": shown}


def _asked(definition: ListDefinition, parameters: QueryDict) -> ListQuery:
    return read_list_query(definition, dict(parameters.lists()))


def _address(definition: ListDefinition, query: ListQuery) -> str:
    address = query.address(definition)
    return f"{reverse('deal_list')}?{address}" if address else reverse("deal_list")


urlpatterns = [
    route("deals/list/", deals, name="deal_list", needs=Permission.VIEW),
    route("deals/list/filter/", add_filter, name="deal_filter", needs=Permission.VIEW),
    route("deals/list/export/", export, name="deal_export", needs=Permission.VIEW),
    route("deals/list/views/", views, name="deal_views", needs=Permission.VIEW),
    route("deals/list/views/new/", keep_view, name="deal_view_new", needs=Permission.VIEW),
    route("deals/list/move/", move_many, name="deal_list_move", needs=Permission.EDIT_CONTACTS),
    route("deals/list/owner/", assign_many, name="deal_list_owner", needs=Permission.EDIT_CONTACTS),
    route("deals/list/bin/", put_many_into_bin, name="deal_list_bin", needs=Permission.EDIT_CONTACTS),
]
