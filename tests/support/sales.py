"""Companies, people and deals made by the services, for tests of pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from satsuma.app.crm.models import Contact, Deal, Stage
from satsuma.app.crm.services.contacts import Entry, create_contact
from satsuma.app.crm.services.deal_entries import DealEntry
from satsuma.app.crm.services.deals import create_deal
from satsuma.domain.model import Kind

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def create_company(name: str = "Acme Corporation") -> Contact:
    return create_contact(kind=Kind.COMPANY, entry=Entry({"name": name}), by=None, at=NOW).contact


def create_person(name: str = "Ada Lovelace", company: Contact | None = None) -> Contact:
    entry = Entry({"name": name}, company_id=company.id if company else None)
    return create_contact(kind=Kind.PERSON, entry=entry, by=None, at=NOW).contact


def create_sale(company: Contact, title: str = "Rollout", **said: object) -> Deal:
    """A deal with the company, in the first open stage unless `stage` names another by its key."""
    if "stage" in said:
        said["stage_id"] = stage_id(str(said.pop("stage")))
    entry = replace(DealEntry(title=title, company_id=company.id), **said)  # type: ignore[arg-type]
    return create_deal(entry=entry, by=None, at=NOW).deal


def stage_id(key: str) -> int:
    return Stage.objects.get(key=key).id
