"""Quick-fill: a grid of the contacts of a list and the fields that segmentations ask for, saved row by row.

Every address exists for both kinds: /companies/fill/ and /people/fill/, with the address of the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import ConflictError, ValuesError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.lists import ListDefinition, ListQuery, read_address, read_list_query
from satsuma.app.crm.lists.contacts import contact_list
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries.contacts import get_contact
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.crm.queries.lists import list_page
from satsuma.app.crm.services.contacts import save_contact
from satsuma.app.crm.wording import shown_value
from satsuma.app.segmentation.queries.questions import list_questions
from satsuma.domain.model import Kind
from satsuma.web.answers import is_fragment, reader, show_problems, tell
from satsuma.web.forms.quick_fill import RowForm
from satsuma.web.routes import route

PLACES = {Kind.COMPANY: "companies", Kind.PERSON: "people"}
PAGE_ROWS = 25


@dataclass(frozen=True, slots=True)
class Row:
    """A contact and its form. `says` is what came of saving it; `theirs` what somebody else saved meanwhile."""

    contact: Contact
    form: RowForm
    says: Sequence[str] = ()
    theirs: Sequence[str] = ()


@require_GET
def fill(request: HttpRequest, *, kind: Kind) -> HttpResponse:
    """A page of the list as a grid."""
    definition, fields = contact_list(kind), _asked_fields(kind)
    query = read_list_query(definition, dict(request.GET.lists()))
    page = list_page(definition, query, as_of=timezone.localdate(), size=PAGE_ROWS)

    def url(asked: ListQuery) -> str:
        return f"{reverse(f'{kind}_fill')}?{asked.address(definition)}"

    shown = {
        "title": _("Quick-fill"),
        "kind": kind.value,
        "fields": fields,
        "rows": [Row(contact, RowForm(contact, fields)) for contact in page.rows],
        "address": query.address(definition),
        "previous_url": url(query.at(page.before)) if page.before else "",
        "next_url": url(query.at(page.after)) if page.after else "",
        "back_url": f"{reverse(f'{kind}_list')}?{query.at(None).address(definition)}",
    }
    return render(request, "quick_fill/page.html", shown)


@require_POST
def fill_row(request: HttpRequest, contact_id: int, *, kind: Kind) -> HttpResponseBase:
    """Saves a row; the answer is the row as it is now."""
    contact, fields = get_contact(kind, contact_id), _asked_fields(kind)
    form = RowForm(contact, fields, data=request.POST)
    if not form.is_valid():
        return _row_page(request, kind, Row(contact, form), status=422)
    try:
        version = form.cleaned_data["version"]
        saved = save_contact(
            contact_id=contact_id, version=version, entry=form.entry(), by=reader(request), at=timezone.now()
        )
    except ValuesError as error:
        show_problems(form, error)
        return _row_page(request, kind, Row(contact, form), status=422)
    except ConflictError as error:
        again = RowForm(
            contact, fields, data={**request.POST.dict(), **_several(request, fields), "version": error.version}
        )
        return _row_page(request, kind, Row(contact, again, theirs=_theirs(form, error)), status=409)
    if not is_fragment(request):
        tell(request, _("%(name)s is saved.") % {"name": saved.contact.name}, saved.says)
        return redirect(_page_address(kind, contact_list(kind), request.POST.get("address", "")))
    row = Row(saved.contact, RowForm(saved.contact, fields), says=[_("Saved"), *saved.says])
    return _row_page(request, kind, row)


def _asked_fields(kind: Kind) -> list[FieldSpec]:
    """What published segmentations ask for and people enter, in the order of the fields."""
    asked = list_questions(kind)
    return [field for field in list_fields(kind) if field.key in asked and field.is_typed_in]


def _row_page(request: HttpRequest, kind: Kind, row: Row, *, status: int = 200) -> HttpResponse:
    shown = {
        "title": row.contact.name,
        "kind": kind.value,
        "row": row,
        "rows": [row],
        "fields": list(row.form.asked.values()),
        "address": request.POST.get("address", ""),
        "back_url": _page_address(kind, contact_list(kind), request.POST.get("address", "")),
    }
    template = "quick_fill/row.html" if is_fragment(request) else "quick_fill/page.html"
    return render(request, template, shown, status=status)


def _several(request: HttpRequest, fields: Sequence[FieldSpec]) -> dict[str, list[str]]:
    return {field.key: request.POST.getlist(field.key) for field in fields if field.type == "choices"}


def _theirs(form: RowForm, error: ConflictError) -> list[str]:
    """ "Employees: 50", of the fields that are stored otherwise by now."""
    shown = ((form.asked[key], value) for key, value in error.theirs.items() if key in form.asked)
    return [f"{field.label}: {shown_value(field, value) or _('empty')}" for field, value in shown]  # type: ignore[arg-type]


def _page_address(kind: Kind, definition: ListDefinition, address: str) -> str:
    return f"{reverse(f'{kind}_fill')}?{read_address(definition, address).address(definition)}"


EDIT = Permission.EDIT_CONTACTS
urlpatterns = []
for _kind, _place in PLACES.items():
    urlpatterns += [
        route(f"{_place}/fill/", partial(fill, kind=_kind), name=f"{_kind}_fill", needs=EDIT),
        route(f"{_place}/<int:contact_id>/fill/", partial(fill_row, kind=_kind), name=f"{_kind}_fill_row", needs=EDIT),
    ]
