"""The wizard's first step, its undo and redo, and what happens when two people edit one draft.

Every answer of the form is one post of the whole step. A browser with scripts posts what was changed to `…/saved/`
while somebody types, and gets back what follows from it as JSON; one without gets pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.segmentation import axes as several
from satsuma.app.segmentation import editing, groupings
from satsuma.app.segmentation.errors import DraftConflictError
from satsuma.app.segmentation.queries.drafts import DraftSpec, get_draft
from satsuma.app.segmentation.services import drafts as services
from satsuma.app.segmentation.suggesting import suggest_for
from satsuma.domain.grouping import is_grouping
from satsuma.domain.model import Groups, Parameter
from satsuma.web.answers import is_fragment, reader
from satsuma.web.draft_answers import Answer, save_or_show_conflict
from satsuma.web.forms.draft_cards import tokens_of
from satsuma.web.forms.drafts import Reading, read_parameters, without_row
from satsuma.web.ids import read_id
from satsuma.web.pages.drafts import parameters_page
from satsuma.web.routes import route

MANAGE = Permission.MANAGE_SEGMENTATIONS


@require_http_methods(["GET", "POST"])
def draft_parameters(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    draft = get_draft(segmentation_id)
    axis = axis_number(request, draft)
    if request.method == "POST":
        return _change(request, draft, axis)
    answer = Answer(request, draft, back=request.get_full_path(), axis=axis)
    opened = request.GET.get("open", "")
    page = parameters_page(draft, draft.model, axis, customers=answer.customers(axis), opened=opened)
    return render(request, "drafts/parameters.html", {"page": page, **answer.context(page)})


def _change(request: HttpRequest, draft: DraftSpec, axis: int) -> HttpResponseBase:
    """One of the form's buttons: what was typed is saved together with what the button does."""
    verb, _, about = request.POST.get("action", "save").partition(":")
    reading = read_parameters(request.POST, draft, axis, makes=True)
    changed = ACTIONS[verb](reading, draft, axis, about) if verb in ACTIONS else reading
    saved = save_or_show_conflict(request, draft, changed, as_one=False)
    if isinstance(saved, HttpResponse):
        return saved
    if verb == "next" and not changed.slips:
        return _go(request, reverse("draft_names", args=[draft.segmentation_id]))
    if verb == "add-parameter" and not changed.slips:
        return _go(request, f"{reverse('draft_parameter_new', args=[draft.segmentation_id])}?axis={axis}")
    token = about.partition(":")[0]
    if verb in MOVING and not changed.slips:
        last = min(len(changed.model.axes) - 1, axis if verb == "remove-axis" else len(changed.model.axes) - 1)
        return _go(request, f"{reverse('draft_parameters', args=[draft.segmentation_id])}?axis={last}")
    return _shown(request, saved, changed, axis, verb, token)


def _shown(
    request: HttpRequest, draft: DraftSpec, reading: Reading, axis: int, verb: str, token: str
) -> HttpResponseBase:
    url = f"{reverse('draft_parameters', args=[draft.segmentation_id])}?axis={axis}"
    if not is_fragment(request) and not reading.slips:
        opened = f"&open={token}#card-{token}" if token and verb != "remove" else ""
        return redirect(f"{url}{opened}")
    answer = Answer(request, draft, back=url, axis=axis)
    page = parameters_page(
        draft, reading.model, axis, slips=reading.slips, customers=answer.customers(axis), opened=token
    )
    if is_fragment(request):
        focus = _focus(reading, axis, verb, request.POST.get("action", "").partition(":")[2])
        return answer.json(page, cards=("drafts/cards.html", {"page": page, "focus": focus}))
    return render(request, "drafts/parameters.html", {"page": page, **answer.context(page)}, status=422)


@require_POST
def draft_parameters_saved(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    """What somebody types is saved as it comes; the answer says what follows, and leaves every control alone."""
    draft = get_draft(segmentation_id)
    axis = axis_number(request, draft)
    reading = read_parameters(request.POST, draft, axis)
    now = save_or_show_conflict(request, draft, reading, as_one=True)
    if isinstance(now, HttpResponse):
        return now
    back = f"{reverse('draft_parameters', args=[segmentation_id])}?axis={axis}"
    answer = Answer(request, now, back=back, axis=axis)
    page = parameters_page(now, reading.model, axis, slips=reading.slips, customers=answer.customers(axis))
    return answer.json(page)


@require_POST
def draft_undo(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    return _step(request, segmentation_id, services.undo_draft)


@require_POST
def draft_redo(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    return _step(request, segmentation_id, services.redo_draft)


def _step(request: HttpRequest, segmentation_id: int, go: Callable[..., int]) -> HttpResponseBase:
    version = read_id(request.POST.get("version", "")) or 0
    try:
        go(segmentation_id=segmentation_id, version=version, by=reader(request), at=timezone.now())
    except DraftConflictError as error:  # what is there now is shown, and can be undone in turn
        messages.warning(request, error.message)
    back = request.POST.get("back", "")
    ours = reverse("draft_parameters", args=[segmentation_id])
    return redirect(back if back.startswith(ours.removesuffix("parameters/")) else ours)


def axis_number(request: HttpRequest, draft: DraftSpec) -> int:
    """The axis that the address asks for, the first if it does not or there is none such any more."""
    number = read_id(request.GET.get("axis", "")) or 0
    return number if number < len(draft.model.axes) else 0


def _go(request: HttpRequest, url: str) -> HttpResponseBase:
    """There: as a redirection, or said to the page's script."""
    return JsonResponse({"location": url}) if is_fragment(request) else redirect(url)


def _focus(reading: Reading, axis: int, verb: str, token: str) -> str:
    """The control that somebody will want next."""
    if verb == "name-option":
        return token.replace(":", ".add.")
    if verb != "add-range":
        return ""
    parameters = reading.model.axes[axis].parameters
    found = dict(zip(tokens_of(parameters), parameters, strict=True)).get(token)
    if found is None:
        return ""
    what = "values" if isinstance(found.ranges, Groups) else "from"
    return f"{token}.{what}.{editing.count_ranges(found) - 1}"


# What the buttons do -----------------------------------------------------------------------------------------------

Action = Callable[[Reading, DraftSpec, int, str], Reading]


def _at(reading: Reading, axis: int, token: str) -> int | None:
    tokens = tokens_of(reading.model.axes[axis].parameters)
    return tokens.index(token) if token in tokens else None


def _with(reading: Reading, axis: int, index: int, parameter: Parameter) -> Reading:
    parameters = reading.model.axes[axis].parameters
    changed = (*parameters[:index], parameter, *parameters[index + 1 :])
    return replace(reading, model=editing.with_parameters(reading.model, axis, changed))


def _add_range(reading: Reading, draft: DraftSpec, axis: int, about: str) -> Reading:
    if (index := _at(reading, axis, about)) is None:
        return reading
    if is_grouping(reading.model):
        model, ids = groupings.with_range_added(reading.model, reading.segment_ids)
        return replace(reading, model=model, segment_ids=ids)
    parameter = reading.model.axes[axis].parameters[index]
    return _with(reading, axis, index, editing.with_range_added(parameter))


def _remove_range(reading: Reading, draft: DraftSpec, axis: int, about: str) -> Reading:
    token, _, text = about.partition(":")
    index, row = _at(reading, axis, token), read_id(text)
    if index is None or row is None:
        return reading
    slips = without_row(reading.slips, token, row)
    if is_grouping(reading.model):
        model, ids = groupings.with_range_removed(reading.model, reading.segment_ids, row)
        return replace(reading, model=model, segment_ids=ids, slips=slips)
    parameter = reading.model.axes[axis].parameters[index]
    return replace(_with(reading, axis, index, editing.with_range_removed(parameter, row)), slips=slips)


def _remove(reading: Reading, draft: DraftSpec, axis: int, about: str) -> Reading:
    if (index := _at(reading, axis, about)) is None:
        return reading
    parameters = reading.model.axes[axis].parameters
    rest = (*parameters[:index], *parameters[index + 1 :])
    slips = {name: slip for name, slip in reading.slips.items() if not name.startswith(f"{about}.")}
    return replace(reading, model=editing.with_parameters(reading.model, axis, rest), slips=slips)


def _move(*, up: bool) -> Action:
    def moved(reading: Reading, draft: DraftSpec, axis: int, about: str) -> Reading:
        if (index := _at(reading, axis, about)) is None:
            return reading
        parameters = editing.moved(reading.model.axes[axis].parameters, index, up=up)
        return replace(reading, model=editing.with_parameters(reading.model, axis, parameters))

    return moved


def _suggest(reading: Reading, draft: DraftSpec, axis: int, about: str) -> Reading:
    """Other ranges; relevance and switch stay, and in a grouping the segments."""
    index = _at(reading, axis, about)
    parameter = reading.model.axes[axis].parameters[index] if index is not None else None
    if index is None or parameter is None or parameter.field not in draft.fields:
        return reading
    ranges = suggest_for(draft.fields[parameter.field], as_of=workspace_day(timezone.now())).ranges
    slips = {name: slip for name, slip in reading.slips.items() if not name.startswith(f"{about}.")}
    if is_grouping(reading.model):
        return replace(reading, model=groupings.with_ranges(reading.model, ranges), slips=slips)
    return replace(_with(reading, axis, index, replace(parameter, ranges=ranges)), slips=slips)


def _add_axis(reading: Reading, draft: DraftSpec, axis: int, about: str) -> Reading:
    model, ids = several.with_axis_added(reading.model, reading.segment_ids)
    return replace(reading, model=model, segment_ids=ids)


def _remove_axis(reading: Reading, draft: DraftSpec, axis: int, about: str) -> Reading:
    model, ids = several.with_axis_removed(reading.model, reading.segment_ids, axis)
    return replace(reading, model=model, segment_ids=ids, slips={})


ACTIONS: dict[str, Action] = {
    "add-range": _add_range,
    "remove-range": _remove_range,
    "remove": _remove,
    "up": _move(up=True),
    "down": _move(up=False),
    "suggest": _suggest,
    "add-axis": _add_axis,
    "remove-axis": _remove_axis,
}
MOVING = ("add-axis", "remove-axis")
"""They lead to another axis."""

DRAFT = "segmentations/<int:segmentation_id>/draft"

urlpatterns = [
    route(f"{DRAFT}/parameters/", draft_parameters, name="draft_parameters", needs=MANAGE),
    route(f"{DRAFT}/parameters/saved/", draft_parameters_saved, name="draft_parameters_saved", needs=MANAGE),
    route(f"{DRAFT}/undo/", draft_undo, name="draft_undo", needs=MANAGE),
    route(f"{DRAFT}/redo/", draft_redo, name="draft_redo", needs=MANAGE),
]
