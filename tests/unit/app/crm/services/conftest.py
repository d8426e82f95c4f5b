"""What tests of services have in common."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from satsuma.app.crm import hooks
from satsuma.app.crm.hooks import Touched


@pytest.fixture
def heard() -> Iterator[list[Touched]]:
    """What hooks were told; each says that a segment has changed."""
    told: list[Touched] = []

    def listen(touched: Touched) -> list[str]:
        told.append(touched)
        return ["Good → Super: value of won deals"]

    hooks.after_save(listen)
    yield told
    hooks._HOOKS.remove(listen)
