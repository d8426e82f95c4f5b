"""What is asked about an activity: one line on profiles and deals, the same on a page of its own for changing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from satsuma.app.crm.models import Activity
from satsuma.app.crm.services.activities import HIGHEST_RATING, LOWEST_RATING, ActivityEntry
from satsuma.app.crm.values import ValueRefusedError, read_day
from satsuma.web.kinds import KINDS


class ActivityForm(forms.Form):
    """`version` is asked only where an activity is changed."""

    kind = forms.ChoiceField(label=_("What it was"), widget=forms.RadioSelect, initial=Activity.Kind.CALL)
    text = forms.CharField(label=_("What was said"), required=False, widget=forms.Textarea(attrs={"rows": 1}))
    happened_on = forms.CharField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    rating = forms.IntegerField(
        label=_("Rating from 0 to 10"),
        required=False,
        widget=forms.NumberInput(attrs={"min": LOWEST_RATING, "max": HIGHEST_RATING, "inputmode": "numeric"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, activity: Activity | None = None, version: int | None = None) -> None:
        super().__init__(data, initial=_begun(activity) | ({} if version is None else {"version": version}))
        self.fields["kind"].choices = [(kind.value, KINDS[kind][0]) for kind in Activity.Kind]  # type: ignore[attr-defined]
        self.fields["happened_on"].widget.attrs["max"] = timezone.localdate().isoformat()

    def clean_happened_on(self) -> Any:
        text = self.cleaned_data["happened_on"].strip()
        try:
            return read_day(text) if text else None
        except ValueRefusedError as error:
            raise forms.ValidationError(str(error)) from error

    def entry(self) -> ActivityEntry:
        """What to save, after `is_valid`."""
        said = self.cleaned_data
        return ActivityEntry(said["kind"], said["text"], said["happened_on"], said["rating"])


def _begun(activity: Activity | None) -> dict[str, object]:
    if activity is None:
        return {"happened_on": timezone.localdate().isoformat()}
    return {
        "kind": activity.kind,
        "text": activity.text,
        "happened_on": activity.happened_on.isoformat(),
        "rating": activity.rating,
        "version": activity.version,
    }
