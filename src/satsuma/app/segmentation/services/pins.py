"""Pins: people's decisions that outrank the computed segment for a while. Called by the profile."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import NotFoundError, ValuesError
from satsuma.app.segmentation.models import Pin
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation
from satsuma.app.segmentation.services.exemptions import checked_reason, hold_contact
from satsuma.app.segmentation.services.rescoring import rescore_contacts
from satsuma.app.segmentation.services.results import MoveMade


@transaction.atomic
def pin_contact(
    *,
    segmentation_id: int,
    contact_id: int,
    segment_id: int,
    reason: str,
    expires_on: date,
    by: User | None,
    at: datetime,
) -> list[MoveMade]:
    """Puts the contact into the segment until the day `expires_on` has begun, whatever it scores; a pin that is there
    is replaced. Gives the moves. Raises ValuesError `segment`, `reason`, `expires_on`; NotFoundError."""
    contact = hold_contact(contact_id)
    segmentation = get_segmentation(segmentation_id)
    if contact.kind != segmentation.kind or segmentation.archived or segmentation.version is None:
        raise NotFoundError(_("This contact has no segment to pin."), contact_id=contact_id)
    text = _checked(segmentation, segment_id, reason, expires_on, at)
    facts = {"segment_id": segment_id, "reason": text, "author": by, "created_at": at, "expires_on": expires_on}
    Pin.objects.update_or_create(segmentation_id=segmentation_id, contact_id=contact_id, defaults=facts)
    return _rescore(segmentation_id, contact_id, at)


@transaction.atomic
def remove_pin(*, segmentation_id: int, contact_id: int, by: User | None, at: datetime) -> list[MoveMade]:
    """Lets the computed segment count again. Gives the moves. Raises NotFoundError, also if there is no pin."""
    hold_contact(contact_id)
    deleted, _tables = Pin.objects.filter(segmentation=segmentation_id, contact=contact_id).delete()
    if not deleted:
        raise NotFoundError(_("This pin is no longer there."), contact_id=contact_id)
    return _rescore(segmentation_id, contact_id, at)


def _rescore(segmentation_id: int, contact_id: int, at: datetime) -> list[MoveMade]:
    return rescore_contacts(contact_ids=[contact_id], cause=Cause.PIN, at=at, segmentation_ids=[segmentation_id])


def _checked(segmentation: SegmentationSpec, segment_id: int, reason: str, expires_on: date, at: datetime) -> str:
    """The reason as it is kept."""
    problems: dict[str, str] = {}
    if segment_id not in {segment.id for segment in segmentation.present_segments}:
        problems["segment"] = _("Choose one of the segments.")
    if expires_on <= workspace_day(at):
        problems["expires_on"] = _("Enter a day in the future.")
    text = ""
    try:
        text = checked_reason(reason, required=True)
    except ValuesError as error:
        problems |= error.problems
    if problems:
        raise ValuesError(problems)
    return text
