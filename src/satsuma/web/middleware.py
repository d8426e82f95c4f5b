"""What every answer gets: an id, a content security policy, the reader's language and time zone, a page for errors."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from zoneinfo import ZoneInfo

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from satsuma.app.accounts.models import Workspace
from satsuma.app.accounts.queries import find_workspace
from satsuma.app.locale import in_currency
from satsuma.app.outages import find_outage
from satsuma.domain.errors import SatsumaError
from satsuma.web import errors
from satsuma.web.languages import offered_languages

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)


class RequestId:
    """An id that the answer, an error page and every line of the log for this request share."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(5)  # type: ignore[attr-defined]
        # Left in place until the thread's next request: Django logs an answer after the last middleware has returned.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        response = self.answer(request)
        response.headers["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response


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
    """Language: the user's own, else the workspace's, else the browser's. Time zone and currency: the workspace's.
    Leaves the workspace at `request.workspace`, so that it is read once."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        workspace = find_workspace()
        request.workspace = workspace  # type: ignore[attr-defined]
        zone = ZoneInfo(workspace.time_zone) if workspace else None
        currency = workspace.currency if workspace else ""
        language = _language(request, workspace)
        with translation.override(language), timezone.override(zone), in_currency(currency):
            response = self.answer(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response


def _language(request: HttpRequest, workspace: Workspace | None) -> str:
    """A language that is chosen but no longer offered counts as not chosen."""
    offered = {code for code, _ in offered_languages()}
    wanted = (
        getattr(request.user, "language", ""),
        workspace.language if workspace else "",
        translation.get_language_from_request(request),
    )
    return next((code for code in wanted if code in offered), "en")


class Errors:
    """A page, or a message for htmx, for every error of ours, and for answers that Django leaves without words."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if response.status_code == 405 and not response.content:
            return errors.method_not_allowed(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What lies in the disk or the database goes on to `errors.server_error`, and so into the log in full."""
        if isinstance(error, SatsumaError) and find_outage(error) is None:
            return errors.answer(request, error)
        return None
