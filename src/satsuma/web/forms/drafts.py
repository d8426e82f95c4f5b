"""The first step of the wizard, read strictly: the whole draft with what its form says. Called by `views.drafts`.

The form holds the parameters of one axis: `card` names each in order, then its controls (see `draft_cards`). What
cannot be read is a *slip* beside its control; the draft keeps the last value that could.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import RefusedError, ValuesError
from satsuma.app.segmentation.axes import with_axis_renamed
from satsuma.app.segmentation.documents import with_fields
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.app.segmentation.services.drafts import checked_name
from satsuma.app.segmentation.suggesting import plain_parameter
from satsuma.domain.folding import fold
from satsuma.domain.model import Axis, Band, Parameter, Segmentation
from satsuma.web.forms.draft_cards import read_card, tokens_of
from satsuma.web.forms.draft_cells import Slip, Slips, number_text, read_cell, read_number
from satsuma.web.forms.draft_groupings import GivenReader
from satsuma.web.ids import read_id


@dataclass(frozen=True, slots=True)
class Reading:
    """What a form says: the draft with it, and what of it could not be read."""

    model: Segmentation
    segment_ids: tuple[int | None, ...]
    slips: Slips = field(default_factory=dict)


def read_version(post: QueryDict) -> int:
    """The draft's version that the form was made from. Raises RefusedError for a form that did not come whole."""
    version = read_id(post.get("version", ""))
    if version is None or "end" not in post:
        raise RefusedError(
            "form_incomplete",
            _("The form did not arrive whole, so nothing was changed."),
            remedy=_("Reload the page and try again."),
        )
    return version


def is_outdated(post: QueryDict, draft: DraftSpec) -> bool:
    """Whether somebody else has saved since the form was made: it is then read by what it says itself."""
    return "over" in post or post.get("version") != str(draft.version)


def read_parameters(post: QueryDict, draft: DraftSpec, number: int, *, makes: bool = False) -> Reading:
    """The draft with the parameters of the axis of that number as the form says. Of an outdated form, those that
    somebody else has removed come back, as far as it holds them. With `makes`, segments that a grouping's ranges are to
    give and that are new are made."""
    restore = is_outdated(post, draft)
    slips: Slips = {}
    axis = draft.model.axes[number]
    parameters = tuple(_parameters(post, draft, axis, slips, restore=restore))
    name = read_name(post, draft.model.name, slips)
    axes = list(draft.model.axes)
    bands = read_edges(post, number, axis.bands, slips)
    axes[number] = replace(axis, parameters=parameters, bands=bands)
    model = replace(draft.model, name=name, axes=tuple(axes))
    if model.has_rules:
        model = with_axis_renamed(model, number, _axis_name(post, model, number, slips))
    given = GivenReader(post, draft.fields, makes=makes, is_outdated=restore)
    model, ids = given.read(draft.model, with_fields(model, draft.fields), draft.segment_ids, number)
    return Reading(model, ids, slips)


def read_edges(post: QueryDict, axis: int, bands: Sequence[Band], slips: Slips) -> tuple[Band, ...]:
    """The bands of the axis of that number with their edges as typed, or dragged; the lowest has none."""
    return tuple(
        replace(band, edge=read_cell(post, f"b.{axis}.{number}.from", edge_text(band), band.edge, read_number, slips))
        if number
        else band
        for number, band in enumerate(bands)
    )


def edge_text(band: Band) -> str:
    """The edge as it stands in a form; "" for one that is missing."""
    return "" if band.edge is None else number_text(band.edge)


def read_name(post: QueryDict, before: str, slips: Slips, name: str = "name") -> str:
    """A name that stands alone, such as the segmentation's."""
    text = post.get(name)
    if text is None or text == before:
        return before
    try:
        return checked_name(text)
    except ValuesError as error:
        slips[name] = Slip(text, error.problems["name"])
        return before


def without_row(slips: Slips, token: str, row: int) -> Slips:
    """The slips after that row of a card is removed: those of later rows move up with them."""
    kept: Slips = {}
    for name, slip in slips.items():
        found = re.fullmatch(rf"{re.escape(token)}\.([a-z]+)\.(\d+)", name)
        if found is None or int(found[2]) < row:
            kept[name] = slip
        elif int(found[2]) > row:
            kept[f"{token}.{found[1]}.{int(found[2]) - 1}"] = slip
    return kept


def _axis_name(post: QueryDict, model: Segmentation, number: int, slips: Slips) -> str:
    before = model.axes[number].name
    name = read_name(post, before, slips, "axis-name")
    if any(fold(name) == fold(axis.name) for place, axis in enumerate(model.axes) if place != number):
        slips["axis-name"] = Slip(name, _("There is another axis of this name."))
        return before
    return name


def _parameters(post: QueryDict, draft: DraftSpec, axis: Axis, slips: Slips, *, restore: bool) -> Iterator[Parameter]:
    by_token = dict(zip(tokens_of(axis.parameters), axis.parameters, strict=True))
    if restore:
        by_token |= {token: found for token, found in _restored(post, draft).items() if token not in by_token}
    for token in _order(post.getlist("card"), list(by_token)):
        before = by_token[token]
        spec = draft.fields.get(before.field)
        yield read_card(post, token, before, spec.domain_field() if spec else None, slips)


def _restored(post: QueryDict, draft: DraftSpec) -> dict[str, Parameter]:
    sent = [token for token in post.getlist("card") if f"{token}.rows" in post and token in draft.fields]
    return {token: plain_parameter(draft.fields[token].domain_field()) for token in sent}


def _order(sent: Sequence[str], known: Sequence[str]) -> list[str]:
    """The parameters in the form's order; those that it does not name, as somebody else has added them, come last."""
    named = [token for token in dict.fromkeys(sent) if token in known]
    return [*named, *(token for token in known if token not in named)]
