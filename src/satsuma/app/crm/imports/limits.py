"""What an import may take at most, and the error that names the limit. From settings; documented in the guide."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.domain.errors import SatsumaError

NAMES = {
    "file_bytes": gettext_lazy("the size of the file"),
    "unpacked_bytes": gettext_lazy("what the file unpacks to"),
    "rows": gettext_lazy("the number of rows"),
    "columns": gettext_lazy("the number of columns"),
    "memory_bytes": gettext_lazy("the memory for reading a file"),
    "seconds": gettext_lazy("the time for reading a file"),
    "cell_characters": gettext_lazy("the length of a cell"),
    "new_options": gettext_lazy("the number of new options of one field"),
    "replaced_texts": gettext_lazy("the number of texts of one column that are read as others"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit by its name, which errors and the guide use. Settings may change each in IMPORT_LIMITS."""

    file_bytes: int = 256 * 1024**2
    unpacked_bytes: int = 1024**3
    rows: int = 1_000_000
    columns: int = 500
    memory_bytes: int = 3 * 1024**3
    """Address space of the child, far more than what it touches."""
    seconds: int = 120
    kept_errors: int = 1_000
    """Errors of one column that are listed; all are counted."""
    new_options: int = 500
    replaced_texts: int = 1_000


def limits() -> Limits:
    given: dict[str, Any] = getattr(settings, "IMPORT_LIMITS", {})
    known = {field.name for field in fields(Limits)}
    return Limits(**{name: value for name, value in given.items() if name in known})


class ImportLimitError(SatsumaError):
    """A file beyond a limit; `limit` is its name. Answered with 413."""

    def __init__(self, limit: str, most: int) -> None:
        self.limit = limit
        super().__init__(
            "import_limit",
            _("The file is beyond a limit: %(name)s (%(limit)s, at most %(most)s).")
            % {"name": NAMES.get(limit, limit), "limit": limit, "most": shown_limit(limit, most)},
            remedy=_("Split the file, or ask whoever runs this installation for a higher limit."),
            limit=limit,
            most=most,
        )


class ImportBusyError(SatsumaError):
    """Too many files are being looked at just now. Answered with 503."""

    def __init__(self) -> None:
        super().__init__(
            "import_busy",
            _("Other files are being looked at just now."),
            remedy=_("Wait a moment, then send the file again."),
        )


def shown_limit(limit: str, most: int) -> str:
    if limit.endswith("_bytes"):
        return f"{most // 1024**2:,} MB"
    return f"{most:,} s" if limit == "seconds" else f"{most:,}"
