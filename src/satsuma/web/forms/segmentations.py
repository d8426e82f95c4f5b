"""What people enter about segmentations: a name, a note, a model file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.domain.limits import MAX_NAME_CHARACTERS, MAX_TEXT_CHARACTERS
from satsuma.web.forms.fields import ENTER_NAME, SettingsForm

MOST_BYTES = 1_000_000
"""Of a model file: those of people are a hundred times smaller."""


class NameForm(SettingsForm):
    """The name of a segmentation."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=MAX_NAME_CHARACTERS, error_messages=ENTER_NAME)


class EmptyStartForm(SettingsForm):
    """What a segmentation that begins from nothing is called; a usual name if it is left empty."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=MAX_NAME_CHARACTERS,
        required=False,
        help_text=gettext_lazy("Can be changed at any time."),
    )


class NoteForm(SettingsForm):
    """What a version changes, in words of whoever publishes it."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=MAX_TEXT_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What changes and why. It stands beside the version for ever."),
    )


class ModelFileForm(forms.Form):
    """A model file, whatever is in it: reading it says what is wrong."""

    file = forms.FileField(
        label=gettext_lazy("Model file"),
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB. Is it a model file?"))
        return file
