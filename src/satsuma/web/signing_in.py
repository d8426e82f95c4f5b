"""How allauth behaves here: accounts are made by administrators, never by signing up, and found by folded address.

Named in the settings; called by allauth.
"""

from __future__ import annotations

from threading import Thread
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import find_user_by_email, find_workspace
from satsuma.app.accounts.services.invitations import link_with_key
from satsuma.domain.folding import fold

log = structlog.get_logger("satsuma.web")
MESSAGES = ("password_changed", "password_set", "totp_activated", "totp_deactivated", "sessions_logged_out")
"""What is worth a message in the corner, of all that allauth would say."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in, passwords and their mails."""

    error_messages = {  # noqa: RUF012
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("E-mail address and password do not belong together."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("Enter the password you have now."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes and try again."),
        "invalid_password_reset": _("This link has been used or has expired."),
        "incorrect_code": _("This code is not right. Enter the one that is shown now."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether it is the user's password; counted like a sign-in."""
        return bool(self.authenticate(self.request, email=user.email, password=password) == user)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Whoever writes the same address differently, or asks by another host name, is counted as the same."""
        return fold(str(credentials.get("email", "")))

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template and message_template.rpartition("/")[2].removesuffix(".txt") in MESSAGES:
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Begins with the address from the settings, whatever host name was asked for."""
        uid, _dash, token = key.partition("-")
        return link_with_key(uid, token)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sent beside the answer: its time must not tell whether there was somebody to write to."""
        words = {"email": email, "workspace": find_workspace(), **context}
        Thread(target=_send, args=(self.render_mail(template_prefix, email, words),), name="mail").start()

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email or user.email)


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError as failed:  # smtplib's errors, and a server that does not answer
        log.warning("mail_not_sent", error=type(failed).__name__)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

    error_messages = {  # noqa: RUF012
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Enter the one that is shown now."),
    }


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on: lets in who is a user here, and makes nobody one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The first time, whoever comes is connected with the user of that address: if the provider has verified it,
        or the settings say that its addresses can be trusted."""
        if sociallogin.is_existing:
            return
        for address in sociallogin.email_addresses:
            user = find_user_by_email(address.email)
            if user and user.is_active and (address.verified or settings.OIDC_EMAIL_IS_TRUSTED):
                sociallogin.connect(request, user)
                return
