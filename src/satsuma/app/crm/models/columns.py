"""Column types that make both databases agree."""

from __future__ import annotations

from typing import Any

from django.db import models


class FoldedField(models.CharField):  # type: ignore[type-arg]
    """A folded text that is searched and sorted. PostgreSQL compares it byte by byte, as SQLite does: a server's own
    collation would sort differently, and differently on each machine."""

    def db_parameters(self, connection: Any) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters

    def deconstruct(self) -> Any:
        name, _, arguments, keywords = super().deconstruct()
        return name, f"{type(self).__module__}.{type(self).__qualname__}", arguments, keywords


class MarkField(models.BigIntegerField):  # type: ignore[type-arg]
    """When the row last changed, as a number that `changes` gives; never compared with a clock."""
