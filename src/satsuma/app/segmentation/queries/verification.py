"""What the last check of all results found. Called by pages that show the installation's state, and by `cli`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app import locale
from satsuma.app.jobs.queries.schedules import find_next_start
from satsuma.app.segmentation.models import ResultCheck

VERIFY = "verify_results"
"""The job of every night."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A segmentation that is not as it should be: how many results are `wrong`, for how many contacts `history` leads
    elsewhere, and whether `sizes` that follow from moves are others. `contacts` are the ids of some of them."""

    segmentation_id: int
    name: str
    wrong: int
    history: int
    sizes: bool
    contacts: tuple[int, ...]

    @property
    def is_cut(self) -> bool:
        """Whether there are more contacts than are named."""
        return max(self.wrong, self.history) > len(self.contacts)

    @property
    def sentence(self) -> str:
        parts = [
            ngettext("%(count)s result is wrong", "%(count)s results are wrong", self.wrong)
            % {"count": locale.number(self.wrong)}
            if self.wrong
            else "",
            ngettext("%(count)s history ends elsewhere", "%(count)s histories end elsewhere", self.history)
            % {"count": locale.number(self.history)}
            if self.history
            else "",
            _("sizes do not follow from the moves") if self.sizes else "",
        ]
        return f"{self.name}: {', '.join(filter(None, parts))}"


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """The last time that everybody's results were recomputed and compared with what is stored: when, for which day, how
    many segmentations and results, and what was not as it should be."""

    checked_at: datetime
    as_of: date
    segmentations: int
    results: int
    findings: tuple[Finding, ...]

    @property
    def is_right(self) -> bool:
        return not self.findings

    @property
    def sentence(self) -> str:
        """ "All 1,204 results are right", or what is wrong."""
        if self.findings:
            return "; ".join(finding.sentence for finding in self.findings)
        said = ngettext("The only result is right", "All %(count)s results are right", self.results)
        return said % {"count": locale.number(self.results)} if self.results else _("There are no results to check")


def find_last_check() -> CheckSpec | None:
    """None if there was none yet. One query."""
    row = ResultCheck.objects.first()
    if row is None:
        return None
    findings = tuple(Finding(**{**said, "contacts": tuple(said["contacts"])}) for said in row.findings)
    return CheckSpec(row.checked_at, row.as_of, row.segmentations, row.results, findings)


def first_check_words(at: datetime) -> str:
    """When the first check comes, for as long as there was none. Two queries."""
    starts = find_next_start(VERIFY, at)
    if starts is None or starts <= at:
        return _("All results are checked every night; the first check is about to start.")
    return _("All results are checked every night, for the first time on %(moment)s.") % {
        "moment": locale.moment(starts)
    }
