"""The job that empties the bin, every night."""

from __future__ import annotations

from datetime import time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from satsuma.app.crm.search import shred_forgotten
from satsuma.app.crm.services.emptying import erase_old
from satsuma.app.jobs.registry import job
from satsuma.app.jobs.result import Result
from satsuma.app.jobs.work import Work


@job("empty_bin", title=_("Erase what was in the bin for 30 days"), daily_at=time(3, 10))
def empty_bin(work: Work) -> Result:
    """A few at a time: what was done before a worker died is done. In the end the search index is rid of all that was
    erased since yesterday, by hand too."""
    count = 0
    while True:
        work.check()
        with work.transaction():
            erased = erase_old(at=timezone.now())
        if not erased:
            with work.transaction():
                shred_forgotten()
            return Result(ngettext("%(count)d row is erased", "%(count)d rows are erased", count) % {"count": count})
        count += erased
        work.progress(count, count)
