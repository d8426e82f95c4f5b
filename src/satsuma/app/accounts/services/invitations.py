"""Links by which somebody chooses a password, and the mail that brings one."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import int_to_base36

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import find_workspace
from satsuma.app.accounts.tokens import PasswordLinkTokens

log = structlog.get_logger("satsuma.accounts")
CHOOSING = "account_reset_password_from_key"
"""The name of the address where a password is chosen."""


def password_link(user: User) -> str:
    """The whole address. It works once and for three days, until the password changes or the user signs in."""
    return link_with_key(int_to_base36(user.pk), PasswordLinkTokens().make_token(user))


def link_with_key(uid: str, token: str) -> str:
    """Where the user with this id, in base 36, chooses a password. Begins with the address from the settings."""
    return f"{settings.ADDRESS.rstrip('/')}{reverse(CHOOSING, kwargs={'uidb36': uid, 'key': token})}"


def send_invitation(user: User, link: str) -> bool:
    """Whether the mail server took the mail; False where none is set."""
    if not settings.MAIL_IS_SENT:
        return False
    workspace = find_workspace()
    words = {"user": user, "link": link, "workspace": workspace}
    with translation.override(user.language or (workspace.language if workspace else None)):
        subject = " ".join(render_to_string("accounts/invitation_subject.txt", words).split())
        mail = EmailMessage(subject, render_to_string("accounts/invitation.txt", words), to=[user.email])
    try:
        return mail.send() == 1
    except OSError as failed:  # smtplib's errors and a server that does not answer
        log.warning("invitation_not_mailed", user_id=user.pk, error=type(failed).__name__)
        return False
