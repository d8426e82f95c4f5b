"""The last step of the wizard: who would move, the lists behind every number, a note, publish; and the job that does
it.
"""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.jobs.models import State
from satsuma.app.jobs.queries.runs import get_status_of
from satsuma.app.segmentation.errors import DraftConflictError, DraftProblemsError
from satsuma.app.segmentation.previews.drafts import preview_draft
from satsuma.app.segmentation.previews.numbers import DraftPreview
from satsuma.app.segmentation.queries.drafts import DraftSpec, get_draft
from satsuma.app.segmentation.queries.moving import list_travellers
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.app.segmentation.services.publishing import PUBLISH, start_publishing
from satsuma.web.answers import form_status, page_number, reader
from satsuma.web.forms.segmentations import NoteForm
from satsuma.web.ids import read_id, storable
from satsuma.web.pages.jobs import JobView
from satsuma.web.pages.moving import ROWS, Asked, asked_ways, moving_page
from satsuma.web.pages.publishing import publish_page
from satsuma.web.routes import route

MANAGE = Permission.MANAGE_SEGMENTATIONS


@require_http_methods(["GET", "POST"])
def draft_publish(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    """Nothing has changed for anybody until this is sent."""
    draft, spec = get_draft(segmentation_id), get_segmentation(segmentation_id)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (started := _publish(request, draft, form)) is not None:
        return started
    page = publish_page(draft, spec, _preview(draft))
    return render(
        request,
        "publishing/publish.html",
        {
            "page": page,
            "head": page.head,
            "form": form,
            "back": request.path,
            "options_url": reverse(f"{spec.kind}_options"),
        },
        status=form_status(form),
    )


def _publish(request: HttpRequest, draft: DraftSpec, form: NoteForm) -> HttpResponse | None:
    """The job's page; None if there is something to say beside the note. What somebody saw is what is published: a
    draft that is another by now is shown first."""
    try:
        run = start_publishing(
            segmentation_id=draft.segmentation_id,
            draft_version=read_id(request.POST.get("version", "")) or 0,
            note=form.cleaned_data["note"],
            by=reader(request),
            at=timezone.now(),
        )
    except DraftConflictError as error:
        form.add_error(None, f"{error.message} {_('Look at what would happen now, then publish.')}")
        return None
    except DraftProblemsError as error:
        form.add_error(None, str(error))
        return None
    except (ValuesError, RefusedError) as error:
        form.refuse(error)
        return None
    return redirect("publication", segmentation_id=draft.segmentation_id, run_id=run.pk)


@require_GET
def draft_moving(request: HttpRequest, segmentation_id: int) -> HttpResponse:
    """Who is in the segment `?before=` now (`none`: in none), would be in the one at the place `?after=`, and would go
    `?way=`; what is left out is all."""
    draft, spec = get_draft(segmentation_id), get_segmentation(segmentation_id)
    numbers = _preview(draft).numbers
    if numbers is None:
        return redirect("draft_publish", segmentation_id=segmentation_id)
    asked = Asked(*(storable(request.GET.get(name, "")) for name in ("before", "after", "way")))
    ways, number = asked_ways(numbers, asked), page_number(request)
    travellers = list_travellers(draft, spec, ways, as_of=_today(), start=(number - 1) * ROWS, most=ROWS)
    page = moving_page(draft, spec, numbers, asked, ways, travellers, number)
    return render(request, "publishing/moving.html", {"page": page})


def _preview(draft: DraftSpec) -> DraftPreview:
    return preview_draft(
        draft.model, segmentation_id=draft.segmentation_id, segment_ids=draft.segment_ids, as_of=_today()
    )


def _today() -> date:
    return workspace_day(timezone.now())


@require_GET
def publication(request: HttpRequest, segmentation_id: int, run_id: int) -> HttpResponse:
    """The job while it runs; once it is done, the segmentation."""
    spec = get_segmentation(segmentation_id)
    status = get_status_of(reader(request), run_id)
    if status.run.kind != PUBLISH or status.run.arguments.get("segmentation_id") != segmentation_id:
        raise NotFoundError(_("There is no such job."), run_id=run_id)
    if status.state is State.DONE:
        messages.success(request, f"{_('Published.')} {(status.run.result or {}).get('text', '')}".strip())
        return redirect("segmentation", segmentation_id=segmentation_id)
    context = {
        "title": _("Publish %(name)s") % {"name": spec.name},
        "spec": spec,
        "job": JobView.of(status),
        "publish_url": reverse("draft_publish", args=[segmentation_id]),
    }
    return render(request, "publishing/publication.html", context)


ONE = "segmentations/<int:segmentation_id>"

urlpatterns = [
    route(f"{ONE}/draft/publish/", draft_publish, name="draft_publish", needs=MANAGE),
    route(f"{ONE}/draft/publish/moving/", draft_moving, name="draft_moving", needs=MANAGE),
    route(f"{ONE}/publishing/<int:run_id>/", publication, name="publication", needs=MANAGE),
]
