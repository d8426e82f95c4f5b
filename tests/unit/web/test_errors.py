"""Whatever goes wrong ends in a page that says what happened, what to do, and an id that the log has."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import structlog
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from satsuma.domain.errors import EngineError, InputError, ModelError, Problem, SatsumaError
from satsuma.web.errors import status_of
from satsuma.web.logging import log_settings

Browser = Callable[[str], Client]


@pytest.fixture(autouse=True)
def look(settings: Settings) -> None:
    settings.ROOT_URLCONF = "support.look.urls"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the application writes to its log, as an installation's supervisor reads it."""
    written = StringIO()
    formatter = log_settings()["formatters"]["json"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter["()"](**{name: value for name, value in formatter.items() if name != "()"}))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def shown(response: HttpResponse) -> tuple[int, str, list[str]]:
    """Status, heading and sentences of an error page."""
    page = response.content.decode()
    heading = re.findall(r'<h1 class="empty-title h2">(.*?)</h1>', page)
    return response.status_code, heading[0], re.findall(r'<p class="empty-subtitle[^>]*>(.*?)</p>', page)


def id_of(response: HttpResponse) -> str:
    return re.findall(r"id ([0-9a-f]{10})<", response.content.decode())[0]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SatsumaError("not_allowed", "No."), 403),
        (SatsumaError("contact_not_found", "No."), 404),
        (SatsumaError("not_found", "No."), 404),
        (SatsumaError("contact_conflict", "No."), 409),
        (SatsumaError("link_gone", "No."), 410),
        (SatsumaError("file_too_large", "No."), 413),
        (SatsumaError("name_taken", "No."), 422),
        (SatsumaError("number_too_large", "No."), 422),
        (SatsumaError("columns_too_many", "No."), 422),
        (InputError("table_empty", "No."), 422),
        (ModelError([Problem("", "x", "No.")]), 422),
        (EngineError("engine_missing", "No."), 503),
    ],
)
def test_statuses(error: SatsumaError, status: int) -> None:
    assert status_of(error) == status


def test_an_error_of_ours_shows_its_words_escaped(client_of: Browser) -> None:
    response = client_of("member").get("/refuse/value_too_long/")
    assert shown(response) == (
        422,
        "That does not work",
        [
            "“&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;” is too long.",
            "Use at most 200 characters.",
        ],
    )


def test_a_role_that_does_not_include_it(client_of: Browser) -> None:
    assert shown(client_of("viewer").get("/refuse/not_allowed/")) == (
        403,
        "Not allowed",
        ["Your role does not include this.", "Ask an administrator of your workspace."],
    )


def test_htmx_gets_a_message_and_the_page_stays(client_of: Browser) -> None:
    response = client_of("member").get("/refuse/value_too_long/", headers={"HX-Request": "true"})
    text = response.content.decode()
    assert response.status_code == 422
    assert {name: response.headers[name] for name in ("HX-Retarget", "HX-Reswap", "HX-Push-Url")} == {
        "HX-Retarget": "#messages",
        "HX-Reswap": "beforeend",
        "HX-Push-Url": "false",
    }
    assert "<html" not in text
    assert "Use at most 200 characters." in text
    assert response.headers["X-Request-Id"] in text


@pytest.mark.parametrize(("role", "has_frame"), [("member", True), ("anonymous", False)])
def test_an_address_that_is_not_there(client_of: Browser, role: str, has_frame: bool) -> None:
    response = client_of(role).get("/nowhere/")
    assert shown(response) == (
        404,
        "Not found",
        [
            "There is nothing at this address, or it was removed.",
            "Check the address, or search for what you need.",
        ],
    )
    assert ('<nav id="navigation"' in response.content.decode()) is has_frame


def test_a_method_that_the_address_does_not_take(client_of: Browser) -> None:
    response = client_of("member").get("/upload/")
    assert shown(response)[:2] == (405, "Not possible here")
    assert response.headers["Allow"] == "POST"


def test_a_form_from_an_old_page(client_of: Browser) -> None:
    client = client_of("member")
    client.handler.enforce_csrf_checks = True
    assert shown(client.post("/companies/", {"name": "Acme"}))[:2] == (403, "The page was too old")


def test_a_form_with_too_many_fields(client_of: Browser) -> None:
    fields = {f"field{number}": "x" for number in range(5_001)}
    assert shown(client_of("member").post("/companies/", fields))[:2] == (413, "Too large")


def test_a_request_that_is_no_request(client_of: Browser, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["satsuma.example"]
    assert shown(client_of("member").get("/companies/"))[:2] == (400, "That could not be understood")


def test_a_crash_shows_no_trace_and_the_log_has_its_id(client_of: Browser, log: StringIO) -> None:
    client = client_of("member")
    client.raise_request_exception = False
    response = client.get("/crash/?q=Ada+Lovelace")
    assert shown(response) == (
        500,
        "Something went wrong",
        [
            "Satsuma made a mistake. It is not your fault, and nothing was changed halfway.",
            "Try again. If it happens again, give an administrator the id below.",
        ],
    )
    assert "Traceback" not in response.content.decode()
    assert "secret value" not in response.content.decode()
    (line,) = log.getvalue().splitlines()
    event = json.loads(line)
    assert "Lovelace" not in line
    assert event.pop("timestamp")
    assert event.pop("places")[-1].endswith(" crash")
    assert event == {
        "event": "Internal Server Error: /crash/",
        "level": "error",
        "logger": "django.request",
        "status_code": 500,
        "error": "ZeroDivisionError",
        "request_id": id_of(response),
    }


def test_a_database_that_cannot_be_reached_is_told_by_the_same_page(log: StringIO) -> None:
    client = Client(raise_request_exception=False)  # and no fixture that would let it at the database
    response = client.get("/companies/")
    assert shown(response)[:2] == (500, "Something went wrong")
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert [json.loads(line)["request_id"] for line in log.getvalue().splitlines()] == [id_of(response)]


def test_a_refusal_is_logged_without_its_words(client_of: Browser, log: StringIO) -> None:
    response = client_of("member").get("/refuse/value_too_long/?q=Ada")
    events = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {"event": "refused", "code": "value_too_long", "status": 422, "path": "/refuse/value_too_long/"}.items() <= (
        events[0].items()
    )
    assert {event["request_id"] for event in events} == {id_of(response)}
    assert "Ada" not in log.getvalue()
    assert "too long" not in log.getvalue()


def test_a_line_break_in_an_address_makes_no_second_line(client_of: Browser, log: StringIO) -> None:
    client_of("member").get("/no%0Awhere%0D%0A{/")
    assert len(log.getvalue().splitlines()) == 1


@pytest.mark.parametrize("place", ["/setup/", "/account/password/reset/key/"])
def test_the_log_has_no_key_that_lets_somebody_in(client_of: Browser, log: StringIO, place: str) -> None:
    key = "1-cyz2vp-0123456789abcdef"
    client = client_of("anonymous")
    client.get(f"{place}{key}/")
    structlog.get_logger("satsuma.web").info("refused", path=f"{place}{key}/", code="x")
    missing, refused = map(json.loads, log.getvalue().splitlines())
    assert (missing["event"], refused["path"]) == (f"Not Found: {place}…/", f"{place}…/")
    assert key not in log.getvalue()
