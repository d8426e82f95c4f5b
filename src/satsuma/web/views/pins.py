"""What people decide about one contact, whatever its score: pins, objections to profiling, frozen contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries.linked import get_linked
from satsuma.app.segmentation.models import Exemption
from satsuma.app.segmentation.queries.contact_results import ContactResult, find_contact_results
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.app.segmentation.services.exemptions import lift_exemption, set_exemption
from satsuma.app.segmentation.services.pins import pin_contact, remove_pin
from satsuma.web.answers import form_status, reader, show_problems, tell
from satsuma.web.forms.pins import FreezingForm, ObjectionForm, PinForm
from satsuma.web.pages.contact_results import get_result
from satsuma.web.routes import route


@require_http_methods(["GET", "POST"])
def pin(request: HttpRequest, contact_id: int, segmentation_id: int) -> HttpResponseBase:
    """The form of a pin, new or as it is; sending it sets the pin."""
    contact = get_linked(contact_id)
    today = workspace_day(timezone.now())
    result = get_result(find_contact_results(contact, today), segmentation_id)
    form = _pin_form(result, request.POST if request.method == "POST" else None, today)
    if form.is_valid():
        said = form.cleaned_data
        try:
            pin_contact(
                segmentation_id=segmentation_id,
                contact_id=contact_id,
                segment_id=int(said["segment"]),
                reason=said["reason"],
                expires_on=said["expires_on"],
                by=reader(request),
                at=timezone.now(),
            )
            segment = result.segmentation.by_id[int(said["segment"])].name
            tell(request, _("%(name)s is pinned to %(segment)s.") % {"name": contact.name, "segment": segment})
            return _to_profile(contact)
        except ValuesError as error:
            show_problems(form, error)
    shown = {"contact": contact, "result": result, "form": form, "title": _("Pin to a segment")}
    return render(request, "pins/form.html", shown, status=form_status(form))


def _pin_form(result: ContactResult, data: Any, today: date) -> PinForm:
    segments = result.segmentation.present_segments
    if (pinned := result.pin) is None:
        return PinForm(segments, data, today=today)
    return PinForm(
        segments, data, today=today, segment_id=pinned.segment.id, reason=pinned.reason, expires_on=pinned.expires_on
    )


@require_POST
def pin_remove(request: HttpRequest, contact_id: int, segmentation_id: int) -> HttpResponseBase:
    contact = get_linked(contact_id)
    remove_pin(segmentation_id=segmentation_id, contact_id=contact_id, by=reader(request), at=timezone.now())
    groups = get_segmentation(segmentation_id).is_grouping
    tell(
        request,
        _("The pin is removed: the computed segment counts again.")
        if groups
        else _("The pin is removed: the score decides again."),
    )
    return _to_profile(contact)


@dataclass(frozen=True, slots=True)
class Decision:
    """One kind of exemption: its page, and what is said when it is set and lifted."""

    kind: Exemption.Kind
    title: str | Promise
    template: str
    form: type[forms.Form]
    done: str | Promise
    lifted: str | Promise


OBJECTION = Decision(
    kind=Exemption.Kind.OBJECTION,
    title=gettext_lazy("Objection to profiling"),
    template="pins/objection.html",
    form=ObjectionForm,
    done=gettext_lazy("%(name)s is not profiled any more."),
    lifted=gettext_lazy("%(name)s is scored again."),
)
FREEZING = Decision(
    kind=Exemption.Kind.FROZEN,
    title=gettext_lazy("Freeze the segment"),
    template="pins/freezing.html",
    form=FreezingForm,
    done=gettext_lazy("%(name)s is frozen: the segment stays as it is."),
    lifted=gettext_lazy("%(name)s is not frozen any more and is scored again."),
)


@require_http_methods(["GET", "POST"])
def exempt(request: HttpRequest, contact_id: int, *, decision: Decision) -> HttpResponseBase:
    """Says what it does and asks for the reason; sending it decides."""
    contact = get_linked(contact_id)
    form = decision.form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            set_exemption(
                contact_id=contact_id,
                kind=decision.kind,
                reason=form.cleaned_data["reason"],
                by=reader(request),
                at=timezone.now(),
            )
            tell(request, str(decision.done) % {"name": contact.name})
            return _to_profile(contact)
        except ValuesError as error:
            show_problems(form, error)
    results = find_contact_results(contact, workspace_day(timezone.now()))
    shown = {"contact": contact, "results": results, "form": form, "title": decision.title}
    return render(request, decision.template, shown, status=form_status(form))


@require_POST
def lift(request: HttpRequest, contact_id: int, *, decision: Decision) -> HttpResponseBase:
    contact = get_linked(contact_id)
    lift_exemption(contact_id=contact_id, kind=decision.kind, by=reader(request), at=timezone.now())
    tell(request, str(decision.lifted) % {"name": contact.name})
    return _to_profile(contact)


def _to_profile(contact: Contact) -> HttpResponse:
    return redirect(f"{contact.kind}_profile", contact_id=contact.pk)


_CONTACT = "contacts/<int:contact_id>/"
_PIN = _CONTACT + "segmentations/<int:segmentation_id>/pin/"
NEEDS = Permission.EDIT_CONTACTS
urlpatterns = [
    route(_PIN, pin, name="contact_pin", needs=NEEDS),
    route(_PIN + "remove/", pin_remove, name="contact_pin_remove", needs=NEEDS),
]
for _place, _decision in (("objection", OBJECTION), ("frozen", FREEZING)):
    urlpatterns += [
        route(f"{_CONTACT}{_place}/", partial(exempt, decision=_decision), name=f"contact_{_place}", needs=NEEDS),
        route(
            f"{_CONTACT}{_place}/lift/", partial(lift, decision=_decision), name=f"contact_{_place}_lift", needs=NEEDS
        ),
    ]
