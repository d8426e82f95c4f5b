"""Which range of a grouping gives which segment, read strictly from the first step's form. Called by `forms.drafts` and
`pages.draft_cards`.

Each line of the card has a select, `m1.segment.0`, `m1.segment.else`, `m1.segment.missing`, whose values say which
segment is meant: by its id, or, before it has one, by its name. So a form that somebody else has overtaken still means
the same segments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from django.http import QueryDict
from django.utils.text import capfirst

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.segmentation.groupings import with_given, with_points, with_segment_added
from satsuma.app.segmentation.naming import Ids
from satsuma.app.segmentation.range_wording import line_text, named_field
from satsuma.domain.folding import fold
from satsuma.domain.grouping import is_grouping
from satsuma.domain.interval import range_index
from satsuma.domain.model import Axis, Parameter, Scale, Segmentation
from satsuma.domain.scoring import Line, LineKind, band_edges, lines
from satsuma.web.forms.draft_cards import tokens_of
from satsuma.web.ids import read_id

NEW = "new"
"""The choice of a segment that is yet to be made."""


def control_of(token: str, line: Line) -> str:
    """What the line's select is called."""
    rows = {LineKind.RANGE: str(line.index), LineKind.ANYTHING_ELSE: "else", LineKind.NO_DATA: "missing"}
    return f"{token}.segment.{rows[line.kind]}"


def choice_of(name: str, id_: int | None) -> str:
    """How the segment is called in the select."""
    return f"{'' if id_ is None else id_}~{name}"


@dataclass(frozen=True, slots=True)
class GivenReader:
    """Reads the selects of a form. `makes`: new segments are made as they are chosen; a form that is saved while
    somebody types leaves that to the button that follows. `is_outdated`: segments that somebody else has removed come
    back."""

    post: QueryDict
    fields: Mapping[str, FieldSpec]
    makes: bool
    is_outdated: bool

    def read(self, before: Segmentation, model: Segmentation, ids: Ids, number: int) -> tuple[Segmentation, Ids]:
        """`model` is the draft `before` with the rest of the form read; `number` is the axis that the form is of."""
        if is_grouping(before) and len(model.axes[0].parameters) == 1:
            return self._grouping(before, model, ids)
        return self._points(model, ids, number), ids

    def _grouping(self, before: Segmentation, model: Segmentation, ids: Ids) -> tuple[Segmentation, Ids]:
        axis = model.axes[0]
        (parameter,) = axis.parameters
        (token,) = tokens_of(axis.parameters)
        grown = before
        places = []
        for line in lines(parameter):
            text = self.post.get(control_of(token, line))
            place = None if text is None else _find(text, grown, ids)
            if place is None and text is not None:
                name = self._new_name(text, model, parameter, line)
                if name is not None:
                    grown, ids, place = with_segment_added(grown, ids, name=name, id_=_id_of(text))
            if place is None or place < 0:
                place = range_index(band_edges(before.axes[0]), parameter.relevance * line.points)
            places.append(place)
        return with_given(replace(model, axes=(replace(axis, bands=grown.axes[0].bands),)), places), ids

    def _new_name(self, text: str, model: Segmentation, parameter: Parameter, line: Line) -> str | None:
        """What a segment that is to be made is called: after what its line holds; None if there is none to be made."""
        if text == NEW:
            if not self.makes:
                return None
            field = next((field for field in model.fields if field.key == parameter.field), None)
            named = named_field(model.kind, field, self.fields) if field else None
            return capfirst(line_text(parameter, named, line)) if named else ""
        name = text.partition("~")[2]
        return name if self.is_outdated and name else None

    def _points(self, model: Segmentation, ids: Ids, number: int) -> Segmentation:
        """Of a form that was made while this was a grouping: what its lines gave, in points."""
        axis = model.axes[number]
        is_like_before = (
            axis.scale is Scale.POINTS and not model.has_rules and len(band_edges(axis)) == len(axis.bands) - 1
        )
        if not is_like_before or not any(".segment." in name for name in self.post):
            return model
        tokens = tokens_of(axis.parameters)
        parameters = [
            self._in_points(model, axis, ids, token, parameter)
            for token, parameter in zip(tokens, axis.parameters, strict=True)
        ]
        return replace(model, axes=(replace(axis, parameters=tuple(parameters)),))

    def _in_points(self, model: Segmentation, axis: Axis, ids: Ids, token: str, parameter: Parameter) -> Parameter:
        edges = band_edges(axis)
        points = []
        for line in lines(parameter):
            text = self.post.get(control_of(token, line))
            place = None if text is None else _find(text, model, ids)
            if place is None or range_index(edges, parameter.relevance * line.points) == place:
                points.append(line.points)
            else:
                points.append(ceil((edges[place - 1] if place else edges[0] - 1) / parameter.relevance))
        return with_points(parameter, points)


def _find(text: str, model: Segmentation, ids: Sequence[int | None]) -> int | None:
    """The number of the segment that is meant."""
    if (id_ := _id_of(text)) is not None and id_ in ids:
        return list(ids).index(id_)
    name = fold(text.partition("~")[2])
    names = [fold(segment.name) for segment in model.segments]
    return names.index(name) if "~" in text and name in names else None


def _id_of(text: str) -> int | None:
    return read_id(text.partition("~")[0])
