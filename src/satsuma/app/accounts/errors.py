"""The errors of the accounts: part of the one tree in `domain.errors`.

SatsumaError
└── AccountError          something about users or the workspace; `field` names the entry of a form it belongs to
    ├── NotAllowedError         a role does not include what was asked for
    ├── NotFoundError           a user who is not there
    ├── EmailTakenError         an address, after folding, that somebody else signs in with
    ├── EntryError              an entry that cannot be kept: an address, a name, a password, a currency …
    ├── LastAdministratorError  nobody would be left to administer the workspace
    └── WorkspaceExistsError    a second first run
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from satsuma.domain.errors import SatsumaError


class AccountError(SatsumaError):
    """Base; `field` is empty where no entry is to blame."""

    field = ""


class NotAllowedError(AccountError):
    """The person's role does not include what they asked for."""

    def __init__(self, permission: str) -> None:
        super().__init__(
            "not_allowed",
            _("Your role does not include this."),
            remedy=_("Ask an administrator of your workspace."),
            permission=str(permission),
        )


class NotFoundError(AccountError):
    """No such user."""

    def __init__(self, **facts: object) -> None:
        super().__init__(
            "user_not_found",
            _("There is no such user."),
            remedy=_("Look for the person in the list of users."),
            **facts,
        )


class EmailTakenError(AccountError):
    """Somebody already signs in with this address, or with one that only looks different."""

    field = "email"

    def __init__(self) -> None:
        super().__init__(
            "email_taken",
            _("Somebody already signs in with this e-mail address."),
            remedy=_("Enter another address, or change the user who has it."),
        )


class EntryError(AccountError):
    """An entry that cannot be kept; `field` is its name."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}_invalid", message, field=field)
        self.field = field


class LastAdministratorError(AccountError):
    """The last active administrator cannot lose the role or be deactivated."""

    field = "role"

    def __init__(self) -> None:
        super().__init__(
            "last_administrator",
            _("This is the last active administrator."),
            remedy=_("Make somebody else an administrator first."),
        )


class WorkspaceExistsError(AccountError):
    """The installation has been set up already."""

    def __init__(self) -> None:
        super().__init__(
            "workspace_exists",
            _("This installation has been set up already."),
            remedy=_("Sign in instead."),
        )
