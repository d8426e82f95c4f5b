"""The ways in which a segmentation begins – from nothing, a scheme, a model file, one of another kind – and a file that
is read into a draft.

What a model asks for and what would be made for it is shown first; nothing is made before somebody agrees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.crm.errors import RefusedError, ValuesError
from satsuma.app.segmentation.errors import DraftConflictError
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.segmentations import get_segmentation, list_segmentations
from satsuma.app.segmentation.scheme_wording import WORDS, list_worded_schemes, worded_scheme
from satsuma.app.segmentation.services import starting as services
from satsuma.app.segmentation.services.starting import Started
from satsuma.app.segmentation.starting import load_known, plan_start, portable_model
from satsuma.domain.errors import InputError, ModelError
from satsuma.domain.model import Kind, Segmentation
from satsuma.web.answers import form_status, kind_of, reader
from satsuma.web.forms.segmentations import EmptyStartForm, ModelFileForm
from satsuma.web.ids import read_id, storable
from satsuma.web.model_files import read_model, sent_again
from satsuma.web.pages.segmentation_starts import NewPage, file_problems, plan_page
from satsuma.web.pages.segmentations import list_url
from satsuma.web.routes import route
from satsuma.web.uploads import refuse_cut_upload

MANAGE = Permission.MANAGE_SEGMENTATIONS
Make = Callable[[Segmentation, list[str]], Started]


@require_GET
def segmentation_new(request: HttpRequest) -> HttpResponse:
    """All ways to begin one of `?kind=`."""
    return _new(request, kind_of(request.GET.get("kind", Kind.COMPANY)), ModelFileForm())


def _new(request: HttpRequest, kind: Kind, form: ModelFileForm, **more: Any) -> HttpResponse:
    page = NewPage(
        title=_("New segmentation of companies") if kind is Kind.COMPANY else _("New segmentation of people"),
        kind=kind,
        schemes=list_worded_schemes(kind),
        others=list_segmentations(),
    )
    context = {"page": page, "form": form, "empty_form": EmptyStartForm(), "list_url": list_url(kind), **more}
    return render(request, "segmentations/new.html", context, status=422 if more else form_status(form))


@require_POST
def segmentation_start(request: HttpRequest) -> HttpResponse:
    """From nothing."""
    kind = kind_of(request.POST.get("kind", ""))
    name = storable(request.POST.get("name", ""))
    try:
        row = services.start_empty(kind=kind, name=name, by=reader(request), at=timezone.now())
    except ValuesError as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('segmentation_new')}?kind={kind}")
    return redirect("draft_parameters", segmentation_id=row.pk)


@require_http_methods(["GET", "POST"])
def segmentation_from_scheme(request: HttpRequest, scheme: str) -> HttpResponse:
    """From a ready-made scheme, for contacts of `?kind=`."""
    if scheme not in WORDS:
        raise Http404
    model = worded_scheme(scheme)
    kind = kind_of(request.GET.get("kind", model.kind))
    return _from_model(request, model, kind)


@require_http_methods(["GET", "POST"])
def segmentation_for_kind(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """A copy of the draft for the other kind of contacts, as far as their fields allow."""
    draft = get_draft(segmentation_id).model
    kind = Kind.PERSON if draft.kind is Kind.COMPANY else Kind.COMPANY
    return _from_model(request, portable_model(draft, load_known(draft.kind)), kind)


def _from_model(request: HttpRequest, model: Segmentation, kind: Kind) -> HttpResponse:
    """Shows what it takes, or begins."""

    def make(model: Segmentation, agreed: list[str]) -> Started:
        return services.start_from_model(model=model, kind=kind, agreed=agreed, by=reader(request), at=timezone.now())

    if request.method == "POST":
        return _make(request, model, make)
    known = load_known(kind)
    page = plan_page(plan_start(model, known), known, action=request.get_full_path(), cancel_url=list_url(kind))
    return render(request, "segmentations/plan.html", {"page": page})


@require_http_methods(["GET", "POST"])
def segmentation_from_file(request: HttpRequest) -> HttpResponse:
    """From a model file: first the file itself, then, with `model`, what was agreed to."""
    kind = kind_of(request.GET.get("kind", Kind.COMPANY))

    def make(model: Segmentation, agreed: list[str]) -> Started:
        return services.start_from_model(
            model=model, kind=model.kind, agreed=agreed, by=reader(request), at=timezone.now()
        )

    def show(form: ModelFileForm, **more: Any) -> HttpResponse:
        return _new(request, kind, form, **more)

    if "model" in request.POST:
        return _make(request, read_model(request.POST["model"].encode(), "model.json"), make)
    return _file(request, show, lambda model: model.kind, cancel_url=list_url(kind))


@require_http_methods(["GET", "POST"])
def draft_import(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """Reads a model file into a draft, as one step."""
    spec = get_segmentation(segmentation_id)

    def make(model: Segmentation, agreed: list[str]) -> Started:
        return services.import_into_draft(
            segmentation_id=segmentation_id,
            version=read_id(request.POST.get("version", "")) or 0,
            model=model,
            agreed=agreed,
            by=reader(request),
            at=timezone.now(),
        )

    def show(form: ModelFileForm, **more: Any) -> HttpResponse:
        context = {
            "title": _("Read a file into the draft"),
            "spec": spec,
            "form": form,
            "list_url": list_url(spec.kind),
        }
        return render(
            request, "segmentations/import.html", {**context, **more}, status=422 if more else form_status(form)
        )

    if "model" in request.POST:
        return _make(request, read_model(request.POST["model"].encode(), "model.json"), make)
    version = get_draft(segmentation_id).version
    cancel_url = reverse("draft_parameters", args=[segmentation_id])
    return _file(request, show, lambda _model: spec.kind, cancel_url=cancel_url, draft_version=version)


def _file(
    request: HttpRequest,
    show: Callable[..., HttpResponse],
    kind_for: Callable[[Segmentation], Kind],
    *,
    cancel_url: str,
    draft_version: int | None = None,
) -> HttpResponse:
    """The form, everything that is wrong in the file, or what it takes."""
    if request.method != "POST":
        return show(ModelFileForm())
    refuse_cut_upload(request)
    form = ModelFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(form)
    file = form.cleaned_data["file"]
    try:
        model = read_model(file.read(), file.name)
    except ModelError as error:
        return show(form, problems=file_problems(error.problems), count=len(error.problems), file_name=file.name)
    except InputError as error:
        form.add_error("file", str(error))
        return show(form)
    known = load_known(kind_for(model))
    page = plan_page(
        plan_start(model, known),
        known,
        action=request.get_full_path(),
        cancel_url=cancel_url,
        model=sent_again(model),
        draft_version=draft_version,
    )
    return render(request, "segmentations/plan.html", {"page": page})


def _make(request: HttpRequest, model: Segmentation, make: Make) -> HttpResponse:
    try:
        started = make(model, request.POST.getlist("agreed"))
    except (ValuesError, RefusedError) as error:
        messages.error(request, _("Nothing was made: %(reason)s") % {"reason": error})
        return redirect(request.get_full_path())
    except DraftConflictError as error:
        messages.error(request, f"{error.message} {_('Read the file again to put it in the place of that.')}")
        return redirect(request.get_full_path())
    _tell(request, started)
    return redirect("draft_parameters", segmentation_id=started.segmentation_id)


def _tell(request: HttpRequest, started: Started) -> None:
    count = len(started.made)
    if count:
        messages.success(
            request, ngettext("%(count)d field was made.", "%(count)d fields were made.", count) % {"count": count}
        )
    if started.plan.left_out:
        names = ", ".join(left.title for left in started.plan.left_out)
        messages.info(request, _("Left out: %(names)s.") % {"names": names})


NEW = "segmentations/new"

urlpatterns = [
    route(f"{NEW}/", segmentation_new, name="segmentation_new", needs=MANAGE),
    route(f"{NEW}/empty/", segmentation_start, name="segmentation_start", needs=MANAGE),
    route(f"{NEW}/scheme/<slug:scheme>/", segmentation_from_scheme, name="segmentation_from_scheme", needs=MANAGE),
    route(f"{NEW}/file/", segmentation_from_file, name="segmentation_from_file", needs=MANAGE),
    route(
        "segmentations/<int:segmentation_id>/for-other-kind/",
        segmentation_for_kind,
        name="segmentation_for_kind",
        needs=MANAGE,
    ),
    route("segmentations/<int:segmentation_id>/draft/import/", draft_import, name="draft_import", needs=MANAGE),
]
