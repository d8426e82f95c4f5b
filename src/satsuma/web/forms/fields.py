"""What people enter about fields, sections and options in the settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satsuma.app.crm.errors import RefusedError, ValuesError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.queries.fields import SectionSpec
from satsuma.app.crm.services.fields import LONGEST_HELP, LONGEST_UNIT, FieldDraft
from satsuma.domain.limits import MAX_NAME_CHARACTERS
from satsuma.domain.model import FieldType
from satsuma.web.ids import read_id

TYPES: dict[FieldType, str | Promise] = {
    FieldType.TEXT: _("Words"),
    FieldType.NUMBER: _("Number"),
    FieldType.MONEY: _("Money"),
    FieldType.CHOICE: _("One of a list"),
    FieldType.CHOICES: _("Several of a list"),
    FieldType.YES_NO: _("Yes or no"),
    FieldType.DATE: _("Day"),
    FieldType.RATING: _("Rating"),
}
"""The kinds of information, as people choose them."""

ENTER_NAME = {"required": _("Enter a name.")}
WHOLE_NUMBER = {"invalid": _("Enter a whole number.")}


class SettingsForm(forms.Form):
    """A form whose service may refuse what was entered: each sentence is shown beside the answer it is about."""

    def refuse(self, error: ValuesError | RefusedError) -> None:
        problems = error.problems if isinstance(error, ValuesError) else {"": str(error)}
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, sentence)


class FieldForm(SettingsForm):
    """A custom or built-in field. Which answers count depends on the kind of information: the others are left out."""

    label = forms.CharField(label=_("Name"), max_length=MAX_NAME_CHARACTERS, error_messages=ENTER_NAME)
    type = forms.ChoiceField(label=_("Kind of information"))
    options = forms.CharField(
        label=_("Options"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One in each line. More can be added later."),
    )
    unit = forms.CharField(
        label=_("Unit"), max_length=LONGEST_UNIT, required=False, help_text=_("Shown after the number, such as kg.")
    )
    minimum = forms.IntegerField(label=_("Lowest rating"), required=False, error_messages=WHOLE_NUMBER)
    maximum = forms.IntegerField(label=_("Highest rating"), required=False, error_messages=WHOLE_NUMBER)
    help = forms.CharField(
        label=_("Help"),
        max_length=LONGEST_HELP,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown under the question."),
    )
    section = forms.ChoiceField(label=_("Section"))
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    on_form = forms.BooleanField(label=_("Ask on the form"), required=False)

    def __init__(self, sections: Sequence[SectionSpec], *, data: Any = None, field: FieldSpec | None = None) -> None:
        super().__init__(data, initial=_initial(field) if field else {"minimum": 0, "maximum": 10, "on_form": True})
        chosen = [(str(section.id), section.label) for section in sections if section.id]
        if field is not None and field.section_id is None:
            chosen = [("", "–"), *chosen]
            self.fields["section"].required = False
        self.fields["section"].choices = chosen  # type: ignore[attr-defined]
        self.fields["type"].choices = [(type_.value, label) for type_, label in TYPES.items()]  # type: ignore[attr-defined]
        self.field = field
        if field is not None:
            del self.fields["options"]
        if field is not None and field.is_column:
            self.fields["type"].disabled = True
        if field is not None and field.is_column and field.key == "name":
            del self.fields["required"], self.fields["on_form"]

    def draft(self) -> FieldDraft:
        """What was entered, after `is_valid`."""
        entered = self.cleaned_data
        return FieldDraft(
            label=entered["label"],
            type=FieldType(entered["type"]),
            help=entered["help"],
            unit=entered["unit"],
            section_id=_id(entered["section"]),
            required=entered.get("required", True),
            on_form=entered.get("on_form", True),
            minimum=entered["minimum"],
            maximum=entered["maximum"],
        )

    def option_labels(self) -> list[str]:
        return lines(self.cleaned_data["options"])


class SectionForm(SettingsForm):
    label = forms.CharField(label=_("Name"), max_length=MAX_NAME_CHARACTERS, error_messages=ENTER_NAME)


class OptionsForm(SettingsForm):
    """Options to add."""

    options = forms.CharField(
        label=_("Add options"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One in each line."),
        error_messages={"required": _("Enter at least one option.")},
    )

    def option_labels(self) -> list[str]:
        return lines(self.cleaned_data["options"])


class OptionForm(SettingsForm):
    """The name of one option."""

    label = forms.CharField(label=_("Name"), max_length=MAX_NAME_CHARACTERS, error_messages=ENTER_NAME)


def lines(text: str) -> list[str]:
    """The lines that hold something, without blanks around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def ids(text: str) -> list[int]:
    """Whole numbers with commas between them, as `ordering.js` sends them; -1 for what is none."""
    return [_id(part) or -1 for part in text.split(",")] if text else []


def _id(text: str) -> int | None:
    return read_id(text)


def _initial(field: FieldSpec) -> dict[str, Any]:
    return {
        "label": field.label,
        "type": field.type.value,
        "unit": field.unit,
        "minimum": field.minimum if field.minimum is not None else 0,
        "maximum": field.maximum if field.maximum is not None else 10,
        "help": field.help,
        "section": str(field.section_id or ""),
        "required": field.required,
        "on_form": field.on_form,
    }
