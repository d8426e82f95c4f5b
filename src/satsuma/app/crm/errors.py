"""The errors of contacts, fields, deals and imports: part of the one tree in `domain.errors`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.domain.errors import SatsumaError


class NotFoundError(SatsumaError):
    """Something that is not there, or no longer."""

    def __init__(self, what: str, **facts: object) -> None:
        super().__init__(
            "not_found",
            what,
            remedy=_("It may have been merged or erased. Go back to the list and look for it there."),
            **facts,
        )


class ConflictError(SatsumaError):
    """Somebody else saved in between. `theirs` are the stored values by field key, of the fields that differ."""

    def __init__(self, *, version: int, theirs: Mapping[str, object]) -> None:
        self.version = version
        self.theirs = dict(theirs)
        super().__init__(
            "conflict",
            _("Somebody else has saved this in the meantime."),
            remedy=_("Compare both versions below, then save again."),
            version=version,
        )


class ValuesError(SatsumaError):
    """Values that cannot be kept; `problems` says for each field key what is wrong and what to enter."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        count = len(self.problems)
        super().__init__(
            "values_invalid",
            ngettext("%(count)d answer cannot be kept.", "%(count)d answers cannot be kept.", count) % {"count": count},
            remedy=" ".join(self.problems.values()),
            fields=list(self.problems),
        )


class RefusedError(SatsumaError):
    """A change that the rules of the house do not allow, such as deleting a field that is in use."""

    def __init__(self, code: str, message: str, *, remedy: str = "", used_by: Sequence[str] = ()) -> None:
        super().__init__(code, message, remedy=remedy, used_by=list(used_by))
