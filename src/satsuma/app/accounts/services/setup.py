"""The first run: a one-time token that only somebody on this machine can read, and what it opens.

`satsuma serve` prints the address with the token of `get_setup_token`; the page of the first run asks
`check_setup_token` and then calls `set_up`.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from pathlib import Path

from django.db import transaction

from satsuma.app.accounts.errors import EntryError
from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Role
from satsuma.app.accounts.services.users import create_user
from satsuma.app.accounts.services.workspace import create_workspace

FILE = "setup-token"


def get_setup_token(data_folder: Path) -> str:
    """The token in the data folder, made if there is none. Its file can be read by its owner alone."""
    file = data_folder / FILE
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii")
    token = secrets.token_urlsafe(32)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(token)
    return token


def check_setup_token(data_folder: Path, token: str) -> bool:
    """Whether this is the token. It takes as long to refuse a token that is nearly right as any other."""
    try:
        expected = (data_folder / FILE).read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return bool(expected) and secrets.compare_digest(expected.encode(), token.encode("utf-8", "replace"))


def forget_setup_token(data_folder: Path) -> None:
    """After the first run; does nothing if there is none."""
    (data_folder / FILE).unlink(missing_ok=True)


def set_up(
    *,
    name: str,
    email: str,
    password: str,
    workspace_name: str,
    language: str,
    currency: str,
    time_zone: str,
    at: datetime,
) -> User:
    """The first administrator of the new workspace: both, or neither. Raises as `create_workspace` and `create_user`
    do; what is wrong with the workspace's name is about the entry `workspace_name`."""
    with transaction.atomic():
        try:
            create_workspace(name=workspace_name, language=language, currency=currency, time_zone=time_zone, at=at)
        except EntryError as refused:
            raise EntryError("workspace_name" if refused.field == "name" else refused.field, refused.message) from None
        return create_user(name=name, email=email, password=password, role=Role.ADMINISTRATOR, at=at)
