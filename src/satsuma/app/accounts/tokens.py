"""What makes a link for choosing a password invalid. Named in the settings, so that allauth's links are the same."""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from satsuma.app.accounts.models import User


class PasswordLinkTokens(PasswordResetTokenGenerator):
    """Besides a new password, a sign-in and a new address: deactivation, and whatever ends all sessions."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}:{user.sign_outs}:{user.is_active}"
