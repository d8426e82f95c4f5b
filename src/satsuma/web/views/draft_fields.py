"""Adding a parameter to a draft: from a field or metric that is there, or with a new field."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from satsuma.app.accounts.permissions import Permission, allows, require
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import RefusedError, ValuesError
from satsuma.app.segmentation.errors import DraftConflictError
from satsuma.app.segmentation.queries.drafts import DraftSpec, get_draft
from satsuma.app.segmentation.services import parameters as services
from satsuma.web.answers import form_status, reader
from satsuma.web.forms.draft_fields import NewFieldForm
from satsuma.web.ids import read_id
from satsuma.web.pages.draft_fields import choices_page
from satsuma.web.routes import route
from satsuma.web.views.drafts import axis_number

MANAGE = Permission.MANAGE_SEGMENTATIONS


@require_GET
def draft_parameter_new(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    return _choose(request, get_draft(segmentation_id), NewFieldForm())


@require_POST
def draft_parameter_add(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    """An existing field becomes the last parameter, with ranges suggested from the data."""
    draft = get_draft(segmentation_id)
    axis = axis_number(request, draft)
    try:
        field = services.add_parameter(
            segmentation_id=segmentation_id,
            version=_version(request, draft),
            axis=axis,
            field_key=request.POST.get("field", ""),
            by=reader(request),
            at=timezone.now(),
            as_of=workspace_day(timezone.now()),
        )
    except (RefusedError, DraftConflictError) as error:
        messages.error(request, error.message)
        return redirect(f"{reverse('draft_parameter_new', args=[segmentation_id])}?axis={axis}")
    return _to_card(segmentation_id, axis, field.key)


@require_POST
def draft_parameter_make(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    """A new field is made, which stands on the form from then on, and becomes the last parameter."""
    require(request.user, Permission.MANAGE_FIELDS)
    draft = get_draft(segmentation_id)
    axis = axis_number(request, draft)
    form = NewFieldForm(request.POST)
    if form.is_valid():
        try:
            field = services.add_parameter_with_field(
                segmentation_id=segmentation_id,
                version=_version(request, draft),
                axis=axis,
                draft=form.draft(),
                options=form.option_labels(),
                by=reader(request),
                at=timezone.now(),
            )
        except (ValuesError, RefusedError) as error:
            form.refuse(error)
        except DraftConflictError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("“%(name)s” is now asked on the form.") % {"name": field.label})
            return _to_card(segmentation_id, axis, field.key)
    return _choose(request, get_draft(segmentation_id), form)


def _choose(request: HttpRequest, draft: DraftSpec, form: NewFieldForm) -> HttpResponseBase:
    page = choices_page(draft, axis_number(request, draft), may_make=allows(request.user, Permission.MANAGE_FIELDS))
    return render(request, "drafts/choose.html", {"page": page, "form": form}, status=form_status(form))


def _version(request: HttpRequest, draft: DraftSpec) -> int:
    """The version that the page was made from: that of now if the page did not say."""
    return read_id(request.POST.get("version", "")) or draft.version


def _to_card(segmentation_id: int, axis: int, token: str) -> HttpResponseBase:
    url = reverse("draft_parameters", args=[segmentation_id])
    return redirect(f"{url}?axis={axis}&open={token}#card-{token}")


DRAFT = "segmentations/<int:segmentation_id>/draft"

urlpatterns = [
    route(f"{DRAFT}/parameters/new/", draft_parameter_new, name="draft_parameter_new", needs=MANAGE),
    route(f"{DRAFT}/parameters/add/", draft_parameter_add, name="draft_parameter_add", needs=MANAGE),
    route(f"{DRAFT}/parameters/make/", draft_parameter_make, name="draft_parameter_make", needs=MANAGE),
]
