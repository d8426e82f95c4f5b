"""The metric builder, under Settings: its page, the part that depends on the answers, and the value for a contact."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.queries.contacts import list_named
from satsuma.app.crm.queries.fields import get_field_by_id, list_sections
from satsuma.app.crm.services import fields as services
from satsuma.domain.model import Kind
from satsuma.web.answers import form_status, kind_of
from satsuma.web.forms.metrics import MetricForm
from satsuma.web.ids import read_id
from satsuma.web.pages.fields import FieldRow
from satsuma.web.pages.metrics import MetricFigure, find_example, metric_figure
from satsuma.web.routes import route

MANAGE = Permission.MANAGE_FIELDS


@require_http_methods(["GET", "POST"])
def metric_new(request: HttpRequest, kind: str) -> HttpResponse:
    return _page(request, kind_of(kind), None)


@require_http_methods(["GET", "POST"])
def metric_edit(request: HttpRequest, field_id: int) -> HttpResponse:
    field = get_field_by_id(field_id)
    if field.metric is None:
        raise NotFoundError(_("There is no such metric."), field_id=field_id)
    return _page(request, field.kind, field)


@require_POST
def metric_form(request: HttpRequest, kind: str) -> HttpResponse:
    """The builder again, after an answer on which other ones depend; then its value is to be shown anew."""
    of = kind_of(kind)
    form = MetricForm(of, list_sections(of), typed=request.POST)
    response = render(request, "metrics/builder.html", {"form": form, "kind": of})
    response.headers["HX-Trigger-After-Swap"] = "metric-built"
    return response


@require_POST
def metric_value(request: HttpRequest, kind: str) -> HttpResponse:
    """What the metric, as it is built by now, is worth for the chosen contact."""
    return render(request, "metrics/figure.html", {"figure": _figure(request, kind_of(kind))})


@require_GET
def metric_contacts(request: HttpRequest, kind: str) -> HttpResponse:
    """The contacts whose names begin with what was typed."""
    found = list_named(kind_of(kind), request.GET.get("q", ""))
    options = [{"value": contact.pk, "label": contact.name} for contact in found]
    return render(request, "components/search_select_results.html", {"options": options})


def _page(request: HttpRequest, kind: Kind, field: FieldSpec | None) -> HttpResponse:
    """The builder. "Show the value" sends it without keeping anything, for browsers without scripts."""
    sections = list_sections(kind)
    if request.method == "GET":
        form = MetricForm(kind, sections, field=field)
        return _shown(request, form, kind, field, MetricFigure(find_example(kind, None)))
    if "show" in request.POST:
        form = MetricForm(kind, sections, typed=request.POST, field=field)
        return _shown(request, form, kind, field, _figure(request, kind))
    form = MetricForm(kind, sections, data=request.POST, field=field)
    if form.is_valid():
        try:
            saved = _save(form, kind, field)
        except (ValuesError, RefusedError) as error:
            form.refuse(error)
        else:
            said = _("“%(name)s” was saved. It is being worked out for everybody.")
            messages.success(request, said % {"name": saved.label})
            return redirect("field_list", kind=kind.value)
    return _shown(request, form, kind, field, MetricFigure(find_example(kind, _contact_id(request))))


def _save(form: MetricForm, kind: Kind, field: FieldSpec | None) -> FieldSpec:
    if field is None:
        return services.create_field(kind=kind, draft=form.draft(), at=timezone.now())
    return services.change_field(field_id=field.id, draft=form.draft(), at=timezone.now())


def _shown(
    request: HttpRequest, form: MetricForm, kind: Kind, field: FieldSpec | None, figure: MetricFigure
) -> HttpResponse:
    new = _("New metric of companies") if kind is Kind.COMPANY else _("New metric of people")
    context = {
        "title": field.label if field else new,
        "form": form,
        "kind": kind,
        "field": field,
        "row": FieldRow(field) if field else None,
        "figure": figure,
    }
    return render(request, "metrics/edit.html", context, status=form_status(form))


def _figure(request: HttpRequest, kind: Kind) -> MetricFigure:
    form = MetricForm(kind, list_sections(kind), data=request.POST)
    return metric_figure(form, _contact_id(request), as_of=workspace_day(timezone.now()))


def _contact_id(request: HttpRequest) -> int | None:
    text = request.POST.get("contact", "")
    return read_id(text)


CONTACTS = "settings/contacts/<str:kind>/metrics"

urlpatterns = [
    route(f"{CONTACTS}/new/", metric_new, name="metric_new", needs=MANAGE),
    route(f"{CONTACTS}/form/", metric_form, name="metric_form", needs=MANAGE),
    route(f"{CONTACTS}/value/", metric_value, name="metric_value", needs=MANAGE),
    route(f"{CONTACTS}/contacts/", metric_contacts, name="metric_contacts", needs=MANAGE),
    route("settings/fields/<int:field_id>/metric/", metric_edit, name="metric_edit", needs=MANAGE),
]
