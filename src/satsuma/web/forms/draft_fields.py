"""The form of a field that is made on the spot, for a new parameter. Called by `views.draft_fields`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satsuma.app.crm.services.fields import LONGEST_HELP, LONGEST_UNIT, FieldDraft
from satsuma.domain.limits import MAX_NAME_CHARACTERS
from satsuma.domain.model import FieldType
from satsuma.web.forms.fields import ENTER_NAME, SettingsForm, lines

KINDS: dict[FieldType, str | Promise] = {
    FieldType.NUMBER: _("A number"),
    FieldType.CHOICE: _("Words: one of a list"),
    FieldType.CHOICES: _("Words: several of a list"),
    FieldType.YES_NO: _("Yes or no"),
    FieldType.DATE: _("A day"),
    FieldType.MONEY: _("An amount of money"),
    FieldType.RATING: _("A rating from 0 to 10"),
}
"""The kinds of information that a question for segmentation can have: words that anybody types make no ranges."""


class NewFieldForm(SettingsForm):
    """Name, description and kind of information of a question that is to stand on the form."""

    label = forms.CharField(label=_("Name"), max_length=MAX_NAME_CHARACTERS, error_messages=ENTER_NAME)
    help = forms.CharField(
        label=_("Description"),
        max_length=LONGEST_HELP,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown under the question, for whoever answers it."),
    )
    type = forms.ChoiceField(label=_("Kind of information"))
    options = forms.CharField(
        label=_("Options"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One in each line. More can be added later."),
    )
    unit = forms.CharField(
        label=_("Unit"), max_length=LONGEST_UNIT, required=False, help_text=_("Shown after the number, such as kg.")
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["type"].choices = [(kind.value, label) for kind, label in KINDS.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("type") in (FieldType.CHOICE, FieldType.CHOICES) and not self.option_labels():
            self.add_error("options", _("Enter at least one option."))
        return self.cleaned_data

    def draft(self) -> FieldDraft:
        """What was entered, after `is_valid`."""
        said = self.cleaned_data
        return FieldDraft(label=said["label"], type=FieldType(said["type"]), help=said["help"], unit=said["unit"])

    def option_labels(self) -> list[str]:
        return lines(self.cleaned_data.get("options", ""))
