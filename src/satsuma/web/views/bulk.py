"""Changing many contacts of a list: first what is to be changed, then the change; the change and its undo; scoring them
again.

Every address that changes exists for both kinds: /companies/bulk/ and /people/bulk/.
"""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from satsuma.app import locale
from satsuma.app.accounts.permissions import Permission, allows, require
from satsuma.app.crm.bulk import Action, Selection
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.lists import read_address
from satsuma.app.crm.lists.contacts import contact_list
from satsuma.app.crm.queries.bulk import get_bulk_change
from satsuma.app.crm.queries.lists import Count, count_rows
from satsuma.app.crm.services.bulk import Changed, changed_words, start_bulk_change, undo_bulk_change
from satsuma.app.jobs.models import Run
from satsuma.app.segmentation.lists.wording import rescored_words
from satsuma.app.segmentation.services.list_rescoring import start_list_rescoring
from satsuma.domain.model import Kind
from satsuma.web.answers import is_fragment, reader, show_problems, tell
from satsuma.web.forms.bulk import BulkForm, FieldForm, bulk_form
from satsuma.web.ids import storable
from satsuma.web.pages.moved import moved_by_batch
from satsuma.web.routes import route

PLACES = {Kind.COMPANY: "companies", Kind.PERSON: "people"}
MOST_SELECTED = 2_000
MOST_SAID = 5


@require_POST
def choose(request: HttpRequest, *, kind: Kind) -> HttpResponseBase:
    """Asks what the selected contacts are to get."""
    selection, action = _selection(request), _action(request)
    if action is None or (selection.address is None and not selection.ids):
        messages.warning(request, _("Choose some rows first."))
        return redirect(_back(request, kind))
    return _ask(request, kind, action, selection, bulk_form(kind, action, request.POST, is_answer=False))


@require_POST
def apply(request: HttpRequest, *, kind: Kind) -> HttpResponseBase:
    """Changes the selected contacts, or starts the job that does."""
    selection, action = _selection(request), _action(request)
    if action is None:
        return redirect(_back(request, kind))
    form = bulk_form(kind, action, request.POST, is_answer=True)
    if not form.is_valid() or (isinstance(form, FieldForm) and form.field is None):
        return _ask(request, kind, action, selection, form)
    try:
        done = start_bulk_change(
            kind=kind, selection=selection, change=form.change(), by=reader(request), at=timezone.now()
        )
    except ValuesError as error:
        show_problems(form, error)
        return _ask(request, kind, action, selection, form)
    _tell(request, kind, done)
    return redirect(_back(request, kind))


@require_GET
def change(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What a bulk change did, and its undo."""
    done = get_bulk_change(batch_id)
    batch = done.batch
    may_undo = batch.undone_at is None and (
        batch.author_id == reader(request).pk or allows(request.user, Permission.IMPORT)
    )
    shown = {
        "title": batch.title,
        "batch": batch,
        "count": done.count,
        "may_undo": may_undo,
        "moved": moved_by_batch(batch),
    }
    return render(request, "bulk/change.html", shown)


@require_POST
def undo(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    undone = undo_bulk_change(batch_id=batch_id, by=reader(request), at=timezone.now())
    if isinstance(undone, Run):
        _tell_job(request, undone)
    else:
        count = locale.number(undone.restored)
        sentence = ngettext("%(count)s contact put back.", "%(count)s contacts put back.", undone.restored)
        tell(request, sentence % {"count": count}, undone.says[:MOST_SAID])
    if undone_left := () if isinstance(undone, Run) else undone.kept:
        sentence = ngettext(
            "%(count)s was changed by somebody since and stays as it is.",
            "%(count)s were changed by somebody since and stay as they are.",
            len(undone_left),
        )
        messages.warning(request, sentence % {"count": locale.number(len(undone_left))})
    return _to(request, reverse("bulk_change", args=[batch_id]))


@require_POST
def rescore(request: HttpRequest, *, kind: Kind) -> HttpResponseBase:
    """Scores the selected contacts again, or starts the job that does."""
    selection = _selection(request)
    if selection.address is None and not selection.ids:
        messages.warning(request, _("Choose some rows first."))
        return redirect(_back(request, kind))
    done = start_list_rescoring(kind=kind, selection=selection, by=reader(request), at=timezone.now())
    if isinstance(done, Run):
        _tell_job(request, done)
    else:
        messages.success(request, f"{rescored_words(kind, done.contacts, done.moved)}.")
    return redirect(_back(request, kind))


def _ask(request: HttpRequest, kind: Kind, action: Action, selection: Selection, form: BulkForm) -> HttpResponse:
    if selection.address is not None:
        require(request.user, Permission.IMPORT)
    shown = {
        "title": _title(kind, action, _count(kind, selection)),
        "kind": kind.value,
        "action": action.value,
        "form": form,
        "selection": selection,
        "address": request.POST.get("address", ""),
        "back_url": _back(request, kind),
        "is_complete": not isinstance(form, FieldForm) or form.field is not None,
    }
    return render(request, "bulk/choose.html", shown, status=422 if form.errors else 200)


def _count(kind: Kind, selection: Selection) -> Count:
    if selection.address is None:
        return Count(len(selection.ids), is_more=False)
    definition = contact_list(kind)
    query = read_address(definition, selection.address)
    return count_rows(definition, query, as_of=timezone.localdate())


def _title(kind: Kind, action: Action, count: Count) -> str:
    if kind is Kind.COMPANY:
        who = ngettext("%(count)s company", "%(count)s companies", count.rows)
    else:
        who = ngettext("%(count)s person", "%(count)s people", count.rows)
    sentences = {
        Action.OWNER: _("Change the owner: %(who)s"),
        Action.TAG: _("Add tags: %(who)s"),
        Action.UNTAG: _("Take tags away: %(who)s"),
        Action.FIELD: _("Set a field: %(who)s"),
        Action.BIN: _("Put into the bin: %(who)s"),
    }
    return sentences[action] % {"who": who % {"count": locale.number(count.rows) + "+" * count.is_more}}


def _tell(request: HttpRequest, kind: Kind, done: Changed | Run) -> None:
    if isinstance(done, Run):
        _tell_job(request, done)
        return
    link = format_html(
        ' <a href="{}" hx-post="{}">{}</a>',
        reverse("bulk_change", args=[done.batch_id]),
        reverse("bulk_undo", args=[done.batch_id]),
        _("Undo"),
    )
    messages.success(request, format_html("{}.{}", changed_words(kind, done.count), link))
    for sentence in done.says[:MOST_SAID]:
        messages.info(request, sentence)


def _tell_job(request: HttpRequest, run: Run) -> None:
    link = format_html(' <a href="{}">{}</a>', reverse("job", args=[run.pk]), _("Watch it"))
    messages.info(request, format_html("{}{}", _("This takes a moment: it is done as a job."), link))


def _to(request: HttpRequest, address: str) -> HttpResponseBase:
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _selection(request: HttpRequest) -> Selection:
    if request.POST.get("everything"):
        return Selection(address=storable(request.POST.get("address", "")))
    ids = [text for text in request.POST.getlist("selected") if text.isascii() and text.isdigit() and len(text) < 19]
    return Selection(ids=tuple(dict.fromkeys(int(text) for text in ids[:MOST_SELECTED])))


def _action(request: HttpRequest) -> Action | None:
    asked = request.POST.get("action", "")
    return Action(asked) if asked in set(Action) else None


def _back(request: HttpRequest, kind: Kind) -> str:
    """The list that was left."""
    definition = contact_list(kind)
    query = read_address(definition, request.POST.get("address", ""))
    address = query.address(definition)
    return f"{reverse(f'{kind}_list')}?{address}" if address else reverse(f"{kind}_list")


EDIT = Permission.EDIT_CONTACTS
urlpatterns = [
    route("changes/<int:batch_id>/", change, name="bulk_change", needs=EDIT),
    route("changes/<int:batch_id>/undo/", undo, name="bulk_undo", needs=EDIT),
]
for _kind, _place in PLACES.items():
    urlpatterns += [
        route(f"{_place}/bulk/", partial(choose, kind=_kind), name=f"{_kind}_bulk", needs=EDIT),
        route(f"{_place}/rescore/", partial(rescore, kind=_kind), name=f"{_kind}_rescore", needs=EDIT),
        route(f"{_place}/bulk/apply/", partial(apply, kind=_kind), name=f"{_kind}_bulk_apply", needs=EDIT),
    ]
