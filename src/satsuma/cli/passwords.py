"""Passwords on the command line: never an argument, which everybody on the machine could read. Called by `createuser`
and `password`.
"""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

from satsuma.domain.errors import InputError

if TYPE_CHECKING:
    from satsuma.app.accounts.models import User


def ask_for_password() -> str:
    """Typed twice on a terminal, else the first line of standard input. Raises InputError when both differ."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise InputError("passwords_differ", "The two passwords differ.", remedy="Try again.")
    return first


def user_with_email(email: str) -> User:
    """Raises InputError when nobody has this address."""
    from satsuma.app.accounts.queries import find_user_by_email

    user = find_user_by_email(email)
    if user is None:
        raise InputError("no_such_user", f"Nobody signs in with {email}.", remedy="Check the address.", email=email)
    return user
