"""Changes of users. Called by the pages of settings, by the first run and by `satsuma createuser` and `password`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from satsuma.app.accounts.entries import as_email, as_language, as_name, as_password, as_role
from satsuma.app.accounts.errors import EmailTakenError, LastAdministratorError, NotFoundError
from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Role
from satsuma.app.accounts.services.invitations import password_link, send_invitation
from satsuma.domain.folding import fold


@dataclass(frozen=True)
class Invitation:
    """A new user, the address where they choose a password, and whether a mail with it has been sent."""

    user: User
    link: str
    mailed: bool


def create_user(
    *, name: str, email: str, role: str, at: datetime, password: str | None = None, language: str = ""
) -> User:
    """The new user; without a password nobody can sign in until one is chosen by a link of `password_link`.

    Raises EntryError, and EmailTakenError for an address that is somebody's after folding.
    """
    user = User(
        name=as_name(name),
        email=as_email(email),
        role=as_role(role),
        language=as_language(language) if language else "",
        created_at=at,
    )
    if User.objects.filter(email_folded=fold(user.email)).exists():
        raise EmailTakenError
    user.set_password(None if password is None else as_password(password, user))
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:  # somebody else was quicker
        raise EmailTakenError from None
    return user


def invite_user(*, name: str, email: str, role: str, at: datetime, language: str = "") -> Invitation:
    """Makes the user and mails a link where they choose their password, once. Raises as `create_user` does; a mail
    server that fails is no error: the link is there to be passed on."""
    user = create_user(name=name, email=email, role=role, language=language, at=at)
    return send_link(user_id=user.pk)


def send_link(*, user_id: int) -> Invitation:
    """Mails a new link to choose a password. Raises NotFoundError."""
    user = _get(user_id)
    link = password_link(user)
    return Invitation(user=user, link=link, mailed=send_invitation(user, link))


def change_user(*, user_id: int, name: str, role: str, language: str = "") -> User:
    """The user as changed. Raises EntryError, NotFoundError, LastAdministratorError."""
    with transaction.atomic():
        if as_role(role) != Role.ADMINISTRATOR:
            _keep_an_administrator(user_id)
        user = _get(user_id)
        user.name, user.role = as_name(name), as_role(role)
        user.language = as_language(language) if language else ""
        user.save(update_fields=["name", "role", "language"])
    return user


def change_own_account(*, user_id: int, name: str, language: str = "") -> User:
    """What everybody may change of themselves. Raises EntryError, NotFoundError."""
    user = _get(user_id)
    user.name, user.language = as_name(name), as_language(language) if language else ""
    user.save(update_fields=["name", "language"])
    return user


def deactivate_user(*, user_id: int) -> User:
    """The user can no longer sign in, and every session of theirs is over. Raises NotFoundError and
    LastAdministratorError."""
    with transaction.atomic():
        _keep_an_administrator(user_id)
        user = _get(user_id)
        user.is_active = False
        user.sign_outs += 1
        user.save(update_fields=["is_active", "sign_outs"])
    return user


def activate_user(*, user_id: int) -> User:
    """The user can sign in again, with the same password. Raises NotFoundError."""
    user = _get(user_id)
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


def set_password(*, user_id: int, password: str) -> User:
    """The user signs in with this password from now on; every session is over. Raises EntryError, NotFoundError."""
    user = _get(user_id)
    user.set_password(as_password(password, user))
    user.sign_outs += 1
    user.save(update_fields=["password", "sign_outs"])
    return user


def remove_second_factor(*, user_id: int) -> User:
    """For somebody who lost their telephone: signs in with the password alone from now on. Every session is over.
    Raises NotFoundError."""
    with transaction.atomic():
        user = _get(user_id)
        Authenticator.objects.filter(user=user).delete()
        user.sign_outs += 1
        user.save(update_fields=["sign_outs"])
    return user


def _get(user_id: int) -> User:
    """The user, locked until the transaction ends if there is one."""
    users = User.objects.all()
    if transaction.get_connection().in_atomic_block:
        users = users.select_for_update()
    user = users.filter(pk=user_id).first()
    if user is None:
        raise NotFoundError(user_id=user_id)
    return user


def _keep_an_administrator(user_id: int) -> None:
    """Locks the active administrators, so that two who are about to leave do not both believe in the other. Called
    before anything else is locked, so that the two do not wait for each other."""
    active = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    administrators = [user.pk for user in active]
    if administrators == [user_id]:
        raise LastAdministratorError
