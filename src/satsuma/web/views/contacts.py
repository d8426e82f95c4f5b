"""One company or person: profile, form, picture, bin. Merging and doubles are in `doubles`, lists in `contact_lists`.

Every address exists for both kinds: /companies/7/ and /people/7/.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import list_active_users, workspace_day
from satsuma.app.crm.errors import ConflictError, NotFoundError, ValuesError
from satsuma.app.crm.models import Contact
from satsuma.app.crm.pictures import image_path
from satsuma.app.crm.queries.contacts import find_doubles, get_contact, list_binned, list_named
from satsuma.app.crm.queries.fields import fields_by_key, list_sections
from satsuma.app.crm.services.contacts import (
    bin_contacts,
    create_contact,
    erase_contacts,
    restore_contacts,
    save_contact,
)
from satsuma.app.crm.services.images import remove_image, set_image
from satsuma.app.crm.values import Typed
from satsuma.app.segmentation.queries.questions import asked_fields, list_questions
from satsuma.domain.errors import InputError
from satsuma.domain.model import Kind
from satsuma.web.answers import reader, show_problems, tell
from satsuma.web.forms.contacts import ContactForm, Difference, reconcile, typed_texts
from satsuma.web.ids import read_id, storable
from satsuma.web.pages.contact_results import segments_page
from satsuma.web.pages.contacts import profile_page
from satsuma.web.routes import route
from satsuma.web.uploads import was_cut

PLACES = {Kind.COMPANY: "companies", Kind.PERSON: "people"}
BIN_PAGE = 50


@require_GET
def profile(request: HttpRequest, contact_id: int, *, kind: Kind) -> HttpResponseBase:
    """Everything known about a contact. One that was merged into another leads there."""
    try:
        contact = get_contact(kind, contact_id)
    except NotFoundError as error:
        if (merged_into := error.facts.get("merged_into")) is not None:
            return redirect(f"{kind}_profile", contact_id=merged_into)
        raise
    segments = segments_page(contact, workspace_day(timezone.now()))
    page = profile_page(contact, questions=asked_fields(result.segmentation for result in segments.results.results))
    return render(request, "contacts/profile.html", {"page": page, "segments": segments, "title": contact.name})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, *, kind: Kind) -> HttpResponseBase:
    sections, owners, questions = list_sections(kind), list_active_users(), list_questions(kind)
    if request.method == "GET":
        known = {name: request.GET.get(name, "") for name in ("name", "company") if name in request.GET}
        begun = {"owner": str(request.user.pk), **known}
        return _form_page(request, ContactForm(kind, sections, owners, typed=begun, questions=questions), kind)
    form = ContactForm(kind, sections, owners, data=request.POST, questions=questions)
    if form.is_valid():
        try:
            saved = create_contact(kind=kind, entry=form.entry(), by=reader(request), at=timezone.now())
            return _to_profile(request, saved.contact, saved.says)
        except ValuesError as error:
            show_problems(form, error)
    return _form_page(request, form, kind)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, contact_id: int, *, kind: Kind) -> HttpResponseBase:
    contact = get_contact(kind, contact_id)
    sections, owners, questions = list_sections(kind), list_active_users(), list_questions(kind)
    if request.method == "GET":
        typed = typed_texts(contact, fields_by_key(kind))
        form = ContactForm(kind, sections, owners, typed=typed, version=contact.version, questions=questions)
        return _form_page(request, form, kind, contact)
    form = ContactForm(kind, sections, owners, data=request.POST, questions=questions)
    if form.is_valid():
        try:
            saved = save_contact(
                contact_id=contact_id,
                version=form.cleaned_data["version"],
                entry=form.entry(),
                by=reader(request),
                at=timezone.now(),
            )
            return _to_profile(request, saved.contact, saved.says)
        except ValuesError as error:
            show_problems(form, error)
        except ConflictError:
            return _conflict_page(request, form, kind, contact_id)
    return _form_page(request, form, kind, contact)


def _conflict_page(request: HttpRequest, typed: ContactForm, kind: Kind, contact_id: int) -> HttpResponse:
    """The form again, on top of what is stored now: both versions are shown, and saving is the reader's decision."""
    contact = get_contact(kind, contact_id)
    theirs = typed_texts(contact, fields_by_key(kind))
    outcome = reconcile(typed.base_texts(), typed.typed(), theirs)
    form = ContactForm(
        kind,
        list_sections(kind),
        list_active_users(),
        typed=outcome.typed,
        base=theirs,
        version=contact.version,
        questions=typed.questions,
    )
    contested = [
        Difference(str(form.fields[name].label), _shown(form, name, theirs), _shown(form, name, outcome.typed))
        for name in outcome.contested
    ]
    taken_over = [form.fields[name].label for name in outcome.taken_over]
    return _form_page(request, form, kind, contact, status=409, contested=contested, taken_over=taken_over, conflict=1)


def _shown(form: ContactForm, name: str, texts: Any) -> str:
    """A typed text as people read it: an option by its label."""
    typed: Typed = texts.get(name, "")
    chosen = [typed] if isinstance(typed, str) else typed
    labels = {str(value): str(label) for value, label in getattr(form.fields[name], "choices", [])}
    return ", ".join(labels.get(text, text) for text in chosen)


def _form_page(
    request: HttpRequest,
    form: ContactForm,
    kind: Kind,
    contact: Contact | None = None,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    title = _("Edit") if contact else (_("New company") if kind is Kind.COMPANY else _("New person"))
    company_id = form["company"].value() if kind is Kind.PERSON else None
    company = Contact.objects.filter(id=read_id(str(company_id or "")) or 0).first()
    page = {"form": form, "kind": kind, "contact": contact, "title": title, "company": company, **more}
    return render(request, "contacts/form.html", page, status=422 if form.errors else status)


def _to_profile(request: HttpRequest, contact: Contact, says: Sequence[str]) -> HttpResponse:
    tell(request, _("%(name)s is saved.") % {"name": contact.name}, says)
    return redirect(f"{contact.kind}_profile", contact_id=contact.id)


@require_GET
def similar(request: HttpRequest, *, kind: Kind) -> HttpResponse:
    """A fragment for the form of a new contact: those that may be the same."""
    name, email, website = (storable(request.GET.get(key, "")[:500]) for key in ("name", "email", "website"))
    found = find_doubles(kind, name=name, email=email, website=website)
    return render(request, "contacts/similar.html", {"doubles": found})


@require_GET
def options(request: HttpRequest, *, kind: Kind) -> HttpResponse:
    """A fragment for search selects: contacts by the beginning of their names."""
    found = list_named(kind, request.GET.get("q", "")[:200])
    shown = [
        {"value": row.id, "label": row.name, "detail": row.company.name if row.company else row.city} for row in found
    ]
    return render(request, "components/search_select_results.html", {"options": shown})


@require_POST
def put_into_bin(request: HttpRequest, contact_id: int, *, kind: Kind) -> HttpResponseBase:
    contact = get_contact(kind, contact_id)
    done = bin_contacts(contact_ids=[contact_id], by=reader(request), at=timezone.now())
    tell(request, _("%(name)s is in the bin. It stays there for 30 days.") % {"name": contact.name}, done.says)
    return redirect(f"{kind}_list")


@require_GET
def bin_page(request: HttpRequest) -> HttpResponse:
    found = list_binned(before_id=read_id(request.GET.get("before", "")), most=BIN_PAGE + 1)
    page = {"contacts": found[:BIN_PAGE], "next": found[BIN_PAGE - 1].id if len(found) > BIN_PAGE else None}
    return render(request, "contacts/bin.html", {**page, "title": _("Bin")})


@require_POST
def restore(request: HttpRequest) -> HttpResponseBase:
    done = restore_contacts(contact_ids=_chosen(request), by=reader(request), at=timezone.now())
    sentence = ngettext("%(count)d contact is back.", "%(count)d contacts are back.", done.count)
    tell(request, sentence % {"count": done.count}, done.says)
    return redirect("bin")


@require_POST
def erase(request: HttpRequest) -> HttpResponseBase:
    count = erase_contacts(contact_ids=_chosen(request), by=reader(request), at=timezone.now())
    messages.success(
        request,
        ngettext("%(count)d contact is erased for good.", "%(count)d contacts are erased for good.", count)
        % {"count": count},
    )
    return redirect("bin")


def _chosen(request: HttpRequest) -> list[int]:
    return [id_ for text in request.POST.getlist("id") if (id_ := read_id(text)) is not None]


@require_GET
def image(request: HttpRequest, name: str) -> HttpResponseBase:
    """A logo or photo. Its name is made of what it shows, so it may be kept by the browser for ever."""
    path = image_path(name)
    if not path.is_file():
        raise Http404
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return FileResponse(path.open("rb"), content_type="image/webp", headers=headers)


@require_POST
def image_set(request: HttpRequest, contact_id: int, *, kind: Kind) -> HttpResponseBase:
    get_contact(kind, contact_id)
    file = request.FILES.get("image")
    if was_cut(request):
        messages.error(request, _("The picture is larger than 5 MB. Choose a smaller one."))
    elif not isinstance(file, UploadedFile):
        messages.error(request, _("Choose a picture first."))
    else:
        try:
            set_image(contact_id=contact_id, file=file.file, by=reader(request), at=timezone.now())  # type: ignore[arg-type]
        except (ValuesError, InputError) as error:
            messages.error(request, error.remedy if isinstance(error, ValuesError) else str(error))
    return redirect(f"{kind}_profile", contact_id=contact_id)


@require_POST
def image_remove(request: HttpRequest, contact_id: int, *, kind: Kind) -> HttpResponseBase:
    get_contact(kind, contact_id)
    remove_image(contact_id=contact_id, by=reader(request), at=timezone.now())
    return redirect(f"{kind}_profile", contact_id=contact_id)


urlpatterns = [
    route("bin/", bin_page, name="bin", needs=Permission.EDIT_CONTACTS),
    route("bin/restore/", restore, name="bin_restore", needs=Permission.EDIT_CONTACTS),
    route("bin/erase/", erase, name="bin_erase", needs=Permission.ERASE),
    route("images/<slug:name>.webp", image, name="contact_image", needs=Permission.VIEW),
]
for _kind, _place in PLACES.items():
    VIEW, EDIT = Permission.VIEW, Permission.EDIT_CONTACTS
    for _pattern, _view, _name, _needs in (
        ("new/", new, "new", EDIT),
        ("similar/", similar, "similar", VIEW),
        ("options/", options, "options", VIEW),
        ("<int:contact_id>/", profile, "profile", VIEW),
        ("<int:contact_id>/edit/", edit, "edit", EDIT),
        ("<int:contact_id>/bin/", put_into_bin, "bin", EDIT),
        ("<int:contact_id>/image/", image_set, "image_set", EDIT),
        ("<int:contact_id>/image/remove/", image_remove, "image_remove", EDIT),
    ):
        urlpatterns.append(
            route(f"{_place}/{_pattern}", partial(_view, kind=_kind), name=f"{_kind}_{_name}", needs=_needs)
        )
