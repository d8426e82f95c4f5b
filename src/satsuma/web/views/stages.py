"""The stages of deals, under Settings."""

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
from satsuma.app.crm.queries.settings import get_stage, list_stages
from satsuma.app.crm.services import stages as services
from satsuma.web.answers import form_status, is_fragment, try_change
from satsuma.web.forms.fields import ids
from satsuma.web.forms.stages import StageForm
from satsuma.web.pages.settings import Part, SettingsCard
from satsuma.web.pages.stages import stages_page
from satsuma.web.routes import route

MANAGE = Permission.MANAGE_FIELDS


@require_GET
def stage_list(request: HttpRequest) -> HttpResponse:
    return render(request, "stages/list.html", {"page": stages_page(list_stages())})


@require_http_methods(["GET", "POST"])
def stage_new(request: HttpRequest) -> HttpResponse:
    form = StageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_stage(**form.cleaned_data, at=timezone.now())
        except ValuesError as error:
            form.refuse(error)
        else:
            messages.success(request, _("“%(name)s” was added.") % {"name": form.cleaned_data["label"]})
            return redirect("stage_list")
    context = {"title": _("New stage"), "form": form}
    return render(request, "stages/edit.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def stage_edit(request: HttpRequest, stage_id: int) -> HttpResponse:
    stage = get_stage(stage_id)
    form = StageForm(request.POST or None, initial={"label": stage.label, "state": stage.state})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_stage(stage_id=stage_id, **form.cleaned_data, at=timezone.now())
        except (ValuesError, RefusedError) as error:
            form.refuse(error)
        else:
            messages.success(request, _("“%(name)s” was saved.") % {"name": form.cleaned_data["label"]})
            return redirect("stage_list")
    context = {"title": stage.label, "form": form, "stage": stage}
    return render(request, "stages/edit.html", context, status=form_status(form))


@require_POST
def stage_order(request: HttpRequest) -> HttpResponse:
    services.order_stages(stage_ids=ids(request.POST.get("order", "")), at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def stage_up(request: HttpRequest, stage_id: int) -> HttpResponse:
    services.move_stage(stage_id=stage_id, up=True, at=timezone.now())
    return _ordered(request)


@require_POST
def stage_down(request: HttpRequest, stage_id: int) -> HttpResponse:
    services.move_stage(stage_id=stage_id, up=False, at=timezone.now())
    return _ordered(request)


@require_POST
def stage_retire(request: HttpRequest, stage_id: int) -> HttpResponseBase:
    label = get_stage(stage_id).label
    return try_change(
        request,
        lambda: services.retire_stage(stage_id=stage_id, at=timezone.now()),
        done=_("“%(name)s” is no longer offered.") % {"name": label},
        back=reverse("stage_list"),
    )


@require_POST
def stage_restore(request: HttpRequest, stage_id: int) -> HttpResponseBase:
    label = get_stage(stage_id).label
    return try_change(
        request,
        lambda: services.restore_stage(stage_id=stage_id, at=timezone.now()),
        done=_("“%(name)s” is offered again.") % {"name": label},
        back=reverse("stage_list"),
    )


@require_POST
def stage_delete(request: HttpRequest, stage_id: int) -> HttpResponseBase:
    label = get_stage(stage_id).label
    return try_change(
        request,
        lambda: services.delete_stage(stage_id=stage_id, at=timezone.now()),
        done=_("“%(name)s” was deleted.") % {"name": label},
        back=reverse("stage_list"),
        refused=reverse("stage_edit", args=[stage_id]),
    )


def _ordered(request: HttpRequest) -> HttpResponse:
    if is_fragment(request):
        return render(request, "stages/list.html#order", {"page": stages_page(list_stages())})
    return redirect("stage_list")


SETTINGS = [
    SettingsCard(
        part=Part.DEALS,
        position=10,
        title=gettext_lazy("Stages"),
        text=gettext_lazy("The steps of a sale, from first contact to won or lost"),
        icon="layout-kanban",
        address="stage_list",
        needs=MANAGE,
    )
]

STAGE = "settings/stages/<int:stage_id>"

urlpatterns = [
    route("settings/stages/", stage_list, name="stage_list", needs=MANAGE),
    route("settings/stages/new/", stage_new, name="stage_new", needs=MANAGE),
    route("settings/stages/order/", stage_order, name="stage_order", needs=MANAGE),
    route(f"{STAGE}/", stage_edit, name="stage_edit", needs=MANAGE),
    route(f"{STAGE}/up/", stage_up, name="stage_up", needs=MANAGE),
    route(f"{STAGE}/down/", stage_down, name="stage_down", needs=MANAGE),
    route(f"{STAGE}/retire/", stage_retire, name="stage_retire", needs=MANAGE),
    route(f"{STAGE}/restore/", stage_restore, name="stage_restore", needs=MANAGE),
    route(f"{STAGE}/delete/", stage_delete, name="stage_delete", needs=MANAGE),
]
