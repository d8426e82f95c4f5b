"""Logs, changes and deletes activities. Called by web; imports write many at once by the same rules.

An activity is deleted for good: it was said, or it was not. Like every save, each of these writes the metrics of the
contacts that it counts for, and lets segmentations know, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import find_workspace, workspace_day
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.errors import ConflictError, NotFoundError
from satsuma.app.crm.hooks import Before, Cause, announce
from satsuma.app.crm.labels import Problems
from satsuma.app.crm.models import Activity, Contact, Deal, Erased
from satsuma.app.crm.search.index import forget, index_activities
from satsuma.app.crm.search.tables import Thing
from satsuma.app.crm.services.feeding import fed_by
from satsuma.app.crm.services.metrics import refresh_metrics
from satsuma.app.crm.values import ValueRefusedError, checked_text
from satsuma.domain.limits import MAX_TEXT_CHARACTERS
from satsuma.domain.model import Kind

LOWEST_RATING, HIGHEST_RATING = 0, 10
NOON = time(12)


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """What somebody says about a touch. `happened_on` None: the day of the save. `rating` is for surveys only."""

    kind: str
    text: str = ""
    happened_on: date | None = None
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class SavedActivity:
    """The activity after the save, and what segmentations have to say about it."""

    activity: Activity
    says: Sequence[str] = ()


@transaction.atomic
def log_activity(
    *, contact_id: int, entry: ActivityEntry, deal_id: int | None = None, by: User | None, at: datetime
) -> SavedActivity:
    """A touch with the contact; one with a person is also one with the company that the person belongs to now. Raises
    ValuesError with a sentence per answer that cannot be kept; NotFoundError for a contact or deal that is erased or in
    the bin."""
    contact = Contact.objects.filter(id=contact_id, binned_at__isnull=True).first()
    if contact is None:
        raise NotFoundError(_("This contact is no longer there."), contact_id=contact_id)
    is_person = contact.kind == Kind.PERSON
    activity = Activity(author=by, created_at=at, happened_at=at, happened_on=workspace_day(at))
    activity.person_id = contact.id if is_person else None
    activity.company_id = contact.company_id if is_person else contact.id
    activity.deal_id = _deal_id(deal_id)
    _write_entry(activity, entry, at=at)
    return _write(activity, at=at)


@transaction.atomic
def save_activity(
    *, activity_id: int, version: int, entry: ActivityEntry, by: User | None, at: datetime
) -> SavedActivity:
    """Says of the activity what the entry says; with whom it was stays. Raises ValuesError, NotFoundError, and
    ConflictError with the stored answers by name if somebody saved after `version`."""
    activity = lock_activity(activity_id)
    if activity.version != version:
        raise ConflictError(version=activity.version, theirs=_differing(activity, entry))
    _write_entry(activity, entry, at=at)
    activity.version += 1
    return _write(activity, at=at)


@transaction.atomic
def delete_activity(*, activity_id: int, by: User | None, at: datetime) -> SavedActivity:
    """Removes the activity for good. Raises NotFoundError."""
    activity = lock_activity(activity_id)
    Erased.objects.create(table="activity", row_id=activity_id, changed=next_mark())
    forget(Thing.ACTIVITY, [activity_id])
    Activity.objects.filter(id=activity_id).delete()
    return SavedActivity(activity, _announce(_contacts_of(activity), at=at))


def lock_activity(activity_id: int) -> Activity:
    """The activity's row, locked until the transaction ends. Raises NotFoundError."""
    activity = Activity.objects.select_for_update().filter(id=activity_id).first()
    if activity is None:
        raise NotFoundError(_("This activity is no longer there."), activity_id=activity_id)
    return activity


def _deal_id(deal_id: int | None) -> int | None:
    if deal_id is not None and not Deal.objects.filter(id=deal_id, binned_at__isnull=True).exists():
        raise NotFoundError(_("This deal is no longer there."), deal_id=deal_id)
    return deal_id


def _write_entry(activity: Activity, entry: ActivityEntry, *, at: datetime) -> None:
    problems = Problems()
    if entry.kind not in Activity.Kind.values:
        problems["kind"] = _("Choose what it was.")
    activity.kind = entry.kind
    activity.text = problems.read("text", lambda: checked_text(entry.text, MAX_TEXT_CHARACTERS))
    if entry.kind == Activity.Kind.NOTE and not activity.text:
        problems.setdefault("text", _("Write the note."))
    with problems.beside("rating"):
        activity.rating = _checked_rating(entry) if entry.kind == Activity.Kind.SURVEY else None
    if entry.happened_on is not None:
        with problems.beside("happened_on"):
            _set_day(activity, entry.happened_on, at)
    problems.end()


def _checked_rating(entry: ActivityEntry) -> int:
    if entry.rating is None or not LOWEST_RATING <= entry.rating <= HIGHEST_RATING:
        raise ValueRefusedError(
            _("Enter a whole number from %(low)d to %(high)d.") % {"low": LOWEST_RATING, "high": HIGHEST_RATING}
        )
    return entry.rating


def _set_day(activity: Activity, day: date, at: datetime) -> None:
    """The instant stays where the day does; another day has no known time, and gets noon."""
    today = workspace_day(at)
    if day > today:
        raise ValueRefusedError(_("An activity has happened: enter today or an earlier day. For later, add a task."))
    if day == activity.happened_on:
        return
    workspace = find_workspace()
    noon = datetime.combine(day, NOON, ZoneInfo(workspace.time_zone if workspace else "UTC"))
    activity.happened_on, activity.happened_at = day, at if day == today else noon


def _write(activity: Activity, *, at: datetime) -> SavedActivity:
    activity.changed = next_mark()
    activity.save()
    index_activities([activity.id])
    return SavedActivity(activity, _announce(_contacts_of(activity), at=at))


def _contacts_of(activity: Activity) -> Iterable[int]:
    return [id_ for id_ in (activity.company_id, activity.person_id) if id_ is not None]


def _announce(contact_ids: Iterable[int], *, at: datetime) -> list[str]:
    touched, before = fed_by(contact_ids), Before()
    refresh_metrics(contact_ids=touched, as_of=workspace_day(at), before=before)
    return announce(touched, Cause.ACTIVITY, at=at, before=before)


def _differing(activity: Activity, entry: ActivityEntry) -> dict[str, object]:
    names = ("kind", "text", "rating", "happened_on")
    pairs = {name: (getattr(activity, name), getattr(entry, name)) for name in names}
    return {name: stored for name, (stored, entered) in pairs.items() if stored != entered}
