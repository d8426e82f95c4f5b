"""Says when everybody is re-scored. Called by the settings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import ValuesError
from satsuma.app.jobs.services.schedules import expect_times
from satsuma.app.segmentation.models import ScoringTimes
from satsuma.app.segmentation.services.rescoring import SCHEDULED

MOST_TIMES = 12


@transaction.atomic
def set_scoring_times(*, times: Collection[time], at: datetime) -> None:
    """Everybody is re-scored at these times of the day, in the workspace's zone, to the minute; each night anyway.
    Raises ValuesError `times` for more than `MOST_TIMES`."""
    chosen = sorted({moment.replace(second=0, microsecond=0) for moment in times})
    if len(chosen) > MOST_TIMES:
        raise ValuesError({"times": _("Enter at most %(count)d times.") % {"count": MOST_TIMES}})
    ScoringTimes.objects.update_or_create(pk=1, defaults={"times": [f"{moment:%H:%M}" for moment in chosen]})
    expect_times(kind=SCHEDULED, times=chosen, at=at)
