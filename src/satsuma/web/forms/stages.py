"""What people enter about stages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from satsuma.domain.limits import MAX_NAME_CHARACTERS
from satsuma.web.forms.fields import ENTER_NAME, SettingsForm

STATES = [
    ("open", _("open – the deal goes on")),
    ("won", _("won – the customer bought")),
    ("lost", _("lost – nothing came of it")),
]


class StageForm(SettingsForm):
    label = forms.CharField(label=_("Name"), max_length=MAX_NAME_CHARACTERS, error_messages=ENTER_NAME)
    state = forms.ChoiceField(
        label=_("A deal in this stage is"), choices=STATES, widget=forms.RadioSelect, initial="open"
    )
