"""The form of a company or person, built from the fields' settings. Called by `views.contacts`.

Everything on the form is text until `entry` makes typed values of it, so what was typed can be shown again, and three
versions of one contact (as it was opened, as it is typed, as it is stored) can be compared field by field.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.catalogue import FOR_SEGMENTATION, SECTIONS
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries.fields import SectionSpec
from satsuma.app.crm.services.contacts import Entry
from satsuma.app.crm.values import Typed, ValueRefusedError, read_value, values_of
from satsuma.domain.model import FieldType, Kind, Value
from satsuma.web.ids import read_id

LINKS = ("company", "owner", "tags")
"""What a form asks beside fields."""
LONG_TEXTS = ("description",)


@dataclass(frozen=True, slots=True)
class FormSection:
    """A heading with bound fields. Of the section for segmentation, `questions` counts what segmentations in use ask
    for, wherever it stands, `unanswered` how much of that is empty; `elsewhere` are empty ones of other sections."""

    label: str
    fields: Sequence[Any]
    questions: int = 0
    unanswered: int = 0
    elsewhere: Sequence[Any] = ()


class ContactForm(forms.Form):
    """`sections` say what is asked. `typed` are the texts to begin with, `base` those that the page was opened with:
    sent along, they tell later which fields were changed here. `questions` are the keys that segmentations ask for."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        kind: Kind,
        sections: Sequence[SectionSpec],
        owners: Sequence[User],
        *,
        data: Any = None,
        typed: Mapping[str, Typed] | None = None,
        base: Mapping[str, Typed] | None = None,
        version: int = 0,
        questions: Collection[str] = (),
    ) -> None:
        begun = typed or {}
        self.questions = questions
        super().__init__(data, initial={**begun, "version": version, "base": json.dumps(dict(base or begun))})
        self.kind = kind
        self.sections = [
            replace(section, fields=asked)
            for section in with_questions(sections, questions)
            if (asked := tuple(field for field in section.fields if field.is_typed_in and field.on_form))
            or section.key == FOR_SEGMENTATION
        ]
        self.asked = {field.key: field for section in self.sections for field in section.fields}
        for field in self.asked.values():
            self.fields[field.key] = field_control(
                field, held=begun.get(field.key) or self.base_texts().get(field.key, "")
            )
        if kind is Kind.PERSON:
            self.fields["company"] = forms.CharField(label=_("Company"), required=False)
        people = [("", _("nobody")), *((str(owner.pk), str(owner)) for owner in owners)]
        self.fields["owner"] = forms.ChoiceField(label=_("Owner"), required=False, choices=people)
        self.fields["tags"] = forms.CharField(
            label=_("Tags"), required=False, help_text=_("Several with commas between them.")
        )

    @property
    def grouped(self) -> list[FormSection]:
        """The sections with their bound fields, as far as there is something in them, then owner and tags."""
        sections = [self._grouped(section) for section in self.sections]
        shown = [section for section in sections if section.fields or section.elsewhere]
        return [*shown, FormSection(_("Who and what"), [self["owner"], self["tags"]])]

    def _grouped(self, section: SectionSpec) -> FormSection:
        own = [field.key for field in section.fields]
        if section.key != FOR_SEGMENTATION:
            return FormSection(section.label, [self[key] for key in own])
        questions = [key for key in self.asked if key in self.questions or key in own]
        empty = [key for key in questions if not self[key].value()]
        elsewhere = [self[key] for key in empty if key not in own]
        return FormSection(section.label, [self[key] for key in own], len(questions), len(empty), elsewhere)

    @property
    def unit_of(self) -> dict[str, str]:
        return {key: field.unit for key, field in self.asked.items() if field.unit}

    def clean(self) -> dict[str, Any]:
        for key, field in self.asked.items():
            try:
                self.cleaned_data[key] = read_value(field, self.cleaned_data.get(key) or "")
            except ValueRefusedError as error:
                self.add_error(key, str(error))
        return self.cleaned_data

    def entry(self) -> Entry:
        """What to save, after `is_valid`."""
        values: dict[str, Value] = {key: self.cleaned_data[key] for key in self.asked}
        company, owner = (read_id(self.cleaned_data.get(link, "")) for link in ("company", "owner"))
        tags = [tag for tag in self.cleaned_data["tags"].split(",") if tag.strip()]
        if self.kind is Kind.PERSON:
            return Entry(values, company_id=company, owner_id=owner, tags=tags)
        return Entry(values, owner_id=owner, tags=tags)

    def typed(self) -> dict[str, Typed]:
        """What was typed, as it came."""
        return {name: _typed(self[name].data) for name in (*self.asked, *LINKS) if name in self.fields}

    def base_texts(self) -> dict[str, Typed]:
        """The texts that the page was opened with; nothing if the browser sent something else."""
        try:
            base = json.loads(self.data.get("base") or "{}")
        except ValueError:
            return {}
        return {str(key): _typed(text) for key, text in base.items()} if isinstance(base, dict) else {}


def with_questions(sections: Sequence[SectionSpec], questions: Collection[str]) -> list[SectionSpec]:
    """Fields of no section that segmentations ask for stand in the section for segmentation, which is there as
    soon as there are questions. A field that has a section stays where people are used to it."""
    homeless = [field for section in sections if not section.id for field in section.fields if field.key in questions]
    own = [section for section in sections if section.key == FOR_SEGMENTATION]
    if questions and not own:
        own = [SectionSpec(0, str(SECTIONS[FOR_SEGMENTATION]), (), FOR_SEGMENTATION)]
        sections = [*sections, *own]
    if not own or not homeless:
        return list(sections)
    return [_moved_in(section, homeless) for section in sections]


def _moved_in(section: SectionSpec, homeless: Sequence[FieldSpec]) -> SectionSpec:
    if section.key == FOR_SEGMENTATION:
        return replace(section, fields=(*section.fields, *homeless))
    return replace(section, fields=tuple(field for field in section.fields if field not in homeless))


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people changed: as it is stored, and as it was typed here."""

    label: str
    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a form goes on with after somebody else saved. `typed`: all that was typed here, with what only the others
    changed taken over. `contested` changed on both sides: the form keeps ours, the page shows theirs beside it."""

    typed: Mapping[str, Typed]
    contested: Sequence[str]
    taken_over: Sequence[str]


def reconcile(base: Mapping[str, Typed], ours: Mapping[str, Typed], theirs: Mapping[str, Typed]) -> Reconciled:
    """Compares three versions field by field."""
    changed_here = {name for name in ours if ours[name] != base.get(name, "")}
    changed_there = {name for name in ours if theirs.get(name, "") != base.get(name, "")}
    differing = {name for name in ours if ours[name] != theirs.get(name, "")}
    contested = [name for name in ours if name in changed_here & changed_there & differing]
    taken_over = [name for name in ours if name in changed_there - changed_here]
    typed = {name: theirs.get(name, "") if name in taken_over else ours[name] for name in ours}
    return Reconciled(typed, contested, taken_over)


def typed_texts(contact: Contact, fields: Mapping[str, FieldSpec]) -> dict[str, Typed]:
    """The contact as its form shows it. Tags must have been read along."""
    values = values_of(fields, contact)
    texts: dict[str, Typed] = {key: typed_text(values.get(key)) for key in fields}
    links = {"company": contact.company_id, "owner": contact.owner_id}
    texts |= {name: str(id_) if id_ else "" for name, id_ in links.items()}
    texts["tags"] = ", ".join(sorted(tag.name for tag in contact.tags.all()))
    return texts


def typed_text(value: Value) -> Typed:
    """A value as somebody would type it in the reader's language."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{Decimal(repr(value)):f}".removesuffix(".0").replace(".", get_format("DECIMAL_SEPARATOR"))
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case str():
            return value


def _typed(data: Any) -> Typed:
    if isinstance(data, list | tuple):
        return sorted(str(item) for item in data)
    return "" if data is None else str(data).replace("\r\n", "\n")


def field_control(field: FieldSpec, *, held: Typed = "") -> forms.Field:
    """The control for a field. Retired options are offered only to a contact that has them."""
    told: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": field.required}
    offered = [(option.key, option.label) for option in field.options if not option.retired or option.key in held]
    match field.type:
        case FieldType.CHOICE:
            return forms.ChoiceField(choices=[("", "–"), *offered], **told)
        case FieldType.CHOICES:
            return forms.MultipleChoiceField(choices=offered, widget=forms.CheckboxSelectMultiple, **told)
        case FieldType.YES_NO:
            return forms.ChoiceField(choices=[("", "–"), ("yes", _("yes")), ("no", _("no"))], **told)
        case FieldType.DATE:
            return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **told)
        case FieldType.NUMBER | FieldType.MONEY | FieldType.RATING:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **told)
        case FieldType.TEXT:
            widget = forms.Textarea(attrs={"rows": 3}) if field.key in LONG_TEXTS else forms.TextInput()
            return forms.CharField(widget=widget, **told)
