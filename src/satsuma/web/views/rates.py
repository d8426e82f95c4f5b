"""Exchange rates, under Settings."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.queries.settings import list_rates
from satsuma.app.crm.services import rates as services
from satsuma.app.locale import active_locale
from satsuma.web.answers import form_status
from satsuma.web.forms.rates import RateForm
from satsuma.web.pages.settings import Part, SettingsCard
from satsuma.web.routes import route

MANAGE = Permission.MANAGE_FIELDS


@require_http_methods(["GET", "POST"])
def rate_list(request: HttpRequest) -> HttpResponse:
    """The rates there are, and a form that adds or changes one."""
    workspace = request.workspace  # type: ignore[attr-defined]
    own = workspace.currency if workspace else ""
    form = RateForm(own, request.POST or None, initial={"currency": request.GET.get("currency", "")})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_rate(**form.cleaned_data, at=timezone.now())
        except ValuesError as error:
            form.refuse(error)
        else:
            said = _("The rate of %(currency)s was saved. Deals that exist keep theirs.")
            messages.success(request, said % {"currency": form.cleaned_data["currency"]})
            return redirect("rate_list")
    context = {
        "title": _("Exchange rates"),
        "rows": [(rate, shown_rate(rate.rate)) for rate in list_rates()],
        "form": form,
        "own": own,
    }
    return render(request, "rates/list.html", context, status=form_status(form))


@require_POST
def rate_delete(request: HttpRequest, currency: str) -> HttpResponse:
    services.delete_rate(currency=currency, at=timezone.now())
    messages.success(request, _("The rate of %(currency)s was deleted.") % {"currency": currency})
    return redirect("rate_list")


def shown_rate(rate: Decimal) -> str:
    """With as many decimals as it has, up to eight."""
    return format_decimal(rate, format="#,##0.########", locale=active_locale())


SETTINGS = [
    SettingsCard(
        part=Part.DEALS,
        position=30,
        title=gettext_lazy("Exchange rates"),
        text=gettext_lazy("What other currencies are worth in yours"),
        icon="cash",
        address="rate_list",
        needs=MANAGE,
    )
]

urlpatterns = [
    route("settings/rates/", rate_list, name="rate_list", needs=MANAGE),
    route("settings/rates/<str:currency>/delete/", rate_delete, name="rate_delete", needs=MANAGE),
]
