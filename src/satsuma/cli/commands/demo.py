"""`satsuma demo`: an installation with sample data and segmentations at work, to look around in."""

from __future__ import annotations

from typing import Annotated

import typer

from satsuma.cli.starting import DataFolder

EMAIL = "demo@example.com"


def command(
    data: DataFolder = None,
    currency: Annotated[str, typer.Option("--currency", help="The workspace's currency, if it is made now.")] = "EUR",
    time_zone: Annotated[str, typer.Option("--time-zone", help="Its time zone, if it is made now.")] = "Europe/Warsaw",
) -> None:
    """Load the sample data; on an empty installation also make a workspace and an administrator."""
    from satsuma.cli.locks import running
    from satsuma.cli.screen import say
    from satsuma.cli.starting import bring_database_up_to_date, start_django

    folder = start_django(data, prepare=True)
    with running(folder):
        bring_database_up_to_date(folder)
        password = _administrator_password(currency, time_zone)
        made = _sample_data()
    say("The sample data is loaded." if made else "The sample data was there already.")
    if password:
        say(f"Sign in with {EMAIL} and the password {password}")


def _administrator_password(currency: str, time_zone: str) -> str:
    """A new password of the demo's administrator, who is made with the workspace if there is none; "" if the workspace
    is somebody else's."""
    import secrets

    from django.utils import timezone

    from satsuma.app.accounts.queries import find_user_by_email, find_workspace
    from satsuma.app.accounts.services.setup import set_up
    from satsuma.app.accounts.services.users import set_password
    from satsuma.app.crm.services.defaults import create_defaults

    now, password = timezone.now(), secrets.token_urlsafe(9)
    if find_workspace() is None:
        set_up(
            name="Demo",
            email=EMAIL,
            password=password,
            workspace_name="Satsuma demo",
            language="en",
            currency=currency,
            time_zone=time_zone,
            at=now,
        )
        create_defaults(at=now)
        return password
    if (user := find_user_by_email(EMAIL)) is None:
        return ""
    set_password(user_id=user.pk, password=password)
    return password


def _sample_data() -> bool:
    from django.utils import timezone

    from satsuma.app.accounts.queries import find_user_by_email
    from satsuma.app.crm.queries.sample import find_sample
    from satsuma.app.segmentation.services.sample import create_sample

    if find_sample() is not None:
        return False
    create_sample(by=find_user_by_email(EMAIL), at=timezone.now())
    return True
