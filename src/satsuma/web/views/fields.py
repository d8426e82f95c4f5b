"""Fields and their sections, under Settings: lists per kind, order, forms, retiring. Options are in `options`, metrics
in `metrics`.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import RefusedError, ValuesError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.queries.fields import get_field_by_id, list_fields, list_sections, section_label
from satsuma.app.crm.queries.settings import get_section
from satsuma.app.crm.queries.where_used import count_values, list_uses
from satsuma.app.crm.services import fields as services
from satsuma.app.crm.services import sections as orders
from satsuma.domain.model import Kind
from satsuma.web.answers import form_status, is_fragment, kind_of, try_change
from satsuma.web.forms.fields import FieldForm, OptionsForm, SectionForm, ids
from satsuma.web.ids import read_id
from satsuma.web.pages.fields import FieldPage, FieldRow, edit_url, fields_page, has_own_options, options_page
from satsuma.web.pages.settings import Part, SettingsCard
from satsuma.web.routes import route

MANAGE = Permission.MANAGE_FIELDS


@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    return redirect("field_list", kind=Kind.COMPANY.value)


@require_GET
def field_list(request: HttpRequest, kind: str) -> HttpResponse:
    return render(request, "fields/list.html", {"page": fields_page(kind_of(kind))})


@require_GET
def field_counts(request: HttpRequest, kind: str) -> HttpResponse:
    """How many contacts have a value, for every field of the list: apart, as all contacts are read for it."""
    shown = [field for field in list_fields(kind_of(kind), retired=True) if field.is_typed_in]
    counts = count_values(kind_of(kind), shown)
    return render(request, "fields/counts.html", {"rows": [(field, counts[field.key]) for field in shown]})


@require_http_methods(["GET", "POST"])
def field_new(request: HttpRequest, kind: str) -> HttpResponse:
    of = kind_of(kind)
    form = FieldForm(list_sections(of), data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_field(kind=of, draft=form.draft(), options=form.option_labels(), at=timezone.now())
        except (ValuesError, RefusedError) as error:
            form.refuse(error)
        else:
            messages.success(request, _("“%(name)s” was added.") % {"name": made.label})
            return redirect("field_list", kind=kind)
    title = _("New field of companies") if of is Kind.COMPANY else _("New field of people")
    return render(request, "fields/new.html", {"title": title, "form": form, "kind": of}, status=form_status(form))


@require_http_methods(["GET", "POST"])
def field_edit(request: HttpRequest, field_id: int) -> HttpResponse:
    field = get_field_by_id(field_id)
    if field.metric:
        return redirect("metric_edit", field_id=field_id)
    form = FieldForm(list_sections(field.kind), data=request.POST or None, field=field)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_field(field_id=field_id, draft=form.draft(), at=timezone.now())
        except (ValuesError, RefusedError) as error:
            form.refuse(error)
        else:
            messages.success(request, _("“%(name)s” was saved.") % {"name": changed.label})
            return redirect("field_list", kind=field.kind.value)
    return show_field(request, field, form)


def show_field(
    request: HttpRequest, field: FieldSpec, form: FieldForm | None = None, options_form: OptionsForm | None = None
) -> HttpResponse:
    """The page on which a field is edited. A form that has problems comes along with what was typed."""
    form = form or FieldForm(list_sections(field.kind), field=field)
    options_form = options_form or OptionsForm()
    options = options_page(field.id) if has_own_options(field) else None
    page = FieldPage(field.label, field, FieldRow(field), options)
    context = {"page": page, "form": form, "options_form": options_form}
    status = max(form_status(form), form_status(options_form))
    return render(request, "fields/edit.html", context, status=status)


@require_GET
def field_usage(request: HttpRequest, field_id: int) -> HttpResponse:
    """What uses the field, with its values: a fragment of the page where it is edited."""
    field = get_field_by_id(field_id)
    return render(request, "fields/usage.html", {"field": field, "uses": list_uses(field)})


@require_POST
def field_order(request: HttpRequest, kind: str) -> HttpResponse:
    """The whole new order, as the page sends it after a drag: for each section a list of ids."""
    order = {
        section_id: ids(str(value))
        for name, value in request.POST.items()
        if name.startswith("section-") and (section_id := read_id(name.removeprefix("section-"))) is not None
    }
    orders.order_fields(kind=kind_of(kind), order=order, at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def field_up(request: HttpRequest, field_id: int) -> HttpResponse:
    field = get_field_by_id(field_id)
    orders.move_field(field_id=field_id, up=True, at=timezone.now())
    return _ordered(request, field.kind)


@require_POST
def field_down(request: HttpRequest, field_id: int) -> HttpResponse:
    field = get_field_by_id(field_id)
    orders.move_field(field_id=field_id, up=False, at=timezone.now())
    return _ordered(request, field.kind)


@require_POST
def field_retire(request: HttpRequest, field_id: int) -> HttpResponseBase:
    field = get_field_by_id(field_id)
    return try_change(
        request,
        lambda: services.retire_field(field_id=field_id, at=timezone.now()),
        done=_("“%(name)s” is no longer asked or shown. Its values are kept.") % {"name": field.label},
        back=_list_of(field),
    )


@require_POST
def field_restore(request: HttpRequest, field_id: int) -> HttpResponseBase:
    field = get_field_by_id(field_id)
    return try_change(
        request,
        lambda: services.restore_field(field_id=field_id, at=timezone.now()),
        done=_("“%(name)s” is shown again.") % {"name": field.label},
        back=_list_of(field),
    )


@require_POST
def field_delete(request: HttpRequest, field_id: int) -> HttpResponseBase:
    field = get_field_by_id(field_id)
    return try_change(
        request,
        lambda: services.delete_field(field_id=field_id, at=timezone.now()),
        done=_("“%(name)s” was deleted.") % {"name": field.label},
        back=_list_of(field),
        refused=edit_url(field),
    )


@require_http_methods(["GET", "POST"])
def section_new(request: HttpRequest, kind: str) -> HttpResponse:
    of = kind_of(kind)
    form = SectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            orders.create_section(kind=of, label=form.cleaned_data["label"], at=timezone.now())
        except ValuesError as error:
            form.refuse(error)
        else:
            return redirect("field_list", kind=kind)
    context = {"title": _("New section"), "form": form, "kind": of}
    return render(request, "fields/section.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def section_edit(request: HttpRequest, section_id: int) -> HttpResponse:
    section = get_section(section_id)
    form = SectionForm(request.POST or None, initial={"label": section_label(section)})
    if request.method == "POST" and form.is_valid():
        try:
            orders.rename_section(section_id=section_id, label=form.cleaned_data["label"], at=timezone.now())
        except ValuesError as error:
            form.refuse(error)
        else:
            return redirect("field_list", kind=section.kind)
    context = {"title": section_label(section), "form": form, "kind": Kind(section.kind), "section_id": section_id}
    return render(request, "fields/section.html", context, status=form_status(form))


@require_POST
def section_delete(request: HttpRequest, section_id: int) -> HttpResponseBase:
    section = get_section(section_id)
    return try_change(
        request,
        lambda: orders.delete_section(section_id=section_id, at=timezone.now()),
        done=_("The section “%(name)s” was deleted.") % {"name": section_label(section)},
        back=reverse("field_list", args=[section.kind]),
    )


@require_POST
def section_order(request: HttpRequest, kind: str) -> HttpResponse:
    orders.order_sections(kind=kind_of(kind), section_ids=ids(request.POST.get("order", "")), at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def section_up(request: HttpRequest, section_id: int) -> HttpResponse:
    section = get_section(section_id)
    orders.move_section(section_id=section_id, up=True, at=timezone.now())
    return _ordered(request, Kind(section.kind))


@require_POST
def section_down(request: HttpRequest, section_id: int) -> HttpResponse:
    section = get_section(section_id)
    orders.move_section(section_id=section_id, up=False, at=timezone.now())
    return _ordered(request, Kind(section.kind))


def _list_of(field: FieldSpec) -> str:
    return reverse("field_list", args=[field.kind.value])


def _ordered(request: HttpRequest, kind: Kind) -> HttpResponse:
    """The list in its new order: alone for htmx, which puts it there without loading the page."""
    if is_fragment(request):
        return render(request, "fields/list.html#order", {"page": fields_page(kind)})
    return redirect("field_list", kind=kind.value)


SETTINGS = [
    SettingsCard(
        part=Part.CONTACTS,
        position=30,
        title=gettext_lazy("Fields"),
        text=gettext_lazy("What you know about companies and people, and metrics"),
        icon="forms",
        address="fields",
        needs=MANAGE,
    )
]

CONTACTS = "settings/contacts/<str:kind>"
FIELD, SECTION = "settings/fields/<int:field_id>", "settings/sections/<int:section_id>"

urlpatterns = [
    route("settings/contacts/", fields, name="fields", needs=MANAGE),
    route(f"{CONTACTS}/fields/", field_list, name="field_list", needs=MANAGE),
    route(f"{CONTACTS}/fields/new/", field_new, name="field_new", needs=MANAGE),
    route(f"{CONTACTS}/fields/order/", field_order, name="field_order", needs=MANAGE),
    route(f"{CONTACTS}/fields/counts/", field_counts, name="field_counts", needs=MANAGE),
    route(f"{CONTACTS}/sections/new/", section_new, name="section_new", needs=MANAGE),
    route(f"{CONTACTS}/sections/order/", section_order, name="section_order", needs=MANAGE),
    route(f"{FIELD}/", field_edit, name="field_edit", needs=MANAGE),
    route(f"{FIELD}/usage/", field_usage, name="field_usage", needs=MANAGE),
    route(f"{FIELD}/up/", field_up, name="field_up", needs=MANAGE),
    route(f"{FIELD}/down/", field_down, name="field_down", needs=MANAGE),
    route(f"{FIELD}/retire/", field_retire, name="field_retire", needs=MANAGE),
    route(f"{FIELD}/restore/", field_restore, name="field_restore", needs=MANAGE),
    route(f"{FIELD}/delete/", field_delete, name="field_delete", needs=MANAGE),
    route(f"{SECTION}/", section_edit, name="section_edit", needs=MANAGE),
    route(f"{SECTION}/up/", section_up, name="section_up", needs=MANAGE),
    route(f"{SECTION}/down/", section_down, name="section_down", needs=MANAGE),
    route(f"{SECTION}/delete/", section_delete, name="section_delete", needs=MANAGE),
]
