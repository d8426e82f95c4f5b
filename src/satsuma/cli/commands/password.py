"""`satsuma password`: gives a user a new password, without mail and without the pages."""

from __future__ import annotations

from typing import Annotated

import typer

from satsuma.cli.starting import DataFolder


def command(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose password.", show_default=False)],
    data: DataFolder = None,
) -> None:
    """Give a user a new password; it is asked for, or read from standard input."""
    from satsuma.cli.passwords import ask_for_password, user_with_email
    from satsuma.cli.screen import say
    from satsuma.cli.starting import working_with

    with working_with(data):
        from satsuma.app.accounts.services.users import set_password

        user = set_password(user_id=user_with_email(email).pk, password=ask_for_password())
        say(f"{user.name} signs in with the new password from now on; open sessions are over.")
