"""Where in the wizard something stands that a problem or a warning is about: its name and its address. Made by
`pages.publishing`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from satsuma.app.segmentation.problem_wording import problem_text
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.domain.errors import Problem
from satsuma.web.forms.draft_cards import tokens_of
from satsuma.web.pages.draft_cards import AT_PARAMETER
from satsuma.web.pages.drafts import find_address

AT_BAND = re.compile(r"(?:axes\[(?P<axis>\d+)\]\.)?bands\.segments\[(?P<number>\d+)\].*")
AT_SEGMENT = re.compile(r"segments\[(?P<number>\d+)\].*")
AT_FIELD = re.compile(r'fields(?:\.(?P<key>[\w \-]+)|\["(?P<quoted>[^"]*)"\]).*')


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """What is called so, where it is edited, and what is said about it."""

    name: str
    url: str
    sentence: str = ""


def find_place(draft: DraftSpec, problem: Problem) -> DraftPlace:
    """The place of a problem; the step itself where nothing closer is known."""
    sentence = problem_text(problem, draft.model)
    if found := AT_PARAMETER.fullmatch(problem.place):
        axis, number = int(found["axis"] or 0), int(found["number"])
        return parameter_place(draft, axis, number, sentence)
    if found := AT_FIELD.fullmatch(problem.place):
        return _field_place(draft, found["key"] or found["quoted"], sentence)
    if (found := AT_BAND.fullmatch(problem.place)) and draft.model.has_rules:
        of = draft.model.axes[int(found["axis"] or 0)]
        return DraftPlace(f"{of.name}: {of.bands[int(found['number'])].name}", _names(draft), sentence)
    if found := AT_BAND.fullmatch(problem.place) or AT_SEGMENT.fullmatch(problem.place):
        return segment_place(draft, int(found["number"]), sentence)
    if "parameters" in problem.place or problem.place in ("name", ""):
        return DraftPlace(_("Parameters"), _parameters(draft), sentence)
    return DraftPlace(_("Segment names"), _names(draft), sentence)


def parameter_place(draft: DraftSpec, axis: int, number: int, sentence: str = "") -> DraftPlace:
    """Its card in the first step; unfolded, if cards are folded."""
    parameters = draft.model.axes[axis].parameters
    token, key = tokens_of(parameters)[number], parameters[number].field
    name = draft.fields[key].label if key in draft.fields else _("A field that is gone")
    query = urlencode({"axis": str(axis), "open": token})
    return DraftPlace(name, f"{_parameters(draft)}?{query}#card-{token}", sentence)


def segment_place(draft: DraftSpec, number: int, sentence: str) -> DraftPlace:
    return DraftPlace(draft.model.segments[number].name or _("A segment"), _names(draft), sentence)


def _field_place(draft: DraftSpec, key: str, sentence: str) -> DraftPlace:
    """The first parameter that asks for the field."""
    for place, axis in enumerate(draft.model.axes):
        for number, parameter in enumerate(axis.parameters):
            if parameter.field == key:
                return parameter_place(draft, place, number, sentence)
    return DraftPlace(_("Parameters"), _parameters(draft), sentence)


def _parameters(draft: DraftSpec) -> str:
    return find_address("draft_parameters", draft.segmentation_id)


def _names(draft: DraftSpec) -> str:
    return find_address("draft_names", draft.segmentation_id)
