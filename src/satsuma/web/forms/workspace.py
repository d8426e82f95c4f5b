"""What is asked about the workspace, in the settings and at the first run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from satsuma.web.choices import currency_choices, time_zone_choices
from satsuma.web.forms.accounts import RefusableForm
from satsuma.web.languages import offered_languages


class WorkspaceForm(RefusableForm):
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("Your company, or what you call this place."))
    language = forms.ChoiceField(label=_("Language"), help_text=_("People can choose another one for themselves."))
    currency = forms.ChoiceField(label=_("Currency"), help_text=_("Values in other currencies are turned into this."))
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Says when a day begins."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = offered_languages()  # type: ignore[attr-defined]
        self.fields["currency"].choices = currency_choices(also=self.initial.get("currency", ""))  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = time_zone_choices(also=self.initial.get("time_zone", ""))  # type: ignore[attr-defined]
