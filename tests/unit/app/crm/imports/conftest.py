"""A workspace with its fields, stages and industries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from satsuma.app.accounts.models import Workspace


@pytest.fixture
def crm(workspace: Workspace) -> Workspace:
    from satsuma.app.crm.services.defaults import create_defaults
    from support.importing import NOW

    create_defaults(at=NOW)
    return workspace
