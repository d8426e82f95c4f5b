"""Puts the sample data into the workspace and takes it out again. Called by the first run, the settings and
`satsuma demo`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User, Workspace
from satsuma.app.accounts.queries import find_workspace
from satsuma.app.crm.errors import RefusedError
from satsuma.app.crm.hooks import Cause, announce
from satsuma.app.crm.models import Batch, Deal, Product, Task
from satsuma.app.crm.queries.sample import find_sample
from satsuma.app.crm.search import index_activities, index_contacts, index_deals, index_tasks
from satsuma.app.crm.services.batches import Undone, start_batch, undo_batch
from satsuma.app.crm.services.fields import delete_field
from satsuma.app.crm.services.metrics import refresh_metrics
from satsuma.app.crm.services.sample_days import EachDay, let_it_pass, play_last_days
from satsuma.app.crm.services.sample_making import SampleMaking


@transaction.atomic
def create_sample_data(*, by: User | None, at: datetime, days: int = 0, each_day: EachDay = let_it_pass) -> Batch:
    """91 companies with their people, 830 deals, activities, tasks and three questions, with days that end now.
    Takes about a second. Raises RefusedError if the sample is there already.

    What happened in the last `days` days is done day by day, see `sample_days`; that takes some seconds more, and comes
    to the same."""
    workspace = refuse_second_sample()
    batch = start_batch(kind=Batch.Kind.SAMPLE, title=_("Sample data"), by=by, at=at)
    making = SampleMaking(batch, workspace, by, at, days)
    contact_ids = making.make()
    index_contacts(contact_ids)
    index_deals([deal.id for deal in making.deals.values()])
    index_activities([activity.id for activity in making.activities])
    refresh_metrics(contact_ids=contact_ids, as_of=making.day(days))
    announce(contact_ids, Cause.IMPORT, at=making.at, reference=batch.id)
    if days:
        play_last_days(making, each_day)
        refresh_metrics(contact_ids=contact_ids, as_of=making.today)
        # Who listens for whatever else there is knows the contacts as of the day of their last change.
        announce(contact_ids, Cause.IMPORT, at=at, reference=batch.id)
    tasks = making.make_tasks()
    index_tasks([task.id for task in tasks])
    batch.made = {
        "fields": [field.id for field in making.questions.values()],
        "products": [product.id for product in making.products.values()],
        "tasks": [task.id for task in tasks],
    }
    batch.save(update_fields=["made"])
    return batch


def refuse_second_sample() -> Workspace:
    """The workspace. Raises RefusedError if the sample is there already, or there is no workspace yet."""
    workspace = find_workspace()
    if find_sample() is not None or workspace is None:
        raise RefusedError("sample_there", _("The sample data is there already."))
    return workspace


@transaction.atomic
def remove_sample_data(*, by: User | None, at: datetime) -> Undone:
    """Takes out exactly what `create_sample_data` put in. Companies and people that somebody has changed since, or that
    have got deals or activities of your own, stay and are told. Raises RefusedError if there is none."""
    batch = find_sample()
    if batch is None:
        raise RefusedError("sample_gone", _("There is no sample data."))
    Task.objects.filter(id__in=batch.made["tasks"]).delete()
    undone = undo_batch(batch_id=batch.id, by=by, at=at)
    used = set(Deal.objects.filter(product__in=batch.made["products"]).values_list("product", flat=True))
    Product.objects.filter(id__in=set(batch.made["products"]) - used).delete()
    for field_id in batch.made["fields"]:
        _delete_unused(field_id, at)
    return undone


def _delete_unused(field_id: int, at: datetime) -> None:
    try:
        delete_field(field_id=field_id, at=at)
    except RefusedError:  # somebody uses it by now: it stays
        return
