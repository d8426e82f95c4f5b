"""Re-scores what a save has touched, in its transaction, and says what came of it. Called by the hooks in
`segmentation.saves`. A segmentation that cannot be scored keeps nobody from saving, see `rescoring.score_few`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, transaction

from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.hooks import Cause as Saved
from satsuma.app.crm.hooks import Touched
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.queries.segmentations import list_published
from satsuma.app.segmentation.services.exemptions import copy_to_merged
from satsuma.app.segmentation.services.locks import hold_contacts, share_results
from satsuma.app.segmentation.services.rescoring import score_few
from satsuma.app.segmentation.services.results import Occasion, Outcome, remove_results
from satsuma.app.segmentation.telling import tell

log = logging.getLogger("satsuma.segmentation")


def rescore_touched(touched: Touched) -> list[str]:
    """To be called in the transaction of the save. Most contacts are locked by it already; of tags it only sets,
    somebody else may be changing values just now."""
    occasion = _occasion(touched)
    hold_contacts(touched.contact_ids)
    share_results()
    if touched.cause is Saved.MERGE:
        copy_to_merged(touched.contact_ids, occasion.as_of)
    wanted = list_published()
    outcomes = score_few(wanted, occasion, touched.contact_ids)
    return _told(outcomes, touched, several=len(wanted) > 1)


def forget_results(touched: Touched) -> None:
    """To be called in the transaction that erases the contacts, before it does. Also those of segmentations out of use:
    history would count the contacts for ever."""
    share_results()
    remove_results(touched.contact_ids, _occasion(touched))


def _occasion(touched: Touched) -> Occasion:
    return Occasion(Cause(touched.cause.value), touched.at, workspace_day(touched.at), touched.reference)


def _told(outcomes: Sequence[Outcome], touched: Touched, *, several: bool) -> list[str]:
    """Nothing if no words can be found: the save itself is fine."""
    try:
        with transaction.atomic():
            return tell(outcomes, touched, several=several)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("what a save has changed could not be told")
        return []
