"""Reads of users and the workspace."""

from __future__ import annotations

from satsuma.app.accounts.models import Workspace


def find_workspace() -> Workspace | None:
    """The workspace, or None before the first run. One query."""
    return Workspace.objects.first()
