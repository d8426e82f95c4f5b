"""How the log reads: one JSON line per event, without personal values. Used by config.settings.

A line says when, what, where (request id, path without its query) and, after a crash, the kind of the error and the
places in the code. It leaves out the error's own text: databases quote the values they refuse; and of addresses that
let somebody in, the key.
"""

from __future__ import annotations

import re
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

KEYS = re.compile(r"(/setup/|/password/reset/key/)[^/\s]+")
"""Where the one-time token and the key of a link to choose a password stand."""

Error = tuple[type[BaseException], BaseException, TracebackType | None]


def name_error(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Puts kind and places of an error where its text and values would stand."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple) and error[0] is not None:
        event["error"] = error[0].__qualname__
        if code := getattr(error[1], "code", None):
            event["code"] = str(code)
        event["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error[2])]
    return event


def hide_keys(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Takes the keys out of addresses: whoever reads a log must not get in by it."""
    for name in ("event", "path"):
        if isinstance(text := event.get(name), str):
            event[name] = KEYS.sub(r"\1…", text)
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(allow=["status_code"]),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def log_settings() -> dict[str, Any]:
    """Django's LOGGING: everything from WARNING on, our own from INFO on, to the error output."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    name_error,
                    hide_keys,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": False},
            "satsuma": {"level": "INFO"},
        },
    }


def configure() -> None:
    """Lets structlog's loggers write through the standard library's, so that there is one log."""
    structlog.configure(
        processors=[
            *SHARED[:3],
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
