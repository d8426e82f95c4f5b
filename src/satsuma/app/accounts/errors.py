"""The errors of the accounts: part of the one tree in `domain.errors`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from satsuma.domain.errors import SatsumaError


class NotAllowedError(SatsumaError):
    """The person's role does not include what they asked for."""

    def __init__(self, permission: str) -> None:
        super().__init__(
            "not_allowed",
            _("Your role does not include this."),
            remedy=_("Ask an administrator of your workspace."),
            permission=str(permission),
        )
