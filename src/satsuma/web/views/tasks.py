"""Tasks: the reader's own or everybody's, a page for one, ticks; added in one line from a profile."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import list_active_users
from satsuma.app.crm.errors import ConflictError, ValuesError
from satsuma.app.crm.models import Contact, Task
from satsuma.app.crm.queries.linked import find_linked, get_linked
from satsuma.app.crm.queries.search import search
from satsuma.app.crm.queries.tasks import Due, get_task
from satsuma.app.crm.search.tables import Thing
from satsuma.app.crm.services.tasks import create_task, delete_task, reopen_task, save_task, tick_off_task
from satsuma.web.answers import is_fragment, reader, show_problems, tell
from satsuma.web.forms.tasks import TaskForm, typed_task
from satsuma.web.ids import read_id
from satsuma.web.pages.tasks import task_part, tasks_page
from satsuma.web.routes import route
from satsuma.web.views.timeline import show_timeline


@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """Overdue, today, later and done: the reader's own, or with `?owner=all` everybody's."""
    page = tasks_page(reader(request), is_mine=_is_mine(request), today=timezone.localdate())
    return render(request, "tasks/list.html", {"page": page, "title": _("My tasks") if page.is_mine else _("Tasks")})


@require_GET
def part(request: HttpRequest) -> HttpResponse:
    """A fragment: the next tasks of a part of the list."""
    asked = request.GET.get("due", "")
    after = request.GET.get("after", "")
    shown = task_part(
        Due(asked) if asked in list(Due) else Due.LATER,
        reader(request),
        is_mine=_is_mine(request),
        today=timezone.localdate(),
        after_id=read_id(after),
    )
    return render(request, "tasks/rows.html", {"part": shown, "today": timezone.localdate()})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    owners = list_active_users()
    if request.method == "GET":
        begun = {"owner": reader(request).pk, "contact": request.GET.get("contact", "")}
        return _form_page(request, TaskForm(owners, begun=begun))
    form = TaskForm(owners, request.POST)
    if form.is_valid():
        try:
            task = create_task(entry=form.entry(), by=reader(request), at=timezone.now())
            return _to_list(request, task)
        except ValuesError as error:
            show_problems(form, error)
    return _form_page(request, form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, task_id: int) -> HttpResponseBase:
    task, owners = get_task(task_id), list_active_users()
    if request.method == "GET":
        return _form_page(request, TaskForm(owners, begun=typed_task(task)), task)
    form = TaskForm(owners, request.POST)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            saved = save_task(
                task_id=task_id,
                version=version,
                entry=form.entry(),
                by=reader(request),
                at=timezone.now(),
            )
            return _to_list(request, saved)
        except ValuesError as error:
            show_problems(form, error)
        except ConflictError:
            return _conflict_page(request, form, get_task(task_id))
    return _form_page(request, form, task)


def _conflict_page(request: HttpRequest, sent: TaskForm, stored: Task) -> HttpResponse:
    """What was typed, with what is stored now above it; saving again keeps what was typed."""
    sent.data = {**request.POST.dict(), "version": str(stored.version)}
    return _form_page(request, sent, stored, theirs=stored, status=409)


def _form_page(
    request: HttpRequest, form: TaskForm, task: Task | None = None, *, status: int = 200, **more: object
) -> HttpResponse:
    title = task.title if task else _("New task")
    shown = {"form": form, "task": task, "title": title, "contact": _contact(form), **more}
    return render(request, "tasks/form.html", shown, status=422 if form.errors else status)


def _contact(form: TaskForm) -> Contact | None:
    text = str(form["contact"].value() or "")
    return find_linked(read_id(text) or 0)


def _to_list(request: HttpRequest, task: Task) -> HttpResponse:
    tell(request, _("%(name)s is saved.") % {"name": task.title})
    return redirect("task_list")


@require_POST
def add(request: HttpRequest, contact_id: int) -> HttpResponseBase:
    """Adds a task for a contact, in one line from its profile. htmx gets the timeline anew."""
    contact = get_linked(contact_id)
    form = TaskForm(list_active_users(), request.POST)
    if not form.is_valid() or not _is_added(request, form, contact.id):
        return show_timeline(request, contact, task_form=form)
    if is_fragment(request):
        return show_timeline(request, contact, is_answer=True)
    return redirect(f"{contact.kind}_profile", contact_id=contact.id)


def _is_added(request: HttpRequest, form: TaskForm, contact_id: int) -> bool:
    try:
        entry = form.entry(contact_id=contact_id)
        task = create_task(entry=entry, by=reader(request), at=timezone.now())
    except ValuesError as error:
        show_problems(form, error)
        return False
    tell(request, _("%(name)s is saved.") % {"name": task.title})
    return True


@require_POST
def tick(request: HttpRequest, task_id: int) -> HttpResponseBase:
    tick_off_task(task_id=task_id, by=reader(request), at=timezone.now())
    return _ticked(request, task_id)


@require_POST
def reopen(request: HttpRequest, task_id: int) -> HttpResponseBase:
    reopen_task(task_id=task_id, by=reader(request), at=timezone.now())
    return _ticked(request, task_id)


def _ticked(request: HttpRequest, task_id: int) -> HttpResponseBase:
    """htmx gets the task's row anew, where it was."""
    if is_fragment(request):
        return render(request, "tasks/row.html", {"task": get_task(task_id), "today": timezone.localdate()})
    return redirect("task_list")


@require_POST
def delete(request: HttpRequest, task_id: int) -> HttpResponseBase:
    task = get_task(task_id)
    delete_task(task_id=task_id, by=reader(request), at=timezone.now())
    messages.success(request, _("%(name)s is deleted.") % {"name": task.title})
    return redirect("task_list")


@require_GET
def contact_options(request: HttpRequest) -> HttpResponse:
    """A fragment for search selects: companies and people, by words."""
    found = search(request.GET.get("q", "")[:200], limit=10, things=(Thing.COMPANY, Thing.PERSON))
    options = [
        {"value": row.id, "label": row.title, "detail": row.detail or _PLACES[group.thing]}
        for group in found
        for row in group.rows
    ]
    return render(request, "components/search_select_results.html", {"options": options})


_PLACES = {Thing.COMPANY: gettext_lazy("Company"), Thing.PERSON: gettext_lazy("Person")}


def _is_mine(request: HttpRequest) -> bool:
    return request.GET.get("owner") != "all"


urlpatterns = [
    route("tasks/", tasks, name="task_list", needs=Permission.VIEW),
    route("tasks/part/", part, name="task_part", needs=Permission.VIEW),
    route("tasks/new/", new, name="task_new", needs=Permission.EDIT_CONTACTS),
    route("tasks/<int:task_id>/edit/", edit, name="task_edit", needs=Permission.EDIT_CONTACTS),
    route("tasks/<int:task_id>/tick/", tick, name="task_tick", needs=Permission.EDIT_CONTACTS),
    route("tasks/<int:task_id>/reopen/", reopen, name="task_reopen", needs=Permission.EDIT_CONTACTS),
    route("tasks/<int:task_id>/delete/", delete, name="task_delete", needs=Permission.EDIT_CONTACTS),
    route("contacts/options/", contact_options, name="contact_options", needs=Permission.VIEW),
    route("contacts/<int:contact_id>/tasks/", add, name="task_add", needs=Permission.EDIT_CONTACTS),
]
