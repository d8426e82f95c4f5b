"""The list of deals: filtered, sorted, page by page, as a file; saved views; many into the bin."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.lists import ListDefinition, ListQuery, read_list_query
from satsuma.app.crm.lists.deals import deal_list
from satsuma.app.crm.queries.lists import Count
from satsuma.app.crm.services.deals import bin_deals
from satsuma.app.crm.services.views import save_view
from satsuma.web import locale
from satsuma.web.answers import is_fragment, reader
from satsuma.web.forms.lists import ConditionForm, ViewForm
from satsuma.web.list_files import list_file
from satsuma.web.pages.lists import list_shown
from satsuma.web.routes import route


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
def put_many_into_bin(request: HttpRequest) -> HttpResponseBase:
    """Puts the chosen deals into the bin and shows the list as it was."""
    chosen = [id_ for id_ in request.POST.getlist("selected") if id_.isascii() and id_.isdecimal() and len(id_) < 19]
    count = bin_deals(deal_ids=[int(id_) for id_ in chosen], by=reader(request), at=timezone.now())
    sentence = ngettext(
        "%(count)d deal is in the bin. It stays there for 30 days.",
        "%(count)d deals are in the bin. They stay there for 30 days.",
        count,
    )
    messages.success(request, sentence % {"count": count})
    definition = deal_list()
    return redirect(_address(definition, _asked(definition, QueryDict(request.POST.get("address", "")[:4000]))))


def _list_page(
    request: HttpRequest, definition: ListDefinition, query: ListQuery, condition: ConditionForm | None = None
) -> HttpResponse:
    page = list_shown(
        definition,
        query,
        path=reverse("deal_list"),
        as_of=timezone.localdate(),
        reader=reader(request),
        counted=_counted,
    )
    shown = {"page": page, "title": _("Deals"), "condition": condition}
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
    route("deals/list/views/", keep_view, name="deal_view_new", needs=Permission.VIEW),
    route("deals/list/bin/", put_many_into_bin, name="deal_list_bin", needs=Permission.EDIT_CONTACTS),
]
