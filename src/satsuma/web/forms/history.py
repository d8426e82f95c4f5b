"""What pages of history are asked for in their addresses: a period, a day, which moves. Used by `views.history`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from satsuma.app.segmentation.origins import read_origin
from satsuma.app.segmentation.queries.history_members import Flow
from satsuma.app.segmentation.queries.history_moves import MovesAsked
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.app.segmentation.wording import CAUSES, DIRECTIONS, Direction
from satsuma.web.ids import read_id

PERIODS = (7, 30, 90, 365)
USUAL = 30
MOST_DAYS = 3660
ISO_DAY = "%Y-%m-%d"
NO_SEGMENT = SegmentSpec(0, "", "#9aa3b2")
OUTSIDE = "none"
"""Stands in addresses for no segment."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the end of the day `first` to the end of `last`. `days` is the choice it is, None for days of one's own."""

    first: date
    last: date
    days: int | None


def day_field(label: str) -> forms.DateField:
    """A day as a browser's own field sends it."""
    return forms.DateField(
        label=label,
        required=False,
        input_formats=[ISO_DAY],
        widget=forms.DateInput(attrs={"type": "date"}, format=ISO_DAY),
        error_messages={"invalid": _("Enter a day such as 2026-03-31.")},
    )


class PeriodForm(forms.Form):
    """Two days of one's own; without any the last days that `?days=` names. `period` holds in any case: what cannot be
    is said beside the field, and the usual period is shown."""

    def __init__(self, data: Mapping[str, Any], today: date) -> None:
        self.today = today
        days = read_id(str(data.get("days", "")))
        self.days = days if days in PERIODS else USUAL
        asked = {name: data[name] for name in ("from", "to") if data.get(name)}
        super().__init__(asked or None, auto_id="period_%s")
        self.fields["from"] = day_field(_("From"))
        self.fields["to"] = day_field(_("To"))
        self.period = self._own() or Period(today - timedelta(days=self.days), today, self.days)
        self.initial = {"from": self.period.first, "to": self.period.last}

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("from"), min(self.cleaned_data.get("to") or self.today, self.today)
        if first is None:
            self.cleaned_data["from"] = first = last - timedelta(days=USUAL) if last.toordinal() > USUAL else last
        if first >= last:
            self.add_error("from", _("Choose a day before the last one, and not after today."))
        elif (last - first).days > MOST_DAYS:
            self.add_error("from", _("Choose at most ten years."))
        return {"from": first, "to": last}

    def _own(self) -> Period | None:
        if not self.is_bound or not self.is_valid():
            return None
        return Period(self.cleaned_data["from"], self.cleaned_data["to"], None)


class MembersForm(forms.Form):
    """A segment and a day, which is not after today. What cannot be read is the highest segment, and today. Without any
    segments nobody is in `NO_SEGMENT`."""

    def __init__(self, data: Mapping[str, Any], segmentation: SegmentationSpec, today: date) -> None:
        super().__init__(auto_id="members_%s")
        segments = [*reversed(segmentation.present_segments), *(each for each in segmentation.segments if each.retired)]
        self.fields["segment"] = forms.ChoiceField(
            label=_("Segment"), required=False, choices=[(segment.id, segment.name) for segment in segments]
        )
        self.fields["on"] = day_field(_("Day"))
        asked = segmentation.by_id.get(read_id(str(data.get("segment", ""))) or 0)
        self.segment = asked or (segments[0] if segments else NO_SEGMENT)
        self.on = min(read_day(data.get("on", "")) or today, today)
        self.initial = {"segment": self.segment.id, "on": self.on}


class MovesForm(forms.Form):
    """Which moves are shown; nothing chosen means all. Pages of jobs ask for those `of` their own."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(auto_id="moves_%s")
        every = [("", _("All"))]
        ways = [(way.value, str(name)) for way, name in DIRECTIONS.items()]
        causes = [(cause, str(name)) for cause, name in CAUSES.items()]
        self.fields["direction"] = forms.ChoiceField(label=_("Direction"), required=False, choices=every + ways)
        self.fields["cause"] = forms.ChoiceField(label=_("Cause"), required=False, choices=every + causes)
        self.fields["from"] = day_field(_("From"))
        self.fields["to"] = day_field(_("To"))
        self.fields["of"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.address = {name: str(data.get(name, "")) for name in self.fields}
        way, cause = data.get("direction", ""), data.get("cause", "")
        self.asked = MovesAsked(
            direction=Direction(way) if way in list(Direction) else None,
            cause=cause if cause in CAUSES else "",
            first=read_day(data.get("from", "")),
            last=read_day(data.get("to", "")),
            origin=read_origin(data.get("of", "")),
        )
        asked = self.asked
        self.initial = {"direction": asked.direction, "cause": asked.cause, "from": asked.first, "to": asked.last}
        self.initial |= {"of": str(asked.origin or "")}


def read_day(text: str) -> date | None:
    """The day as addresses name it; None for whatever is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def asked_flow(data: Mapping[str, Any], segmentation: SegmentationSpec, today: date) -> Flow:
    """The flow from `was` to `is`; whatever is no segment is outside."""
    period = PeriodForm(data, today).period
    ends = (read_id(str(data.get(name, ""))) for name in ("was", "is"))
    before, after = (end if end in segmentation.by_id else None for end in ends)
    return Flow(segmentation.id, before, after, period.first, period.last)


def end_text(segment_id: int | None) -> str:
    """The same as it stands in addresses."""
    return OUTSIDE if segment_id is None else str(segment_id)
