"""Whatever happens to contacts and segmentations, in whatever order: stored results are those of the specification, and
history is the differences."""

from __future__ import annotations

import pytest

from satsuma.app.accounts.models import Workspace
from satsuma.app.crm.services.defaults import create_defaults
from support.any_order import BEGIN, try_any_order


@pytest.mark.both_databases
@pytest.mark.django_db
def test_results_equal_the_specification_and_history_the_differences_in_any_order(workspace: Workspace) -> None:
    create_defaults(at=BEGIN)
    try_any_order(examples=4, steps=16)
