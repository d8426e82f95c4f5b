"""How an address is declared: with what it needs. Used by every module of `views`.

    urlpatterns = [route("companies/<int:contact_id>/", profile, name="company_profile", needs=Permission.VIEW)]

There is no other way in: a test walks the map of addresses and refuses one that was not made here (or is not listed
with allauth's own).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from satsuma.app.accounts.permissions import Permission, require


class Access(StrEnum):
    """For addresses that no role is asked for."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


View = Callable[..., HttpResponseBase]
Needs = Permission | Access


def route(pattern: str, view: View, *, name: str, needs: Needs) -> URLPattern:
    """The address with its guard: who is not signed in is asked to sign in, whose role does not include `needs` gets
    NotAllowedError, which `errors` answers with 403."""
    return path(pattern, _guarded(view, needs), name=name)


def _guarded(view: View, needs: Needs) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if needs is not Access.PUBLIC and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if isinstance(needs, Permission):
            require(request.user, needs)
        return view(request, *args, **kwargs)

    guarded.needs = needs  # type: ignore[attr-defined]
    return guarded
