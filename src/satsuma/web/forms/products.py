"""What people enter about products."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from satsuma.domain.limits import MAX_NAME_CHARACTERS
from satsuma.web.forms.fields import ENTER_NAME, SettingsForm


class ProductForm(SettingsForm):
    label = forms.CharField(label=_("Name"), max_length=MAX_NAME_CHARACTERS, error_messages=ENTER_NAME)
