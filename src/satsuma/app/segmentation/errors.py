"""The errors of segmentations: part of the one tree in `domain.errors`."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.domain.errors import Problem, SatsumaError


class DraftConflictError(SatsumaError):
    """Somebody else changed the draft in between; nothing of either is lost. `version` is the draft's by now."""

    def __init__(self, *, version: int, by: str) -> None:
        self.version = version
        self.by = by
        super().__init__(
            "draft_conflict",
            _("%(name)s has changed this draft in the meantime.") % {"name": by or _("Somebody")},
            remedy=_("Look at both, then keep theirs or yours. Undo brings back either."),
            version=version,
        )


class DraftProblemsError(SatsumaError):
    """A draft that cannot be published; `problems` are all of them, with their places."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(
            "draft_has_problems",
            ngettext("The draft has %(count)d problem.", "The draft has %(count)d problems.", count) % {"count": count},
            remedy=_("Correct what is marked, then publish."),
        )


class NotScoredError(SatsumaError):
    """Segmentations by which everybody could not be scored. Their results stay as they were; all others are done."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            "not_scored",
            _("Not everybody could be scored by %(names)s.") % {"names": ", ".join(names)},
            remedy=_("Their results stay as they were. The log says what went wrong."),
            segmentations=list(names),
        )
