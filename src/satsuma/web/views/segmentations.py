"""The list of segmentations, and what is done with one as a whole: name, primary, copy, archive, deletion, download."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission, allows
from satsuma.app.crm.errors import ValuesError
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.overviews import get_holdings, list_overviews
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation
from satsuma.app.segmentation.scheme_wording import list_worded_schemes
from satsuma.app.segmentation.services import segmentations as services
from satsuma.app.segmentation.services.starting import copy_segmentation
from satsuma.domain.model import Kind
from satsuma.web.answers import form_status, kind_of, reader, try_change
from satsuma.web.forms.segmentations import NameForm
from satsuma.web.model_files import model_file
from satsuma.web.pages.segmentations import (
    DeletionPage,
    SegmentationsPage,
    kind_tabs,
    list_url,
    row,
)
from satsuma.web.pages.settings import Part, SettingsCard
from satsuma.web.routes import route

VIEW, MANAGE = Permission.VIEW, Permission.MANAGE_SEGMENTATIONS


@require_GET
def segmentations(request: HttpRequest) -> HttpResponse:
    """Those of `?kind=`; the first time a start message and the schemes to start from."""
    kind = kind_of(request.GET.get("kind", Kind.COMPANY))
    may_manage = allows(request.user, MANAGE)
    rows = [row(overview, may_manage=may_manage) for overview in list_overviews(kind)]
    archived = [row(overview, may_manage=may_manage) for overview in list_overviews(kind, archived=True)]
    is_first_time = not rows and not archived
    page = SegmentationsPage(
        title=_("Segmentations"),
        kind=kind,
        tabs=kind_tabs(kind, request.path),
        rows=rows,
        archived=archived,
        schemes=list_worded_schemes(kind) if is_first_time and may_manage else (),
    )
    return render(request, "segmentations/list.html", {"page": page})


@require_http_methods(["GET", "POST"])
def segmentation_rename(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    spec = get_segmentation(segmentation_id)
    form = NameForm(request.POST or None, initial={"name": spec.name})
    if request.method == "POST" and form.is_valid():
        try:
            name = services.rename_segmentation(
                segmentation_id=segmentation_id, name=form.cleaned_data["name"], at=timezone.now()
            )
        except ValuesError as error:
            form.refuse(error)
        else:
            messages.success(request, _("It is called “%(name)s” now.") % {"name": name})
            return redirect(list_url(spec.kind))
    context = {"title": _("Rename"), "spec": spec, "form": form, "list_url": list_url(spec.kind)}
    return render(request, "segmentations/rename.html", context, status=form_status(form))


@require_POST
def segmentation_primary(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    done = _("“%(name)s” is the primary segmentation now.")
    return _change(request, segmentation_id, services.make_primary, done)


@require_POST
def segmentation_archive(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    done = _("“%(name)s” is in the archive. Its results and history stay as they are.")
    return _change(request, segmentation_id, services.archive_segmentation, done)


@require_POST
def segmentation_restore(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    done = _("“%(name)s” is in use again.")
    return _change(request, segmentation_id, services.restore_segmentation, done)


@require_http_methods(["GET", "POST"])
def segmentation_delete(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    """Says what would be lost, and deletes when it is sent."""
    if request.method == "POST":
        done = _("“%(name)s” was deleted with all its results.")
        return _change(request, segmentation_id, services.delete_segmentation, done)
    spec = get_segmentation(segmentation_id)
    page = DeletionPage(spec, get_holdings(segmentation_id))
    title = _("Delete “%(name)s”") % {"name": spec.name}
    return render(request, "segmentations/delete.html", {"title": title, "page": page, "list_url": list_url(spec.kind)})


@require_POST
def segmentation_copy(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """Another one with the same draft, and its draft to go on with."""
    made = copy_segmentation(segmentation_id=segmentation_id, by=reader(request), at=timezone.now())
    messages.success(request, _("This is a copy with a draft of its own; nothing is published yet."))
    return redirect("draft_parameters", segmentation_id=made.pk)


@require_GET
def draft_file(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """The draft as a model file."""
    draft = get_draft(segmentation_id)
    return model_file(draft.model, _("draft"))


def _change(request: HttpRequest, segmentation_id: int, change: Callable[..., object], done: str) -> HttpResponseBase:
    spec: SegmentationSpec = get_segmentation(segmentation_id)
    return try_change(
        request,
        lambda: change(segmentation_id=segmentation_id, at=timezone.now()),
        done=done % {"name": spec.name},
        back=list_url(spec.kind),
    )


SETTINGS = [
    SettingsCard(
        part=Part.CONTACTS,
        position=10,
        title=gettext_lazy("Segmentation"),
        text=gettext_lazy("What makes customers important, for companies and for people"),
        icon="chart-pie",
        address="segmentations",
        needs=MANAGE,
    )
]

ONE = "segmentations/<int:segmentation_id>"

urlpatterns = [
    route("segmentations/", segmentations, name="segmentations", needs=VIEW),
    route(f"{ONE}/rename/", segmentation_rename, name="segmentation_rename", needs=MANAGE),
    route(f"{ONE}/primary/", segmentation_primary, name="segmentation_primary", needs=MANAGE),
    route(f"{ONE}/archive/", segmentation_archive, name="segmentation_archive", needs=MANAGE),
    route(f"{ONE}/restore/", segmentation_restore, name="segmentation_restore", needs=MANAGE),
    route(f"{ONE}/delete/", segmentation_delete, name="segmentation_delete", needs=MANAGE),
    route(f"{ONE}/copy/", segmentation_copy, name="segmentation_copy", needs=MANAGE),
    route(f"{ONE}/draft/model.yaml", draft_file, name="draft_file", needs=MANAGE),
]
