"""Reads of users and the workspace."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from satsuma.app.accounts.errors import NotFoundError
from satsuma.app.accounts.models import User, Workspace
from satsuma.domain.folding import fold


def find_workspace() -> Workspace | None:
    """The workspace, or None before the first run. One query."""
    return Workspace.objects.first()


def workspace_day(at: datetime) -> date:
    """The calendar day in the workspace's time zone: what metrics and days on forms go by."""
    workspace = find_workspace()
    return at.astimezone(ZoneInfo(workspace.time_zone if workspace else "UTC")).date()


def get_user(user_id: int) -> User:
    """Raises NotFoundError."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFoundError(user_id=user_id)
    return user


def find_user_by_email(email: str) -> User | None:
    """Whoever signs in with this address, active or not. Compared after folding."""
    return User.objects.filter(email_folded=fold(email)).first()


def list_users() -> list[User]:
    """Everybody, active ones first, then by name. Each has `has_second_factor`. One query."""
    from allauth.mfa.models import Authenticator

    second: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=OuterRef("pk"), type=Authenticator.Type.TOTP)
    users = User.objects.annotate(has_second_factor=Exists(second))
    return sorted(users, key=lambda user: (not user.is_active, fold(user.name), user.pk))


def list_active_users() -> list[User]:
    """Who can own contacts and tasks, by name. One query."""
    return sorted(User.objects.filter(is_active=True), key=lambda user: (fold(user.name), user.pk))


def has_second_factor(user: User) -> bool:
    from allauth.mfa.models import Authenticator

    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())
