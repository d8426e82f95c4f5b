"""What can become a parameter: fields and metrics that an axis does not ask for yet. Made by `views.draft_fields`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.queries.fields import list_sections
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.web.pages.draft_cards import type_label
from satsuma.web.pages.metrics import metrics_in_words


@dataclass(frozen=True, slots=True)
class Choice:
    """A field that can be added."""

    key: str
    label: str
    detail: str
    type_label: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the fields under it that can be added."""

    id: int
    label: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class ChoicesPage:
    """Everything that can be added to an axis."""

    segmentation_id: int
    version: int
    axis: int
    name: str
    sections: Sequence[Section]
    may_make: bool

    @property
    def title(self) -> str:
        return _("Add a parameter")


def choices_page(draft: DraftSpec, axis: int, *, may_make: bool) -> ChoicesPage:
    """Four queries."""
    model = draft.model
    asked = {parameter.field for parameter in model.axes[axis].parameters}
    free = tuple(field for field in draft.fields.values() if field.key not in asked and not field.retired)
    words = metrics_in_words(free)
    sections = [
        Section(section.id, section.label, [_choice(field, words.get(field.id, "")) for field in section.fields])
        for section in list_sections(model.kind, free)
        if section.fields
    ]
    return ChoicesPage(draft.segmentation_id, draft.version, axis, model.name, sections, may_make)


def _choice(field: FieldSpec, words: str) -> Choice:
    return Choice(field.key, field.label, words or field.help, type_label(field))
