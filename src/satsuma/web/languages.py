"""Which languages people can choose: English, and those whose translation ships with the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings


@cache
def offered_languages() -> tuple[tuple[str, str], ...]:
    """Code and own name of each, English first. Looked up on disk once per process."""
    return tuple((code, str(name)) for code, name in settings.LANGUAGES if code == "en" or _is_translated(code))


def _is_translated(code: str) -> bool:
    return any((Path(folder) / code / "LC_MESSAGES" / "django.mo").is_file() for folder in settings.LOCALE_PATHS)
