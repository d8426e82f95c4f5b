"""What every answer gets: a content security policy, and the reader's language and time zone."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from satsuma.app.accounts.queries import find_workspace

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)


class ContentSecurityPolicy:
    """Nothing but files of our own: no script or style inside of a page runs, whoever wrote it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class Locale:
    """Language: the user's own, else the workspace's, else the browser's. Time zone: the workspace's."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        workspace = find_workspace()
        language = getattr(request.user, "language", "") or (workspace.language if workspace else "")
        zone = ZoneInfo(workspace.time_zone) if workspace else None
        with translation.override(language or translation.get_language_from_request(request)), timezone.override(zone):
            response = self.answer(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response
