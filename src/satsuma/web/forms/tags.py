"""What people enter about tags."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from satsuma.app.crm.services.tagging import LONGEST_TAG
from satsuma.web.forms.fields import ENTER_NAME, SettingsForm


class TagForm(SettingsForm):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_TAG, error_messages=ENTER_NAME)


class MergeForm(SettingsForm):
    into = forms.IntegerField(error_messages={"required": _("Choose the tag to keep."), "invalid": _("Choose a tag.")})
