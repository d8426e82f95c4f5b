"""When and from where a session was last used, for the list of sessions. Named in the settings, behind signing in."""

from __future__ import annotations

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

EVERY_SECONDS = 15 * 60
KEY = "seen_at"


class LastSeen:
    """Written down every quarter of an hour, not at every page: reading a page must not have to write."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now().timestamp()
        if request.user.is_authenticated and request.session.get(KEY, 0) < now - EVERY_SECONDS:
            request.session[KEY] = now
            UserSession.objects.create_from_request(request)
        return self.answer(request)
