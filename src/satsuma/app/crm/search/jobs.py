"""The job that makes contacts findable anew, when a text field is no longer asked or asked again."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from satsuma.app.crm.models import Contact
from satsuma.app.crm.search.index import index_contacts
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.registry import job
from satsuma.app.jobs.result import Result
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.jobs.work import Work

NAME = "index_contacts"
BATCH = 5_000


def start_indexing(kind: str, *, at: datetime) -> Run:
    """Has a worker index every contact of the kind, once the caller's transaction is committed."""
    return start_run(kind=NAME, arguments={"kind": kind}, by=None, at=at)


@job(NAME, title=_("Bring search up to date"))
def index_kind(work: Work) -> Result:
    """In the order of ids, from the checkpoint on: what was done before a worker died is not done again."""
    contacts = Contact.objects.filter(kind=work.arguments["kind"]).order_by("id")
    done, total = contacts.filter(id__lte=work.checkpoint or 0).count(), contacts.count()
    while ids := list(contacts.filter(id__gt=work.checkpoint or 0).values_list("id", flat=True)[:BATCH]):
        with work.transaction():
            index_contacts(ids)
            work.save_checkpoint(ids[-1])
        done += len(ids)
        work.progress(done, total)
    return Result(ngettext("%(count)d contact indexed", "%(count)d contacts indexed", total) % {"count": total})
