"""`satsuma createuser`: makes a user without the pages, for instance the first administrator."""

from __future__ import annotations

from typing import Annotated

import typer

from satsuma.cli.starting import DataFolder


def command(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="What the user signs in with.", show_default=False)],
    name: Annotated[str, typer.Option("--name", help="What others see.", prompt=True, show_default=False)],
    role: Annotated[str, typer.Option("--role", help="viewer, member, manager or administrator.")] = "administrator",
    data: DataFolder = None,
) -> None:
    """Make a user; the password is asked for, or read from standard input."""
    from satsuma.cli.passwords import ask_for_password
    from satsuma.cli.screen import say
    from satsuma.cli.starting import working_with

    with working_with(data):
        from django.utils import timezone

        from satsuma.app.accounts.services.users import create_user

        user = create_user(name=name, email=email, role=role, password=ask_for_password(), at=timezone.now())
        say(f"{user.name} can sign in with {user.email} as {user.role}.")
