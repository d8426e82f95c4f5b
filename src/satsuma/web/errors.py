"""The page for everything that goes wrong: what happened, what to do, and an id that the log has.

Called by `middleware.Errors` for errors of the tree in `domain.errors`, and by Django (see `config.urls` and
CSRF_FAILURE_VIEW) for its own. The status of each of ours stands in one table. htmx gets a message instead of a page.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from satsuma.app.outages import find_outage
from satsuma.domain.errors import EngineError, InputError, ModelError, SatsumaError

log = structlog.get_logger("satsuma.web")

STATUSES: dict[str, int] = {
    "not_allowed": 403,
    "not_found": 404,
    "conflict": 409,
    "gone": 410,
    "file_too_large": 413,
    "image_too_large": 413,
    "import_limit": 413,
    "workbook_too_large": 413,
    "too_often": 429,
    "busy": 503,
    "database_away": 503,
    "disk_broken": 503,
    "disk_full": 507,
}
"""By code, or by how a code ends: user_not_found is 404."""

CLASSES: tuple[tuple[type[SatsumaError], int], ...] = ((ModelError, 422), (InputError, 422), (EngineError, 503))


def status_of(error: SatsumaError) -> int:
    """By code first, then by class; 422 for whatever else cannot be done with what was handed in."""
    for ending, status in STATUSES.items():
        if error.code == ending or error.code.endswith(f"_{ending}"):
            return status
    return next((status for kind, status in CLASSES if isinstance(error, kind)), 422)


@dataclass(frozen=True, slots=True)
class Page:
    """What an error page shows."""

    status: int
    title: str
    message: str
    remedy: str = ""
    id: str = ""


def answer(request: HttpRequest, error: SatsumaError) -> HttpResponse:
    """The answer to an error of ours."""
    status = status_of(error)
    log.info("refused", code=error.code, status=status, path=request.path)
    return _show(request, Page(status, _title(status), error.message, error.remedy, _id(request)))


def _title(status: int) -> str:
    titles = {
        400: _("That could not be understood"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("Not possible here"),
        409: _("Somebody was faster"),
        410: _("No longer there"),
        413: _("Too large"),
        422: _("That does not work"),
        429: _("Too many tries"),
        503: _("Not ready"),
        507: _("No room left"),
    }
    return titles.get(status, _("Something went wrong"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return _show(
            request,
            Page(
                413,
                _title(413),
                _("What was sent is larger than Satsuma takes at once."),
                _("Send less at a time; long lists come in as files, by an import."),
                _id(request),
            ),
        )
    return _show(
        request,
        Page(
            400,
            _title(400),
            _("The request was not one that a page of Satsuma sends."),
            _("Go back, reload the page and try again."),
            _id(request),
        ),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _show(
        request,
        Page(
            403,
            _title(403),
            _("Your role does not include this."),
            _("Ask an administrator of your workspace."),
            _id(request),
        ),
    )


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _show(
        request,
        Page(
            404,
            _title(404),
            _("There is nothing at this address, or it was removed."),
            _("Check the address, or search for what you need."),
            _id(request),
        ),
    )


def method_not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page for an answer of Django's that has no words, with its headers."""
    shown = _show(
        request,
        Page(
            405,
            _title(405),
            _("This address takes no such request."),
            _("Use the buttons of the page instead of the address."),
            _id(request),
        ),
    )
    shown.headers["Allow"] = response.headers.get("Allow", "")
    return shown


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _show(
        request,
        Page(
            403,
            _("The page was too old"),
            _("For your safety the form was not taken: it is from before you signed in, or cookies are off."),
            _("Open the page again, then fill it in and send it."),
            _id(request),
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Something failed that nobody foresaw, or the disk or the database did, which is told as such. Reads nothing but
    the template: the database may be what failed."""
    if outage := find_outage(sys.exc_info()[1]):
        status = status_of(outage)
        remedy = f"{outage.remedy} {_hint(request)}".strip()
        page = Page(status, _title(status), outage.message, remedy, _id(request))
    else:
        page = Page(
            500,
            _title(500),
            _("Satsuma made a mistake. It is not your fault, and nothing was changed halfway."),
            _("Try again. If it happens again, give an administrator the id below."),
            _id(request),
        )
    return _show(request, page, alone=True)


def _hint(request: HttpRequest) -> str:
    """How a form that is gone from the screen is sent again: browsers keep what was entered for that."""
    is_gone = request.method == "POST" and request.headers.get("HX-Request") != "true"
    return _("To send again what you entered, reload this page.") if is_gone else ""


def _id(request: HttpRequest) -> str:
    return str(getattr(request, "id", ""))


def _show(request: HttpRequest, page: Page, *, alone: bool = False) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return _message(page)
    # Who is not signed in, or not known yet, gets no frame: it would have nothing to show.
    signed_in = not alone and getattr(getattr(request, "user", None), "is_authenticated", False)
    template = "errors/framed.html" if signed_in else "errors/alone.html"
    context = {"page": page, "title": page.title}
    text = render_to_string(template, context, request=request if signed_in else None)
    return HttpResponse(text, status=page.status)


def _message(page: Page) -> HttpResponse:
    """For htmx: a message in the corner; what is on the page stays."""
    text = render_to_string(
        "components/message.html",
        {"level": "error", "text": page.message, "remedy": page.remedy, "id": page.id},
    )
    headers = {"HX-Retarget": "#messages", "HX-Reswap": "beforeend", "HX-Push-Url": "false"}
    return HttpResponse(text, status=page.status, headers=headers)
