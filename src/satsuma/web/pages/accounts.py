"""What the page of one's own account shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountPage:
    title: str
    email: str
    role: str
    has_second_factor: bool
