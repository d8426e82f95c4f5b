"""The timeline of a contact, which its profile loads: log and tasks in one line each, then everything that happened."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import list_active_users
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries.linked import get_linked
from satsuma.app.crm.queries.timeline import find_place
from satsuma.web.answers import is_fragment, reader
from satsuma.web.forms.activities import ActivityForm
from satsuma.web.forms.tasks import TaskForm
from satsuma.web.pages.timeline import timeline_page
from satsuma.web.routes import route


@require_GET
def timeline(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The newest lines, or with `?after=` those that follow: for htmx a fragment, else a page of its own."""
    contact = get_linked(contact_id)
    after = find_place(request.GET.get("after", ""))
    if after is not None and is_fragment(request):
        return render(request, "timeline/lines.html", {"page": timeline_page(contact, after=after)})
    return show_timeline(request, contact, after=request.GET.get("after", ""))


def show_timeline(
    request: HttpRequest,
    contact: Contact,
    *,
    after: str = "",
    log_form: ActivityForm | None = None,
    task_form: TaskForm | None = None,
    is_answer: bool = False,
) -> HttpResponse:
    """The timeline with its two forms, new or as they were sent; status 422 if something is wrong with one of them.
    `is_answer`: messages go with the fragment."""
    wrong = any(form is not None and form.errors for form in (log_form, task_form))
    shown: dict[str, Any] = {
        "page": timeline_page(contact, after=find_place(after)),
        "title": _("Timeline of %(name)s") % {"name": contact.name},
        "log_form": log_form or ActivityForm(),
        "task_form": task_form or TaskForm(list_active_users(), begun={"owner": reader(request).pk}),
        "is_answer": is_answer,
        "today": timezone.localdate(),
    }
    template = "timeline/timeline.html" if is_fragment(request) else "timeline/page.html"
    return render(request, template, shown, status=422 if wrong else 200)


urlpatterns = [
    route("contacts/<int:contact_id>/timeline/", timeline, name="contact_timeline", needs=Permission.VIEW),
]
