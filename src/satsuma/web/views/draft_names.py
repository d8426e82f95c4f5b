"""The wizard's second step: names, colours, thresholds, rules. Like the first: one form that holds the whole step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from satsuma.app.accounts.permissions import Permission
from satsuma.app.segmentation import groupings, naming
from satsuma.app.segmentation.queries.drafts import DraftSpec, get_draft
from satsuma.domain.grouping import is_grouping
from satsuma.domain.model import Rule, Scale
from satsuma.web.answers import is_fragment
from satsuma.web.draft_answers import Answer, save_or_show_conflict
from satsuma.web.forms.draft_segments import moved_slips, read_names, swapped_slips
from satsuma.web.forms.drafts import Reading
from satsuma.web.ids import read_id
from satsuma.web.pages.draft_names import names_page
from satsuma.web.pages.drafts import find_address
from satsuma.web.routes import route

MANAGE = Permission.MANAGE_SEGMENTATIONS


@require_http_methods(["GET", "POST"])
def draft_names(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    draft = get_draft(segmentation_id)
    if request.method == "POST":
        return _change(request, draft)
    answer = Answer(request, draft, back=request.path)
    page = names_page(draft, draft.model, opened=read_id(request.GET.get("rule", "")))
    return render(request, "drafts/names.html", {"page": page, **answer.context(page)})


def _change(request: HttpRequest, draft: DraftSpec) -> HttpResponseBase:
    """One of the form's buttons: what was typed is saved together with what the button does."""
    verb, _colon, about = request.POST.get("action", "save").partition(":")
    reading = read_names(request.POST, draft)
    changed = ACTIONS[verb](reading, about) if verb in ACTIONS else reading
    now = save_or_show_conflict(request, draft, changed, as_one=False)
    if isinstance(now, HttpResponse):
        return now
    url = reverse("draft_names", args=[draft.segmentation_id])
    if verb == "next" and not changed.slips:
        onward = find_address("draft_publish", draft.segmentation_id) or url
        return JsonResponse({"location": onward}) if is_fragment(request) else redirect(onward)
    opened = _number(about) if verb == "open-rule" else None
    if not is_fragment(request) and not changed.slips:
        return redirect(url if opened is None else f"{url}?rule={opened}#rule-{opened}")
    answer = Answer(request, now, back=url)
    page = names_page(now, changed.model, slips=changed.slips, opened=opened)
    if is_fragment(request):
        return answer.json(page, cards=("drafts/segments.html", {"page": page, "focus": _focus(changed, verb)}))
    return render(request, "drafts/names.html", {"page": page, **answer.context(page)}, status=422)


@require_POST
def draft_names_saved(request: HttpRequest, segmentation_id: int) -> HttpResponseBase:
    """What somebody types or drags is saved as it comes."""
    draft = get_draft(segmentation_id)
    reading = read_names(request.POST, draft)
    now = save_or_show_conflict(request, draft, reading, as_one=True)
    if isinstance(now, HttpResponse):
        return now
    answer = Answer(request, now, back=reverse("draft_names", args=[segmentation_id]))
    return answer.json(names_page(now, reading.model, slips=reading.slips))


# What the buttons do -----------------------------------------------------------------------------------------------

Action = Callable[[Reading, str], Reading]


def _focus(reading: Reading, verb: str) -> str:
    if verb != "add-segment":
        return ""
    new = [number for number, id_ in enumerate(reading.segment_ids) if id_ is None]
    return f"s.{new[-1]}.name" if new else ""


def _add_segment(reading: Reading, about: str) -> Reading:
    add = groupings.with_segment_added if is_grouping(reading.model) else naming.with_segment_added
    model, ids, number = add(reading.model, reading.segment_ids)
    slips = reading.slips if number < 0 else moved_slips(reading.slips, _segment_names(reading), number, 1)
    return replace(reading, model=model, segment_ids=ids, slips=slips)


def _remove_segment(reading: Reading, about: str) -> Reading:
    remove = groupings.with_segment_removed if is_grouping(reading.model) else naming.with_segment_removed
    model, ids = remove(reading.model, reading.segment_ids, _number(about))
    gone = len(model.segments) < len(reading.model.segments)
    slips = moved_slips(reading.slips, _segment_names(reading), _number(about), -1) if gone else reading.slips
    return replace(reading, model=model, segment_ids=ids, slips=slips)


def _segment_moved(*, up: bool) -> Action:
    def moved(reading: Reading, about: str) -> Reading:
        """What could not be read goes with its segment."""
        if not is_grouping(reading.model):
            return reading
        number, to = _number(about), _number(about) + (1 if up else -1)
        model, ids = groupings.with_segment_moved(reading.model, reading.segment_ids, number, up=up)
        return replace(reading, model=model, segment_ids=ids, slips=swapped_slips(reading.slips, "s.", number, to))

    return moved


def _segment_names(reading: Reading) -> tuple[str, ...]:
    """What the names of a segment's controls begin with; with one axis, its edge is one of them."""
    return ("s.",) if reading.model.has_rules else ("s.", "b.0.")


def _add_band(reading: Reading, about: str) -> Reading:
    if not reading.model.has_rules or not 0 <= (axis := _number(about)) < len(reading.model.axes):
        return reading
    model = naming.with_band_added(reading.model, axis)
    place = next(
        (n for n, band in enumerate(model.axes[axis].bands) if band not in reading.model.axes[axis].bands), None
    )
    slips = reading.slips if place is None else moved_slips(reading.slips, (f"b.{axis}.",), place, 1)
    return replace(reading, model=model, slips=slips)


def _remove_band(reading: Reading, about: str) -> Reading:
    first, _colon, second = about.partition(":")
    if not reading.model.has_rules or not 0 <= (axis := _number(first)) < len(reading.model.axes):
        return reading
    model = naming.with_band_removed(reading.model, axis, _number(second))
    gone = len(model.axes[axis].bands) < len(reading.model.axes[axis].bands)
    slips = moved_slips(reading.slips, (f"b.{axis}.",), _number(second), -1) if gone else reading.slips
    return replace(reading, model=model, slips=slips)


def _scale(reading: Reading, about: str) -> Reading:
    first, _colon, scale = about.partition(":")
    if not 0 <= (axis := _number(first)) < len(reading.model.axes) or scale not in list(Scale):
        return reading
    return replace(reading, model=naming.with_scale(reading.model, axis, Scale(scale)))


def _add_rule(reading: Reading, about: str) -> Reading:
    """One more before the last, which fits everybody else."""
    model = reading.model
    if not model.own_segments:
        return reading
    axis = model.axes[0]
    new = Rule(model.own_segments[-1].name, ((axis.name, (axis.bands[-1].name,)),))
    return replace(reading, model=replace(model, rules=(*model.rules[:-1], new, *model.rules[-1:])))


def _remove_rule(reading: Reading, about: str) -> Reading:
    rules, number = reading.model.rules, _number(about)
    if not 0 <= number < len(rules) - 1:
        return reading
    return replace(reading, model=replace(reading.model, rules=(*rules[:number], *rules[number + 1 :])))


def _rule_up(reading: Reading, about: str) -> Reading:
    rules, number = list(reading.model.rules), _number(about)
    if 0 < number < len(rules) - 1:
        rules[number - 1], rules[number] = rules[number], rules[number - 1]
    return replace(reading, model=replace(reading.model, rules=tuple(rules)))


def _rule_down(reading: Reading, about: str) -> Reading:
    return _rule_up(reading, str(_number(about) + 1))


def _number(text: str) -> int:
    number = read_id(text)
    return -1 if number is None else number


ACTIONS: dict[str, Action] = {
    "add-segment": _add_segment,
    "remove-segment": _remove_segment,
    "segment-up": _segment_moved(up=True),
    "segment-down": _segment_moved(up=False),
    "add-band": _add_band,
    "remove-band": _remove_band,
    "scale": _scale,
    "add-rule": _add_rule,
    "remove-rule": _remove_rule,
    "rule-up": _rule_up,
    "rule-down": _rule_down,
}

DRAFT = "segmentations/<int:segmentation_id>/draft"

urlpatterns = [
    route(f"{DRAFT}/names/", draft_names, name="draft_names", needs=MANAGE),
    route(f"{DRAFT}/names/saved/", draft_names_saved, name="draft_names_saved", needs=MANAGE),
]
