"""Activities: logged in one line from a profile or a deal, changed and deleted on a page of their own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import ConflictError, NotFoundError, ValuesError
from satsuma.app.crm.models import Activity
from satsuma.app.crm.queries.activities import get_activity
from satsuma.app.crm.queries.deals import get_deal
from satsuma.app.crm.queries.linked import get_linked
from satsuma.app.crm.services.activities import SavedActivity, delete_activity, log_activity, save_activity
from satsuma.web.answers import is_fragment, reader, show_problems, tell
from satsuma.web.forms.activities import ActivityForm
from satsuma.web.kinds import activity_kind
from satsuma.web.pages.deals import contact_of, deal_page
from satsuma.web.routes import route
from satsuma.web.views.timeline import show_timeline


@require_POST
def log(request: HttpRequest, contact_id: int) -> HttpResponseBase:
    """Logs a touch with a contact. htmx gets the timeline anew."""
    contact = get_linked(contact_id)
    form = ActivityForm(request.POST)
    if not _is_logged(request, form, contact_id=contact.id):
        return show_timeline(request, contact, log_form=form)
    if is_fragment(request):
        answer = show_timeline(request, contact, is_answer=True)
        answer["HX-Trigger"] = "contact-saved"  # what else the page shows of the contact is asked for anew
        return answer
    return redirect(f"{contact.kind}_profile", contact_id=contact.id)


@require_POST
def log_with_deal(request: HttpRequest, deal_id: int) -> HttpResponseBase:
    """Logs a touch about a deal, with its person or else its company. htmx gets the deal's activities anew."""
    deal = get_deal(deal_id)
    contact = contact_of(deal)
    if contact is None:
        raise NotFoundError(_("This deal has no contact any more."), deal_id=deal_id)
    form = ActivityForm(request.POST)
    is_logged = _is_logged(request, form, contact_id=contact.id, deal_id=deal_id)
    if is_logged and not is_fragment(request):
        return redirect("deal_page", deal_id=deal_id)
    template = "deals/activities.html" if is_fragment(request) else "deals/page.html"
    shown = {"page": deal_page(deal), "title": deal.title, "log_form": ActivityForm() if is_logged else form}
    return render(request, template, {**shown, "is_answer": is_logged}, status=200 if is_logged else 422)


def _is_logged(request: HttpRequest, form: ActivityForm, *, contact_id: int, deal_id: int | None = None) -> bool:
    """Whether it could be logged; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        saved = log_activity(
            contact_id=contact_id,
            entry=form.entry(),
            deal_id=deal_id,
            by=reader(request),
            at=timezone.now(),
        )
    except ValuesError as error:
        show_problems(form, error)
        return False
    tell(request, _("%(kind)s: saved.") % {"kind": activity_kind(saved.activity.kind)}, saved.says)
    return True


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, activity_id: int) -> HttpResponseBase:
    activity = get_activity(activity_id)
    if request.method == "GET":
        return _form_page(request, ActivityForm(activity=activity), activity)
    form = ActivityForm(request.POST)
    if form.is_valid():
        try:
            saved = save_activity(
                activity_id=activity_id,
                version=form.cleaned_data["version"] or 0,
                entry=form.entry(),
                by=reader(request),
                at=timezone.now(),
            )
            return _to_contact(request, saved, _("%(kind)s: saved.") % {"kind": activity_kind(saved.activity.kind)})
        except ValuesError as error:
            show_problems(form, error)
        except ConflictError:
            return _conflict_page(request, form, get_activity(activity_id))
    return _form_page(request, form, activity)


def _conflict_page(request: HttpRequest, sent: ActivityForm, stored: Activity) -> HttpResponse:
    """What was typed, with what is stored now above it; saving again keeps what was typed."""
    sent.data = {**request.POST.dict(), "version": str(stored.version)}
    return _form_page(request, sent, stored, theirs=stored, status=409)


def _form_page(
    request: HttpRequest, form: ActivityForm, activity: Activity, *, status: int = 200, **more: object
) -> HttpResponse:
    shown = {"form": form, "activity": activity, "title": activity_kind(activity.kind), **more}
    return render(request, "activities/form.html", shown, status=422 if form.errors else status)


@require_POST
def delete(request: HttpRequest, activity_id: int) -> HttpResponseBase:
    get_activity(activity_id)
    saved = delete_activity(activity_id=activity_id, by=reader(request), at=timezone.now())
    return _to_contact(request, saved, _("%(kind)s: deleted.") % {"kind": activity_kind(saved.activity.kind)})


def _to_contact(request: HttpRequest, saved: SavedActivity, sentence: str) -> HttpResponse:
    """Back to whom the touch was with: the person, or else the company."""
    tell(request, sentence, saved.says)
    activity = saved.activity
    if activity.person_id is not None:
        return redirect("person_profile", contact_id=activity.person_id)
    return redirect("company_profile", contact_id=activity.company_id)


urlpatterns = [
    route("contacts/<int:contact_id>/activities/", log, name="activity_log", needs=Permission.EDIT_CONTACTS),
    route("deals/<int:deal_id>/activities/", log_with_deal, name="deal_log", needs=Permission.EDIT_CONTACTS),
    route("activities/<int:activity_id>/edit/", edit, name="activity_edit", needs=Permission.EDIT_CONTACTS),
    route("activities/<int:activity_id>/delete/", delete, name="activity_delete", needs=Permission.EDIT_CONTACTS),
]
