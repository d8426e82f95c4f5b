"""What the pages of users show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from satsuma.app.accounts.models import User
from satsuma.app.accounts.services.users import Invitation


@dataclass(frozen=True, slots=True)
class UserRow:
    """`last_seen_at` is the last sign-in, None if there was none."""

    id: int
    name: str
    email: str
    role: str
    is_active: bool
    has_second_factor: bool
    last_seen_at: datetime | None

    @classmethod
    def of(cls, user: User) -> UserRow:
        second = bool(getattr(user, "has_second_factor", False))
        return cls(user.pk, user.name, user.email, user.role, user.is_active, second, user.last_login)


@dataclass(frozen=True, slots=True)
class UsersPage:
    title: str
    rows: Sequence[UserRow]


@dataclass(frozen=True, slots=True)
class UserPage:
    """One user; `is_self`: the reader's own entry, which cannot be deactivated from here."""

    title: str
    user: UserRow
    is_self: bool


@dataclass(frozen=True, slots=True)
class LinkPage:
    """After an invitation: the link is shown where no mail brought it."""

    title: str
    name: str
    email: str
    mailed: bool
    link: str

    @classmethod
    def of(cls, title: str, invitation: Invitation) -> LinkPage:
        link = "" if invitation.mailed else invitation.link
        return cls(title, invitation.user.name, invitation.user.email, invitation.mailed, link)
