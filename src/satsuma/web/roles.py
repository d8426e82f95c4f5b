"""The roles in the reader's language. Used by the frame and by pages that show or offer roles."""

from __future__ import annotations

from django.utils.translation import gettext as _

from satsuma.app.accounts.permissions import Role


def role_name(role: str) -> str:
    """A role as people read it; empty for none."""
    names = {
        Role.VIEWER: _("Viewer"),
        Role.MEMBER: _("Member"),
        Role.MANAGER: _("Manager"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
    return names[Role(role)] if role else ""
