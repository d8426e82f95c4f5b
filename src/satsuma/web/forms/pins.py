"""What is asked when somebody decides about one contact's segment: a pin, an objection, freezing. Called by
`views.pins`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from satsuma.app.crm.values import ValueRefusedError, read_day
from satsuma.app.segmentation.queries.segmentations import SegmentSpec

USUAL_DAYS = 90
"""How long a new pin holds unless somebody says otherwise."""
LONGEST_REASON = 1_000


def _reason(label: Any, help_text: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_REASON})
    missing = {"required": _("Say why, in a few words: others will ask.")}
    return forms.CharField(
        label=label, help_text=help_text, widget=area, max_length=LONGEST_REASON, error_messages=missing
    )


class PinForm(forms.Form):
    """`segments` are those there are to choose from, lowest first; shown highest first, as on every list."""

    segment = forms.ChoiceField(label=_("Segment"), error_messages={"required": _("Choose a segment.")})
    reason = _reason(_("Reason"), _("Everybody who can see the contact can read it."))
    expires_on = forms.CharField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("From this day on the computed segment counts again."),
        error_messages={"required": _("Enter a day: pins end, so that none is forgotten.")},
    )

    def __init__(
        self,
        segments: Sequence[SegmentSpec],
        data: Any = None,
        *,
        today: date,
        segment_id: int | None = None,
        reason: str = "",
        expires_on: date | None = None,
    ) -> None:
        until = expires_on or today + timedelta(days=USUAL_DAYS)
        begun = {"segment": str(segment_id or ""), "reason": reason, "expires_on": until.isoformat()}
        super().__init__(data, initial=begun)
        choices = [(str(segment.id), segment.name) for segment in reversed(segments)]
        self.fields["segment"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]
        self.fields["expires_on"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()
        self.today = today

    def clean_expires_on(self) -> date:
        try:
            day = read_day(self.cleaned_data["expires_on"].strip())
        except ValueRefusedError as error:
            raise forms.ValidationError(str(error)) from error
        if day <= self.today:
            raise forms.ValidationError(_("Enter a day after today."))
        return day


class ObjectionForm(forms.Form):
    reason = _reason(
        _("Reason"), _("For example who objected, how and when. Everybody who can see the contact can read it.")
    )


class FreezingForm(forms.Form):
    reason = _reason(
        _("Reason"), _("For example: lost to a competitor. Everybody who can see the contact can read it.")
    )
