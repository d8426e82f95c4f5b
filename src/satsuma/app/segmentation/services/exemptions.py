"""Objections to profiling, and frozen contacts: who is not scored. Called by the profile and by merges."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import NotFoundError, ValuesError
from satsuma.app.crm.models import Contact
from satsuma.app.crm.values import ValueRefusedError, checked_text
from satsuma.app.segmentation.models import Exemption, Pin
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.services.locks import hold_contacts, share_results
from satsuma.app.segmentation.services.rescoring import rescore_contacts
from satsuma.app.segmentation.services.results import MoveMade
from satsuma.domain.limits import MAX_TEXT_CHARACTERS

CAUSES = {Exemption.Kind.OBJECTION: Cause.OBJECTION, Exemption.Kind.FROZEN: Cause.FREEZING}


@transaction.atomic
def set_exemption(
    *, contact_id: int, kind: Exemption.Kind, reason: str, by: User | None, at: datetime
) -> list[MoveMade]:
    """Scores the contact no more: without results after an objection, with its last ones if it is frozen. One that is
    there gets the new reason. Gives the moves. Raises ValuesError `reason`, NotFoundError."""
    text = checked_reason(reason)
    hold_contact(contact_id)
    facts = {"reason": text, "author": by, "created_at": at}
    Exemption.objects.update_or_create(contact_id=contact_id, kind=kind, defaults=facts)
    return rescore_contacts(contact_ids=[contact_id], cause=CAUSES[Exemption.Kind(kind)], at=at)


@transaction.atomic
def lift_exemption(*, contact_id: int, kind: Exemption.Kind, by: User | None, at: datetime) -> list[MoveMade]:
    """Scores the contact again, unless the other exemption still holds. Gives the moves. Raises NotFoundError, also if
    there is nothing to lift."""
    hold_contact(contact_id)
    deleted, _tables = Exemption.objects.filter(contact=contact_id, kind=kind).delete()
    if not deleted:
        raise NotFoundError(_("This has been lifted already."), contact_id=contact_id)
    return rescore_contacts(contact_ids=[contact_id], cause=CAUSES[Exemption.Kind(kind)], at=at)


def copy_to_merged(contact_ids: Collection[int], as_of: date) -> None:
    """What was decided about contacts that were merged away goes for those they were merged into as well; a pin of
    their own outranks it unless it has ended. It stays with the others, should somebody restore them."""
    rows = Contact.objects.filter(id__in=contact_ids, merged_into__isnull=False).values_list("id", "merged_into")
    merged = {id_: into for id_, into in rows if into is not None}
    if not merged:
        return
    exemptions = Exemption.objects.filter(contact__in=merged)
    Exemption.objects.bulk_create(
        (
            Exemption(
                contact_id=merged[row.contact_id],
                kind=row.kind,
                reason=row.reason,
                author_id=row.author_id,
                created_at=row.created_at,
            )
            for row in exemptions
        ),
        ignore_conflicts=True,
    )
    holding = Pin.objects.filter(contact__in=merged, expires_on__gt=as_of)
    ended = Pin.objects.filter(contact__in=merged.values(), expires_on__lte=as_of)
    ended.filter(segmentation__in=holding.values("segmentation")).delete()
    Pin.objects.bulk_create(
        (
            Pin(
                segmentation_id=row.segmentation_id,
                contact_id=merged[row.contact_id],
                segment_id=row.segment_id,
                reason=row.reason,
                author_id=row.author_id,
                created_at=row.created_at,
                expires_on=row.expires_on,
            )
            for row in holding
        ),
        ignore_conflicts=True,
    )


def hold_contact(contact_id: int) -> Contact:
    """The contact, locked until the transaction ends, and results with it as saves lock them: whoever holds results
    alone removes pins too, those that have ended or all, and must not wait for one that waits for the results. Raises
    NotFoundError for a contact in the bin or gone."""
    hold_contacts([contact_id])
    share_results()
    contact = Contact.objects.filter(id=contact_id, binned_at__isnull=True).first()
    if contact is None:
        raise NotFoundError(_("This contact is no longer there."), contact_id=contact_id)
    return contact


def checked_reason(reason: str, *, required: bool = False) -> str:
    """The reason as it is kept. Raises ValuesError `reason`."""
    try:
        text = checked_text(reason, MAX_TEXT_CHARACTERS).strip()
    except ValueRefusedError as error:
        raise ValuesError({"reason": str(error)}) from error
    if required and not text:
        raise ValuesError({"reason": _("Say why.")})
    return text
