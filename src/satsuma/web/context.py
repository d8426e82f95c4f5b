"""What the frame around every page shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from satsuma.app.accounts.permissions import Permission, allows
from satsuma.app.accounts.queries import find_workspace


def shell(request: HttpRequest) -> dict[str, Any]:
    """`workspace`, and `may`: the permissions of the reader by name, as in {% if may.edit_contacts %}."""
    user = getattr(request, "user", None)
    may = {permission.value: user is not None and allows(user, permission) for permission in Permission}
    return {"workspace": find_workspace(), "may": may}
