"""What people enter about when everybody is scored again."""

from __future__ import annotations

import re
from datetime import time

from django import forms
from django.utils.translation import gettext_lazy as _

from satsuma.web.forms.fields import SettingsForm

WRITTEN = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2}))?")


class ScoringTimesForm(SettingsForm):
    """Times of the day, as 6:00 or 18:30, with commas or blanks between them."""

    times = forms.CharField(
        label=_("Times of the day"),
        max_length=200,
        required=False,
        help_text=_("From 0:00 to 23:59, with a comma between two. Leave it empty for nights only."),
    )

    def clean_times(self) -> list[time]:
        return [self._time(written) for written in re.split(r"[,;\s]+", self.cleaned_data["times"].strip()) if written]

    def _time(self, written: str) -> time:
        found = WRITTEN.fullmatch(written)
        try:
            if found is None:
                raise ValueError
            return time(int(found["hour"]), int(found["minute"] or 0))
        except ValueError:
            sentence = _("%(written)s is no time of the day. Write it like 18:30.")
            raise forms.ValidationError(sentence % {"written": written}) from None
