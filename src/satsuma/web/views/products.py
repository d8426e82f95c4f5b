"""Products, under Settings."""

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
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.queries.settings import get_product, list_products
from satsuma.app.crm.services import products as services
from satsuma.web.answers import form_status, page_number, try_change
from satsuma.web.forms.products import ProductForm
from satsuma.web.pages.settings import Part, SettingsCard
from satsuma.web.routes import route

MANAGE = Permission.MANAGE_FIELDS


@require_GET
def product_list(request: HttpRequest) -> HttpResponse:
    number, search = page_number(request), request.GET.get("search", "")
    rows, has_more = list_products(search=search, page=number)
    context = {"title": _("Products"), "rows": rows, "search": search, "number": number, "has_more": has_more}
    return render(request, "products/list.html", context)


@require_http_methods(["GET", "POST"])
def product_new(request: HttpRequest) -> HttpResponse:
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_product(**form.cleaned_data, at=timezone.now())
        except ValuesError as error:
            form.refuse(error)
        else:
            messages.success(request, _("“%(name)s” was added.") % {"name": form.cleaned_data["label"]})
            return redirect("product_list")
    context = {"title": _("New product"), "form": form}
    return render(request, "products/edit.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def product_edit(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_product(product_id)
    form = ProductForm(request.POST or None, initial={"label": product.label})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_product(product_id=product_id, **form.cleaned_data, at=timezone.now())
        except ValuesError as error:
            form.refuse(error)
        else:
            messages.success(request, _("“%(name)s” was saved.") % {"name": form.cleaned_data["label"]})
            return redirect("product_list")
    context = {"title": product.label, "form": form, "product": product}
    return render(request, "products/edit.html", context, status=form_status(form))


@require_POST
def product_retire(request: HttpRequest, product_id: int) -> HttpResponseBase:
    label = get_product(product_id).label
    return try_change(
        request,
        lambda: services.retire_product(product_id=product_id, at=timezone.now()),
        done=_("“%(name)s” is no longer offered.") % {"name": label},
        back=reverse("product_list"),
    )


@require_POST
def product_restore(request: HttpRequest, product_id: int) -> HttpResponseBase:
    label = get_product(product_id).label
    return try_change(
        request,
        lambda: services.restore_product(product_id=product_id, at=timezone.now()),
        done=_("“%(name)s” is offered again.") % {"name": label},
        back=reverse("product_list"),
    )


@require_POST
def product_delete(request: HttpRequest, product_id: int) -> HttpResponseBase:
    label = get_product(product_id).label
    return try_change(
        request,
        lambda: services.delete_product(product_id=product_id, at=timezone.now()),
        done=_("“%(name)s” was deleted.") % {"name": label},
        back=reverse("product_list"),
        refused=reverse("product_edit", args=[product_id]),
    )


SETTINGS = [
    SettingsCard(
        part=Part.DEALS,
        position=20,
        title=gettext_lazy("Products"),
        text=gettext_lazy("What you sell"),
        icon="package",
        address="product_list",
        needs=MANAGE,
    )
]

PRODUCT = "settings/products/<int:product_id>"

urlpatterns = [
    route("settings/products/", product_list, name="product_list", needs=MANAGE),
    route("settings/products/new/", product_new, name="product_new", needs=MANAGE),
    route(f"{PRODUCT}/", product_edit, name="product_edit", needs=MANAGE),
    route(f"{PRODUCT}/retire/", product_retire, name="product_retire", needs=MANAGE),
    route(f"{PRODUCT}/restore/", product_restore, name="product_restore", needs=MANAGE),
    route(f"{PRODUCT}/delete/", product_delete, name="product_delete", needs=MANAGE),
]
