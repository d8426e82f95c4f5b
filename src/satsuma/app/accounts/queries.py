"""Reads of users and the workspace."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from satsuma.app.accounts.models import Workspace


def find_workspace() -> Workspace | None:
    """The workspace, or None before the first run. One query."""
    return Workspace.objects.first()


def workspace_day(at: datetime) -> date:
    """The calendar day in the workspace's time zone: what metrics and days on forms go by."""
    workspace = find_workspace()
    return at.astimezone(ZoneInfo(workspace.time_zone if workspace else "UTC")).date()
