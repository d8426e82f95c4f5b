"""Tags, under Settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.models import Tag
from satsuma.app.crm.queries.settings import get_tag, list_other_tags, list_tags
from satsuma.app.crm.services import tags as services
from satsuma.web.answers import form_status, page_number
from satsuma.web.forms.tags import MergeForm, TagForm
from satsuma.web.pages.settings import Part, SettingsCard
from satsuma.web.routes import route

MANAGE = Permission.MANAGE_FIELDS


@require_GET
def tag_list(request: HttpRequest) -> HttpResponse:
    number, search = page_number(request), request.GET.get("search", "")
    rows, has_more = list_tags(search=search, page=number)
    context = {"title": _("Tags"), "rows": rows, "search": search, "number": number, "has_more": has_more}
    return render(request, "tags/list.html", context)


@require_http_methods(["GET", "POST"])
def tag_new(request: HttpRequest) -> HttpResponse:
    form = TagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_tag(**form.cleaned_data, at=timezone.now())
        except ValuesError as error:
            form.refuse(error)
        else:
            messages.success(request, _("“%(name)s” was added.") % {"name": form.cleaned_data["name"]})
            return redirect("tag_list")
    context = {"title": _("New tag"), "form": form}
    return render(request, "tags/edit.html", context, status=form_status(form))


@require_http_methods(["GET", "POST"])
def tag_edit(request: HttpRequest, tag_id: int) -> HttpResponse:
    tag = get_tag(tag_id)
    form = TagForm(request.POST or None, initial={"name": tag.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_tag(tag_id=tag_id, **form.cleaned_data, at=timezone.now())
        except ValuesError as error:
            form.refuse(error)
        else:
            messages.success(request, _("“%(name)s” was saved.") % {"name": form.cleaned_data["name"]})
            return redirect("tag_list")
    return _edit_page(request, tag, form, MergeForm())


@require_GET
def tag_others(request: HttpRequest, tag_id: int) -> HttpResponse:
    """The tags that this one can be merged into."""
    found = list_other_tags(get_tag(tag_id).pk, search=request.GET.get("q", ""), most=20)
    options = [{"value": tag.pk, "label": tag.name} for tag in found]
    return render(request, "components/search_select_results.html", {"options": options})


@require_POST
def tag_merge(request: HttpRequest, tag_id: int) -> HttpResponse:
    tag = get_tag(tag_id)
    form = MergeForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, tag, TagForm(initial={"name": tag.name}), form)
    into = get_tag(form.cleaned_data["into"])
    services.merge_tag(tag_id=tag_id, into_id=into.pk, at=timezone.now())
    said = _("Everybody who had “%(name)s” has “%(kept)s” now.") % {"name": tag.name, "kept": into.name}
    messages.success(request, said)
    return redirect("tag_list")


@require_POST
def tag_delete(request: HttpRequest, tag_id: int) -> HttpResponse:
    tag = get_tag(tag_id)
    services.delete_tag(tag_id=tag_id, at=timezone.now())
    messages.success(request, _("“%(name)s” was deleted.") % {"name": tag.name})
    return redirect("tag_list")


def _edit_page(request: HttpRequest, tag: Tag, form: TagForm, merge_form: MergeForm) -> HttpResponse:
    context = {"title": tag.name, "form": form, "merge_form": merge_form, "tag": tag}
    status = max(form_status(form), form_status(merge_form))
    return render(request, "tags/edit.html", context, status=status)


SETTINGS = [
    SettingsCard(
        part=Part.CONTACTS,
        position=40,
        title=gettext_lazy("Tags"),
        text=gettext_lazy("Words that companies and people are marked with"),
        icon="tags",
        address="tag_list",
        needs=MANAGE,
    )
]

TAG = "settings/tags/<int:tag_id>"

urlpatterns = [
    route("settings/tags/", tag_list, name="tag_list", needs=MANAGE),
    route("settings/tags/new/", tag_new, name="tag_new", needs=MANAGE),
    route(f"{TAG}/", tag_edit, name="tag_edit", needs=MANAGE),
    route(f"{TAG}/others/", tag_others, name="tag_others", needs=MANAGE),
    route(f"{TAG}/merge/", tag_merge, name="tag_merge", needs=MANAGE),
    route(f"{TAG}/delete/", tag_delete, name="tag_delete", needs=MANAGE),
]
