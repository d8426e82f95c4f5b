"""The lists of companies and people: filtered, sorted, page by page; the Segmentation box beside them; the form that
adds a condition; saved views.

Every address exists for both kinds: /companies/ and /people/. Changing many is in `bulk`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from satsuma.app import locale
from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.lists import ListDefinition, ListQuery, read_address, read_list_query
from satsuma.app.crm.lists.contacts import contact_list
from satsuma.app.crm.queries.lists import Count
from satsuma.app.crm.services.views import delete_view, save_view
from satsuma.app.segmentation.lists.boxes import boxed_segmentation, count_by_segment, count_rows_and_segments
from satsuma.app.segmentation.lists.columns import listed_segmentations, segment_key
from satsuma.domain.model import Kind
from satsuma.web.answers import is_fragment, reader
from satsuma.web.forms.lists import ConditionForm, ViewForm
from satsuma.web.list_files import list_file
from satsuma.web.pages.lists import list_shown, views_shown
from satsuma.web.pages.segment_boxes import SegmentBox, segment_box
from satsuma.web.routes import route

PLACES = {Kind.COMPANY: "companies", Kind.PERSON: "people"}


@require_GET
def contacts(request: HttpRequest, *, kind: Kind) -> HttpResponse:
    """The companies or people that the address asks for."""
    definition = contact_list(kind)
    return _list_page(request, kind, definition, _asked(request, definition))


@require_GET
def add_filter(request: HttpRequest, *, kind: Kind) -> HttpResponseBase:
    """Asks how a column is to be compared; with an answer it leads to the list with one condition more."""
    definition = contact_list(kind)
    query = _asked(request, definition)
    column = definition.find_column(request.GET.get("key", ""))
    if column is None:
        return redirect(_address(kind, definition, query))
    form = ConditionForm(column, data=request.GET if "operator" in request.GET else None)
    if form.is_bound and form.is_valid():
        conditions = tuple(dict.fromkeys((*query.conditions, form.condition())))
        return redirect(_address(kind, definition, replace(query, conditions=conditions, cursor=None)))
    if is_fragment(request):
        return render(request, "lists/condition.html", {"condition": form})
    return _list_page(request, kind, definition, query, form, status=422 if form.errors else 200)


@require_GET
def segments(request: HttpRequest, *, kind: Kind) -> HttpResponseBase:
    """The Segmentation box of the list, counted."""
    definition = contact_list(kind)
    query = _asked(request, definition)
    box, _rows = _box(kind, definition, query, counts=False)
    if box is None:
        return redirect(_address(kind, definition, query))
    shown = {"title": _("Segmentation"), "box": box}
    return render(request, "contact_lists/box.html" if is_fragment(request) else "contact_lists/box_page.html", shown)


@require_GET
def export(request: HttpRequest, *, kind: Kind) -> HttpResponseBase:
    """What the list shows as a file; a long one is made by a job."""
    return list_file(request, contact_list(kind))


@require_GET
def views(request: HttpRequest, *, kind: Kind) -> HttpResponse:
    """The saved views of the list, and the form that keeps what is shown."""
    definition = contact_list(kind)
    query = _asked(request, definition).at(None)
    shown = {
        "title": _("Saved views"),
        "views": views_shown(definition, query, path=reverse(f"{kind}_list"), reader=reader(request)),
        "address": query.address(definition),
        "keep_url": reverse(f"{kind}_view_new"),
    }
    return render(request, "lists/views.html" if is_fragment(request) else "contact_lists/views.html", shown)


@require_POST
def keep_view(request: HttpRequest, *, kind: Kind) -> HttpResponseBase:
    """Keeps what is shown under a name."""
    definition = contact_list(kind)
    form = ViewForm(request.POST)
    form.is_valid()
    query = read_address(definition, form.cleaned_data.get("address", "")).at(None)
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
    return redirect(_address(kind, definition, query))


@require_POST
def forget_view(request: HttpRequest, view_id: int) -> HttpResponseBase:
    view = delete_view(view_id=view_id, by=reader(request))
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect({"companies": "company_list", "people": "person_list"}.get(view.list, "deal_list"))


def _list_page(
    request: HttpRequest,
    kind: Kind,
    definition: ListDefinition,
    query: ListQuery,
    condition: ConditionForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    box, count = _box(kind, definition, query, counts=True)
    page = list_shown(
        definition,
        query,
        path=reverse(f"{kind}_list"),
        as_of=timezone.localdate(),
        counted=partial(_counted, kind),
        count=count,
    )
    shown = {
        "title": _("Companies") if kind is Kind.COMPANY else _("People"),
        "page": page,
        "kind": kind.value,
        "condition": condition,
        "box": box,
    }
    return render(request, "contact_lists/page.html", shown, status=status)


def _box(
    kind: Kind, definition: ListDefinition, query: ListQuery, *, counts: bool
) -> tuple[SegmentBox | None, Count | None]:
    """The Segmentation box, None where nothing is published; and with `counts` the number of the list's rows. The box
    of a long list counts itself later."""
    published, today = listed_segmentations(definition), timezone.localdate()
    if (found := boxed_segmentation(query, published)) is None:
        return None, None
    key, rows, each = segment_key(found), None, None
    if counts:
        rows, each = count_rows_and_segments(definition, query, key, as_of=today)
    else:
        each = count_by_segment(definition, query, key, as_of=today)
    path, counts_path = reverse(f"{kind}_list"), reverse(f"{kind}_segments")
    return segment_box(definition, query, found, published, each, path=path, counts_path=counts_path), rows


def _counted(kind: Kind, count: Count) -> str:
    shown = locale.number(count.rows) + "+" * count.is_more
    if kind is Kind.COMPANY:
        return ngettext("%(count)s company", "%(count)s companies", count.rows) % {"count": shown}
    return ngettext("%(count)s person", "%(count)s people", count.rows) % {"count": shown}


def _asked(request: HttpRequest, definition: ListDefinition) -> ListQuery:
    return read_list_query(definition, dict(request.GET.lists()))


def _address(kind: Kind, definition: ListDefinition, query: ListQuery) -> str:
    address = query.address(definition)
    return f"{reverse(f'{kind}_list')}?{address}" if address else reverse(f"{kind}_list")


urlpatterns = [route("views/<int:view_id>/delete/", forget_view, name="view_delete", needs=Permission.VIEW)]
for _kind, _place in PLACES.items():
    urlpatterns += [
        route(f"{_place}/", partial(contacts, kind=_kind), name=f"{_kind}_list", needs=Permission.VIEW),
        route(f"{_place}/filter/", partial(add_filter, kind=_kind), name=f"{_kind}_filter", needs=Permission.VIEW),
        route(f"{_place}/segments/", partial(segments, kind=_kind), name=f"{_kind}_segments", needs=Permission.VIEW),
        route(f"{_place}/export/", partial(export, kind=_kind), name=f"{_kind}_export", needs=Permission.VIEW),
        route(f"{_place}/views/", partial(views, kind=_kind), name=f"{_kind}_views", needs=Permission.VIEW),
        route(f"{_place}/views/new/", partial(keep_view, kind=_kind), name=f"{_kind}_view_new", needs=Permission.VIEW),
    ]
