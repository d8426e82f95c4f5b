"""The options of a choice field, under Settings: the editor on the page of the field. Each change answers htmx with the
editor anew, and everybody else with the page.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.queries.fields import get_field_by_id
from satsuma.app.crm.queries.settings import get_option
from satsuma.app.crm.services import options as services
from satsuma.web.answers import is_fragment
from satsuma.web.forms.fields import OptionForm, OptionsForm, ids
from satsuma.web.pages.fields import OptionRow, has_own_options, options_page
from satsuma.web.routes import route
from satsuma.web.views.fields import show_field

MANAGE = Permission.MANAGE_FIELDS


@require_GET
def option_list(request: HttpRequest, field_id: int) -> HttpResponse:
    """The editor: a page of options, or those that a search finds."""
    if not has_own_options(get_field_by_id(field_id)):
        raise NotFoundError(_("There is no such field with options."), field_id=field_id)
    return _editor(request, field_id)


@require_POST
def option_new(request: HttpRequest, field_id: int) -> HttpResponse:
    field = get_field_by_id(field_id)
    form = OptionsForm(request.POST)
    if form.is_valid():
        try:
            added = services.create_options(field_id=field_id, labels=form.option_labels(), at=timezone.now())
        except ValuesError as error:
            form.refuse(error)
        else:
            said = ngettext("%(count)d option was added.", "%(count)d options were added.", added) % {"count": added}
            messages.success(request, said)
            return redirect("field_edit", field_id=field_id)
    return show_field(request, field, options_form=form)


@require_POST
def option_rename(request: HttpRequest, option_id: int) -> HttpResponse:
    """The new name; a refused one stays in its place with the reason beside it."""
    option = get_option(option_id)
    form = OptionForm(request.POST)
    if form.is_valid():
        try:
            services.rename_option(option_id=option_id, label=form.cleaned_data["label"], at=timezone.now())
        except ValuesError as error:
            form.refuse(error)
    if not form.errors:
        return _changed(request, option.field_id)
    problem = " ".join(str(sentence) for found in form.errors.values() for sentence in found)
    typed = request.POST.get("label", "")
    refused = OptionRow(option_id, option.label, option.retired_at is not None, typed=typed, problem=problem)
    if is_fragment(request):
        return _editor(request, option.field_id, refused)
    messages.error(request, problem)
    return redirect("field_edit", field_id=option.field_id)


@require_POST
def option_order(request: HttpRequest, field_id: int) -> HttpResponse:
    services.order_options(field_id=field_id, option_ids=ids(request.POST.get("order", "")), at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def option_sort(request: HttpRequest, field_id: int) -> HttpResponse:
    services.sort_options(field_id=field_id, at=timezone.now())
    return _changed(request, field_id)


@require_POST
def option_up(request: HttpRequest, option_id: int) -> HttpResponse:
    return _change(request, option_id, lambda: services.move_option(option_id=option_id, up=True, at=timezone.now()))


@require_POST
def option_down(request: HttpRequest, option_id: int) -> HttpResponse:
    return _change(request, option_id, lambda: services.move_option(option_id=option_id, up=False, at=timezone.now()))


@require_POST
def option_retire(request: HttpRequest, option_id: int) -> HttpResponse:
    return _change(request, option_id, lambda: services.retire_option(option_id=option_id, at=timezone.now()))


@require_POST
def option_restore(request: HttpRequest, option_id: int) -> HttpResponse:
    return _change(request, option_id, lambda: services.restore_option(option_id=option_id, at=timezone.now()))


@require_POST
def option_delete(request: HttpRequest, option_id: int) -> HttpResponse:
    return _change(request, option_id, lambda: services.delete_option(option_id=option_id, at=timezone.now()))


def _change(request: HttpRequest, option_id: int, change: Callable[[], None]) -> HttpResponse:
    """Makes the change. What is refused is a message: htmx gets it from the frame, leaving the editor as it is."""
    field_id = get_option(option_id).field_id
    try:
        change()
    except RefusedError as error:
        if is_fragment(request):
            raise
        messages.error(request, str(error))
    return _changed(request, field_id)


def _changed(request: HttpRequest, field_id: int) -> HttpResponse:
    return _editor(request, field_id) if is_fragment(request) else redirect("field_edit", field_id=field_id)


def _editor(request: HttpRequest, field_id: int, refused: OptionRow | None = None) -> HttpResponse:
    """The page and the search that the editor shows come along with every change."""
    sent = request.GET if request.method == "GET" else request.POST
    number = sent.get("page", "")
    page = options_page(
        field_id,
        search=sent.get("search", ""),
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1,
        refused=refused,
    )
    return render(request, "options/editor.html", {"options": page})


FIELD, OPTION = "settings/fields/<int:field_id>/options", "settings/options/<int:option_id>"

urlpatterns = [
    route(f"{FIELD}/", option_list, name="option_list", needs=MANAGE),
    route(f"{FIELD}/new/", option_new, name="option_new", needs=MANAGE),
    route(f"{FIELD}/order/", option_order, name="option_order", needs=MANAGE),
    route(f"{FIELD}/sort/", option_sort, name="option_sort", needs=MANAGE),
    route(f"{OPTION}/rename/", option_rename, name="option_rename", needs=MANAGE),
    route(f"{OPTION}/up/", option_up, name="option_up", needs=MANAGE),
    route(f"{OPTION}/down/", option_down, name="option_down", needs=MANAGE),
    route(f"{OPTION}/retire/", option_retire, name="option_retire", needs=MANAGE),
    route(f"{OPTION}/restore/", option_restore, name="option_restore", needs=MANAGE),
    route(f"{OPTION}/delete/", option_delete, name="option_delete", needs=MANAGE),
]
