"""The workspace: made once, by the first run, and changed on its page of the settings."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from satsuma.app.accounts.entries import as_currency, as_language, as_name, as_time_zone
from satsuma.app.accounts.errors import WorkspaceExistsError
from satsuma.app.accounts.models import Workspace
from satsuma.app.accounts.queries import find_workspace

ONLY = 1
"""The id of the one workspace."""


def create_workspace(*, name: str, language: str, currency: str, time_zone: str, at: datetime) -> Workspace:
    """Raises EntryError, and WorkspaceExistsError for a second one, however close behind."""
    workspace = Workspace(
        id=ONLY,
        name=as_name(name),
        language=as_language(language),
        currency=as_currency(currency),
        time_zone=as_time_zone(time_zone),
        created_at=at,
    )
    if find_workspace() is not None:
        raise WorkspaceExistsError
    try:
        with transaction.atomic():
            workspace.save(force_insert=True)
    except IntegrityError:
        raise WorkspaceExistsError from None
    return workspace


def change_workspace(*, name: str, language: str, currency: str, time_zone: str) -> Workspace:
    """The workspace as changed. Raises EntryError; Workspace.DoesNotExist before the first run."""
    workspace = Workspace.objects.get()
    workspace.name, workspace.language = as_name(name), as_language(language)
    workspace.currency, workspace.time_zone = as_currency(currency), as_time_zone(time_zone)
    workspace.save(update_fields=["name", "language", "currency", "time_zone"])
    return workspace
