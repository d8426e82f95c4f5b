"""History as rows for a file: members on a past day, those of a flow, moves. Called by pages and by the job that makes
long files.

Names are those of today's contacts; who is erased has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.crm.exports.sheets import Row
from satsuma.app.segmentation.origins import read_origin
from satsuma.app.segmentation.queries.history_members import Flow, Members, count_known, iterate_members
from satsuma.app.segmentation.queries.history_moves import MovesAsked, count_moves, iterate_moves
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec, get_segmentation
from satsuma.app.segmentation.wording import DIRECTIONS, Direction, cause_text

Asked = Members | Flow | MovesAsked


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """What is wanted of a segmentation's history."""

    segmentation: SegmentationSpec
    asked: Asked

    @property
    def name(self) -> str:
        return "moves" if isinstance(self.asked, MovesAsked) else "members"

    @property
    def headings(self) -> list[str]:
        match self.asked:
            case Members(on=day):
                return [_("ID"), _("Name"), locale.day(day), _("Now")]
            case Flow(first=first, last=last):
                return [_("ID"), _("Name"), locale.day(first), locale.day(last), _("Now")]
        scores = [] if self.segmentation.is_grouping else [_("Score before"), _("Score after")]
        return [_("ID"), _("Name"), _("From"), _("To"), *scores, _("Direction"), _("Cause"), _("Version"), _("When")]

    def count(self, *, most: int) -> int:
        """How many rows there are, at most that many."""
        if isinstance(self.asked, MovesAsked):
            return count_moves(self.segmentation, self.asked, most=most)
        return count_known(self.asked, most=most)

    def rows(self) -> Iterator[Row]:
        match self.asked:
            case Members(segment_id=segment):
                return self._members(segment)
            case Flow(before=before, after=after):
                return self._members(before, after)
            case MovesAsked() as asked:
                return self._moves(asked)

    def _members(self, *ends: int | None) -> Iterator[Row]:
        assert not isinstance(self.asked, MovesAsked)
        past = [self._name(end) for end in ends]
        for row in iterate_members(self.asked):
            yield [row.id, row.name, *past, self._name(row.segment_now)]

    def _moves(self, asked: MovesAsked) -> Iterator[Row]:
        for row in iterate_moves(self.segmentation, asked):
            move = row.move
            scores = [] if self.segmentation.is_grouping else [row.before_score, row.after_score]
            told = [str(DIRECTIONS[move.direction]), cause_text(move), row.version, move.at]
            yield [row.contact_id, row.name or None, _called(move.before), _called(move.after), *scores, *told]

    def _name(self, segment_id: int | None) -> str | None:
        return _called(self.segmentation.by_id.get(segment_id or 0))

    def as_json(self) -> dict[str, Any]:
        """For the arguments of a job."""
        asked = {name: value.isoformat() if isinstance(value, date) else value for name, value in _facts(self.asked)}
        if asked.get("origin"):
            asked["origin"] = str(asked["origin"])
        return {"segmentation_id": self.segmentation.id, "what": type(self.asked).__name__, "asked": asked}


def read_history_file(arguments: Mapping[str, Any]) -> HistoryFile:
    """The same again. Raises NotFoundError for a segmentation that is gone."""
    asked = dict(arguments["asked"])
    for name in ("on", "first", "last"):
        if asked.get(name):
            asked[name] = date.fromisoformat(asked[name])
    if asked.get("direction"):
        asked["direction"] = Direction(asked["direction"])
    if asked.get("origin"):
        asked["origin"] = read_origin(asked["origin"])
    kinds: dict[str, type[Asked]] = {kind.__name__: kind for kind in (Members, Flow, MovesAsked)}
    return HistoryFile(get_segmentation(arguments["segmentation_id"]), kinds[arguments["what"]](**asked))


def _facts(asked: Asked) -> Iterator[tuple[str, Any]]:
    return ((field.name, getattr(asked, field.name)) for field in fields(asked))


def _called(segment: SegmentSpec | None) -> str | None:
    return segment.name if segment else None
