"""What the frame around every page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy

from satsuma.app.accounts.permissions import Permission, allows
from satsuma.app.accounts.queries import find_workspace
from satsuma.web.languages import offered_languages

APPEARANCES = ("light", "dark", "auto")

# The navigation on the left: label, icon, name of the address, what it needs. What has no address yet is left out.
PLACES = (
    (gettext_lazy("Dashboard"), "layout-dashboard", "dashboard", Permission.VIEW),
    (gettext_lazy("Companies"), "building", "company_list", Permission.VIEW),
    (gettext_lazy("People"), "users", "person_list", Permission.VIEW),
    (gettext_lazy("Deals"), "cash", "deal_board", Permission.VIEW),
    (gettext_lazy("Tasks"), "checklist", "task_list", Permission.VIEW),
    (gettext_lazy("Segmentations"), "chart-pie", "segmentations", Permission.VIEW),
    (gettext_lazy("Service"), "heart-handshake", "service", Permission.VIEW),
    (gettext_lazy("Forms"), "forms", "forms", Permission.VIEW),
    (gettext_lazy("Imports"), "file-import", "import_list", Permission.IMPORT),
    (gettext_lazy("Settings"), "settings", "settings", Permission.MANAGE_FIELDS),
)


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation."""

    label: str
    icon: str
    url: str
    is_active: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """`workspace`; `may`: the permissions of the reader by name, as in {% if may.edit_contacts %}; `navigation`;
    `appearance`: light, dark or auto; `languages`: code and name of those there is a choice of."""
    user = getattr(request, "user", None)
    may = {permission.value: user is not None and allows(user, permission) for permission in Permission}
    chosen = request.COOKIES.get("appearance", "")
    return {
        "workspace": request.workspace if hasattr(request, "workspace") else find_workspace(),
        "may": may,
        "navigation": _navigation(request, may),
        "appearance": chosen if chosen in APPEARANCES else "auto",
        "languages": offered_languages(),
    }


def _navigation(request: HttpRequest, may: dict[str, bool]) -> list[Place]:
    return [
        Place(str(label), icon, url, _is_in(request.path, url))
        for label, icon, name, needs in PLACES
        if may[needs.value] and (url := _find_address(name))
    ]


def _find_address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _is_in(path: str, url: str) -> bool:
    """Whether the page stands under this address. The one of the dashboard is the root of all: it counts alone."""
    return path == url or (url != "/" and path.startswith(url))
