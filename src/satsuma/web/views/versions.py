"""Published versions of a segmentation: what each changed, two compared, one brought back, as a draft or at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satsuma.app import locale
from satsuma.app.accounts.permissions import Permission, allows
from satsuma.app.crm.errors import RefusedError, ValuesError
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.segmentation.errors import DraftConflictError
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation
from satsuma.app.segmentation.queries.versions import get_version, list_versions
from satsuma.app.segmentation.services.publishing import start_roll_back
from satsuma.app.segmentation.services.starting import draft_from_version
from satsuma.web.answers import form_status, reader
from satsuma.web.forms.segmentations import NoteForm
from satsuma.web.ids import read_id
from satsuma.web.model_files import model_file
from satsuma.web.pages.segmentation_tabs import Place, segmentation_tabs
from satsuma.web.pages.versions import (
    DRAFT,
    ComparisonPage,
    Differences,
    RestorePage,
    Side,
    VersionsPage,
    choices,
    compared,
    missing_fields,
    side,
    version_rows,
)
from satsuma.web.routes import route

VIEW, MANAGE = Permission.VIEW, Permission.MANAGE_SEGMENTATIONS
PAGE_ROWS = 20


@require_GET
def versions(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """The newest first; `?before=` leads to older ones."""
    spec = get_segmentation(segmentation_id)
    found = list_versions(segmentation_id, before=read_id(request.GET.get("before", "")), limit=PAGE_ROWS + 1)
    page = VersionsPage(
        title=spec.name,
        spec=spec,
        tabs=segmentation_tabs(segmentation_id, Place.VERSIONS, reader(request)),
        rows=version_rows(found, spec, most=PAGE_ROWS),
        older_url=f"?before={found[PAGE_ROWS - 1].number}" if len(found) > PAGE_ROWS else "",
    )
    return render(request, "versions/list.html", {"page": page})


@require_GET
def version_compare(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """What changed from `?before=` to `?after=`, numbers of versions or `draft`; the last change if nothing is said."""
    spec = get_segmentation(segmentation_id)
    found = list_versions(segmentation_id)
    offered = choices(found, with_draft=allows(request.user, MANAGE))
    values = [choice.value for choice in offered]
    after = _chosen(request, "after", values, values[:1])
    before = _chosen(request, "before", values, values[values.index(after) + 1 :] if after else [])
    sides = {str(version.number): side(version) for version in found}
    if DRAFT in (before, after):
        sides[DRAFT] = side(get_draft(segmentation_id))
    page = ComparisonPage(
        title=spec.name,
        spec=spec,
        tabs=segmentation_tabs(segmentation_id, Place.VERSIONS, reader(request)),
        choices=offered,
        before=before,
        after=after,
        differences=_compared(sides, before, after),
    )
    return render(request, "versions/compare.html", {"page": page})


def _chosen(request: HttpRequest, name: str, values: list[str], usual: list[str]) -> str:
    asked = request.GET.get(name, "")
    return asked if asked in values else next(iter(usual or values), "")


def _compared(sides: dict[str, Side], before: str, after: str) -> Differences:
    return compared(sides[before], sides[after], folds=False) if before and after else Differences(())


@require_http_methods(["GET", "POST"])
def version_restore(request: HttpRequest, segmentation_id: int, number: int) -> HttpResponse:
    """Rolls back to an old version: shows what that changes, and asks for a note."""
    spec, version = get_segmentation(segmentation_id), get_version(segmentation_id, number)
    if spec.version is not None and spec.version.number == number:
        messages.info(request, _("Version %(number)s is the published one.") % {"number": locale.number(number)})
        return redirect("versions", segmentation_id=segmentation_id)
    usual = _("Back to version %(number)s") % {"number": locale.number(number)}
    form = NoteForm(request.POST or None, initial={"note": usual})
    if request.method == "POST" and form.is_valid():
        try:
            run = start_roll_back(
                segmentation_id=segmentation_id,
                version_number=number,
                note=form.cleaned_data["note"],
                by=reader(request),
                at=timezone.now(),
            )
            return redirect("publication", segmentation_id=segmentation_id, run_id=run.pk)
        except (ValuesError, RefusedError) as error:
            form.refuse(error)
    page = RestorePage(
        title=_("Roll back to version %(number)s") % {"number": locale.number(number)},
        spec=spec,
        version=version,
        differences=_from_published(spec, side(version)),
        missing=missing_fields(version, [field.key for field in list_fields(spec.kind, retired=True)]),
    )
    return render(request, "versions/restore.html", {"page": page, "form": form}, status=form_status(form))


def _from_published(spec: SegmentationSpec, after: Side) -> Differences:
    return compared(side(spec.version), after) if spec.version else Differences(())


@require_POST
def version_draft(request: HttpRequest, segmentation_id: int, number: int) -> HttpResponse:
    """Puts an old version into the draft, where undo takes it back."""
    try:
        draft_from_version(
            segmentation_id=segmentation_id,
            number=number,
            version=get_draft(segmentation_id).version,
            by=reader(request),
            at=timezone.now(),
        )
    except DraftConflictError as error:
        messages.error(request, str(error))
        return redirect("versions", segmentation_id=segmentation_id)
    done = _("The draft is version %(number)s now. Undo brings back what it was.")
    messages.success(request, done % {"number": locale.number(number)})
    return redirect("draft_parameters", segmentation_id=segmentation_id)


@require_GET
def version_file(request: HttpRequest, segmentation_id: int, number: int) -> HttpResponse:
    """The version as a model file."""
    version = get_version(segmentation_id, number)
    return model_file(version.model, _("version %(number)s") % {"number": number})


ALL = "segmentations/<int:segmentation_id>/versions"
ONE = f"{ALL}/<int:number>"

urlpatterns = [
    route(f"{ALL}/", versions, name="versions", needs=VIEW),
    route(f"{ALL}/compare/", version_compare, name="version_compare", needs=VIEW),
    route(f"{ONE}/restore/", version_restore, name="version_restore", needs=MANAGE),
    route(f"{ONE}/draft/", version_draft, name="version_draft", needs=MANAGE),
    route(f"{ONE}/model.yaml", version_file, name="version_file", needs=VIEW),
]
