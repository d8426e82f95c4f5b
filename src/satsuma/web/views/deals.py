"""A deal: its page, its form, winning and losing it, the bin. The board is in `deal_board`, the list in `deal_list`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import list_active_users
from satsuma.app.crm.errors import ConflictError, ValuesError
from satsuma.app.crm.models import Contact, Deal
from satsuma.app.crm.models.deal import State
from satsuma.app.crm.queries.deals import get_deal, list_binned_deals, list_products, list_stages
from satsuma.app.crm.queries.linked import find_linked
from satsuma.app.crm.services.deals import (
    SavedDeal,
    bin_deals,
    close_deal,
    create_deal,
    erase_deals,
    restore_deals,
    save_deal,
)
from satsuma.app.crm.values import Typed
from satsuma.domain.model import Kind
from satsuma.web.answers import reader, show_problems, tell
from satsuma.web.forms.activities import ActivityForm
from satsuma.web.forms.contacts import Difference, reconcile
from satsuma.web.forms.deals import DealChoices, DealForm, typed_deal
from satsuma.web.ids import read_id
from satsuma.web.pages.deals import deal_page
from satsuma.web.routes import route


@require_GET
def page(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Everything about a deal."""
    deal = get_deal(deal_id)
    shown = {"page": deal_page(deal), "title": deal.title, "log_form": ActivityForm()}
    return render(request, "deals/page.html", shown)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    choices = _choices(request)
    if request.method == "GET":
        return _form_page(request, DealForm(choices, typed=_begun(request, choices)))
    form = DealForm(choices, data=request.POST)
    if form.is_valid():
        try:
            return _to_deal(request, create_deal(entry=form.entry(), by=reader(request), at=timezone.now()))
        except ValuesError as error:
            show_problems(form, error)
    return _form_page(request, form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, deal_id: int) -> HttpResponseBase:
    deal = get_deal(deal_id)
    choices = _choices(request, deal)
    if request.method == "GET":
        form = DealForm(choices, typed=typed_deal(deal, choices.currency), version=deal.version)
        return _form_page(request, form, deal)
    form = DealForm(choices, data=request.POST)
    if form.is_valid():
        try:
            saved = save_deal(
                deal_id=deal_id,
                version=form.cleaned_data["version"] or 0,
                entry=form.entry(external_id=deal.external_id),
                by=reader(request),
                at=timezone.now(),
            )
            return _to_deal(request, saved)
        except ValuesError as error:
            show_problems(form, error)
        except ConflictError:
            return _conflict_page(request, form, deal_id)
    return _form_page(request, form, deal)


def _conflict_page(request: HttpRequest, sent: DealForm, deal_id: int) -> HttpResponse:
    """The form again, on top of what is stored now: both versions are shown, and saving is the reader's decision."""
    deal = get_deal(deal_id)
    choices = _choices(request, deal)
    theirs = typed_deal(deal, choices.currency)
    outcome = reconcile(sent.base_texts(), sent.typed(), theirs)
    form = DealForm(choices, typed=outcome.typed, base=theirs, version=deal.version)
    contested = [
        Difference(str(form.fields[name].label), _shown(form, name, theirs), _shown(form, name, outcome.typed))
        for name in outcome.contested
    ]
    more = {"contested": contested, "taken_over": [form.fields[name].label for name in outcome.taken_over]}
    return _form_page(request, form, deal, status=409, conflict=True, **more)


def _shown(form: DealForm, name: str, texts: Mapping[str, Typed]) -> str:
    """A typed text as people read it: an option by its label, a contact by its name."""
    text = str(texts.get(name, ""))
    if name in ("company", "person"):
        contact = _contact(text, Kind(name))
        return contact.name if contact else ""
    labels = {str(value): str(label) for value, label in getattr(form.fields[name], "choices", [])}
    return labels.get(text, text)


def _choices(request: HttpRequest, deal: Deal | None = None) -> DealChoices:
    workspace = request.workspace  # type: ignore[attr-defined]
    return DealChoices(
        stages=list_stages(also=deal.stage_id if deal else None),
        products=list_products(also=deal.product_id if deal else None),
        owners=list_active_users(),
        currency=workspace.currency,
    )


def _begun(request: HttpRequest, choices: DealChoices) -> dict[str, Typed]:
    """What the form of a new deal begins with: a person's company is proposed."""
    person = _contact(request.GET.get("person", ""), Kind.PERSON)
    company = _contact(request.GET.get("company", ""), Kind.COMPANY) or (person.company if person else None)
    stage = request.GET.get("stage", "")
    return {
        "title": request.GET.get("title", "")[:200],
        "company": str(company.id) if company else "",
        "person": str(person.id) if person else "",
        "currency": choices.currency,
        "owner": str(reader(request).pk),
        "stage": stage if read_id(stage) else "",
        "opened_on": timezone.localdate().isoformat(),
    }


def _contact(text: str, kind: Kind) -> Contact | None:
    return find_linked(read_id(text) or 0, kind)


def _form_page(
    request: HttpRequest, form: DealForm, deal: Deal | None = None, *, status: int = 200, **more: object
) -> HttpResponse:
    shown = {
        "form": form,
        "deal": deal,
        "title": deal.title if deal else _("New deal"),
        "company": _contact(str(form["company"].value() or ""), Kind.COMPANY),
        "person": _contact(str(form["person"].value() or ""), Kind.PERSON),
        **more,
    }
    return render(request, "deals/form.html", shown, status=422 if form.errors else status)


def _to_deal(request: HttpRequest, saved: SavedDeal) -> HttpResponse:
    tell(request, _("%(name)s is saved.") % {"name": saved.deal.title}, saved.says)
    return redirect("deal_page", deal_id=saved.deal.id)


@require_GET
def company_proposal(request: HttpRequest) -> HttpResponse:
    """A fragment for the form: the field for the company, with that of the person just chosen if there was none."""
    person = _contact(request.GET.get("person", ""), Kind.PERSON)
    company = _contact(request.GET.get("company", ""), Kind.COMPANY) or (person.company if person else None)
    return render(request, "deals/company_field.html", {"company": company})


@require_POST
def win(request: HttpRequest, deal_id: int) -> HttpResponseBase:
    return _close(request, deal_id, State.WON)


@require_POST
def lose(request: HttpRequest, deal_id: int) -> HttpResponseBase:
    return _close(request, deal_id, State.LOST)


def _close(request: HttpRequest, deal_id: int, state: State) -> HttpResponseBase:
    try:
        saved = close_deal(deal_id=deal_id, state=state, by=reader(request), at=timezone.now())
    except ValuesError as error:
        messages.error(request, error.remedy)
        return redirect("deal_page", deal_id=deal_id)
    sentence = _("%(name)s is won.") if state == State.WON else _("%(name)s is lost.")
    tell(request, sentence % {"name": saved.deal.title}, saved.says)
    return redirect("deal_page", deal_id=deal_id)


@require_POST
def put_into_bin(request: HttpRequest, deal_id: int) -> HttpResponseBase:
    deal = get_deal(deal_id)
    done = bin_deals(deal_ids=[deal_id], by=reader(request), at=timezone.now())
    tell(request, _("%(name)s is in the bin. It stays there for 30 days.") % {"name": deal.title}, done.says)
    return redirect("deal_board")


@require_GET
def bin_page(request: HttpRequest) -> HttpResponse:
    return render(request, "deals/bin.html", {"deals": list_binned_deals(), "title": _("Deals in the bin")})


@require_POST
def restore(request: HttpRequest) -> HttpResponseBase:
    done = restore_deals(deal_ids=_chosen(request), by=reader(request), at=timezone.now())
    sentence = ngettext("%(count)d deal is back.", "%(count)d deals are back.", done.count)
    tell(request, sentence % {"count": done.count}, done.says)
    return redirect("deal_bin_page")


@require_POST
def erase(request: HttpRequest) -> HttpResponseBase:
    count = erase_deals(deal_ids=_chosen(request), by=reader(request), at=timezone.now())
    sentence = ngettext("%(count)d deal is erased for good.", "%(count)d deals are erased for good.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("deal_bin_page")


def _chosen(request: HttpRequest) -> Sequence[int]:
    return [id_ for text in request.POST.getlist("id") if (id_ := read_id(text)) is not None]


urlpatterns: list[Any] = [
    route("deals/new/", new, name="deal_new", needs=Permission.EDIT_CONTACTS),
    route("deals/new/company/", company_proposal, name="deal_company_proposal", needs=Permission.VIEW),
    route("deals/bin/", bin_page, name="deal_bin_page", needs=Permission.EDIT_CONTACTS),
    route("deals/bin/restore/", restore, name="deal_restore", needs=Permission.EDIT_CONTACTS),
    route("deals/bin/erase/", erase, name="deal_erase", needs=Permission.ERASE),
    route("deals/<int:deal_id>/", page, name="deal_page", needs=Permission.VIEW),
    route("deals/<int:deal_id>/edit/", edit, name="deal_edit", needs=Permission.EDIT_CONTACTS),
    route("deals/<int:deal_id>/win/", win, name="deal_win", needs=Permission.EDIT_CONTACTS),
    route("deals/<int:deal_id>/lose/", lose, name="deal_lose", needs=Permission.EDIT_CONTACTS),
    route("deals/<int:deal_id>/bin/", put_into_bin, name="deal_bin", needs=Permission.EDIT_CONTACTS),
]
