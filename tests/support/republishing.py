"""A published segmentation over four companies, turned upside down by the next version, for scripts that disturb that:
what is stored, whether it is right, and starting the next job.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from satsuma.app.jobs.models import Run


def set_up() -> None:
    from django.utils import timezone

    from satsuma.app.accounts.models import Workspace
    from satsuma.app.crm.services.contacts import Entry, create_contact
    from satsuma.app.crm.services.defaults import create_defaults
    from satsuma.app.segmentation.models import Exemption
    from satsuma.app.segmentation.services.exemptions import set_exemption
    from satsuma.domain.model import Kind
    from support.segmented import by_employees, publish

    at = timezone.now()
    Workspace.objects.create(id=1, name="A", language="en", currency="EUR", time_zone="UTC", created_at=at)
    create_defaults(at=at)
    publish(by_employees(), at)
    for employees in (5, 50, 500, 501):
        entry = Entry({"name": f"Company {employees}", "employees": employees})
        made = create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=at).contact
    set_exemption(contact_id=made.id, kind=Exemption.Kind.FROZEN, reason="", by=None, at=at)


def stored() -> str:
    """Who is where, by which version's points, whatever the ids of versions and times."""
    from satsuma.app.segmentation.models import Assignment, Segmentation

    results = Assignment.objects.order_by("contact")
    rows = list(results.values_list("contact", "segment__name", "computed__name", "score", "present"))
    published = list(Segmentation.objects.values_list("published__document", "published__segment_ids"))
    return hashlib.sha256(json.dumps([rows, published]).encode()).hexdigest()[:12]


def counts() -> list[int]:
    from satsuma.app.segmentation.models import Move, Version

    return [Version.objects.count(), Move.objects.count()]


def assert_right() -> None:
    """In a process of its own: threads of Polars do not live on in a child that is forked later."""
    from django.utils import timezone

    from satsuma.app.segmentation.services.verifying import verify_results

    assert verify_results(at=timezone.now()).is_right


def start_publishing_next() -> Run:
    """Everybody to the other end, and back the next time."""
    from django.utils import timezone

    from satsuma.app.jobs.services.runs import start_run
    from satsuma.app.segmentation.documents import version_document
    from satsuma.app.segmentation.models import Version
    from satsuma.app.segmentation.services.publishing import PUBLISH, Publication
    from support.segmented import by_employees

    latest = Version.objects.latest("number")
    model = by_employees() if latest.number % 2 == 0 else by_employees(100, 50, 0)
    publication = Publication(latest.segmentation_id, version_document(model), latest.segment_ids, "")
    return start_run(kind=PUBLISH, arguments=publication.as_json(), by=None, at=timezone.now())


def start_rescoring_changed() -> Run:
    """After a change behind everybody's back."""
    from django.utils import timezone

    from satsuma.app.crm.changes import next_mark
    from satsuma.app.crm.models import Contact
    from satsuma.app.jobs.services.runs import start_run
    from satsuma.app.segmentation.services.rescoring import RESCORE

    for contact in Contact.objects.all():
        Contact.objects.filter(id=contact.id).update(employees=505 - (contact.employees or 0), changed=next_mark())
    return start_run(kind=RESCORE, arguments={"segmentation_ids": None}, by=None, at=timezone.now())
