"""What a save has changed, in sentences for the person who saved. Called by `services.saves`.

One contact and those it feeds are told one by one, with what moved them, "Acme: Good → Super: Value of won deals"; many
are counted, "38 up, 21 down".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app import locale
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.hooks import Touched
from satsuma.app.crm.models import Contact
from satsuma.app.segmentation.comparing import THERE
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec
from satsuma.app.segmentation.reasons_to_move import fields_that_moved, labels
from satsuma.app.segmentation.services.results import MoveMade, Outcome
from satsuma.app.segmentation.wording import Direction

FEW = 4
"""So many moves are told one by one."""
COUNTED = (Direction.UP, Direction.DOWN, Direction.CHANGED, Direction.NEW, Direction.GONE)


def tell(outcomes: Sequence[Outcome], touched: Touched, *, several: bool) -> list[str]:
    """What moved; nothing for a save that moved nobody. Segmentations are named if there are several."""
    moved = [outcome for outcome in outcomes if len(outcome.moved)]
    if touched.reference is None and sum(len(outcome.moved) for outcome in moved) <= FEW:
        return _each_move(moved, touched, several=several)
    return [_counted(outcome, several=several) for outcome in moved]


def _each_move(outcomes: Sequence[Outcome], touched: Touched, *, several: bool) -> list[str]:
    moves = [(outcome.segmentation, move) for outcome in outcomes for move in outcome.list_moves()]
    ids = {move.contact_id for _segmentation, move in moves}
    names = dict(Contact.objects.filter(id__in=ids, binned_at__isnull=True).values_list("id", "name"))
    return [
        _named(segmentation, f"{names[move.contact_id]}: {_way(segmentation, move, touched)}", several=several)
        for segmentation, move in moves
        if move.contact_id in names
    ]


def _way(segmentation: SegmentationSpec, move: MoveMade, touched: Touched) -> str:
    after = _segment(segmentation, move.after)
    if move.before is None:
        return after
    way = f"{_segment(segmentation, move.before)} → {after}"
    reasons = _reasons(segmentation, move, touched)
    return _("%(move)s: %(reasons)s") % {"move": way, "reasons": ", ".join(reasons)} if reasons else way


def _reasons(segmentation: SegmentationSpec, move: MoveMade, touched: Touched) -> list[str]:
    before = touched.before.get(move.contact_id)
    if not before or segmentation.version is None or move.before_score is None or move.after_score is None:
        return []
    model, as_of = segmentation.version.model, workspace_day(touched.at)
    grew = None if model.has_rules else move.after_score > move.before_score
    return labels(segmentation.kind, fields_that_moved(model, move.contact_id, before, grew=grew, as_of=as_of))


def _segment(segmentation: SegmentationSpec, segment_id: int | None) -> str:
    return _("not profiled") if segment_id is None else segmentation.by_id[segment_id].name


def _counted(outcome: Outcome, *, several: bool) -> str:
    return _named(outcome.segmentation, count_words(outcome), several=several)


def count_words(outcome: Outcome) -> str:
    """ "1,204 up, 310 down, 12 new": directions that nobody took are left out; empty if nobody moved."""
    counts = outcome.count_moves()
    return ", ".join(way_words(way, counts[way]) for way in COUNTED if way in counts)


def outcome_words(outcome: Outcome) -> str:
    """ "1,204 up, 310 down, 20,000 stay": of everybody who was scored."""
    stay = outcome.contacts - len(outcome.moved.filter(THERE))
    staying = ngettext("%(count)s stays", "%(count)s stay", stay) % {"count": locale.number(stay)}
    return ", ".join(filter(None, [count_words(outcome), staying if stay else ""]))


def way_words(way: Direction, count: int) -> str:
    """ "1,204 up"."""
    match way:
        case Direction.UP:
            said = ngettext("%(count)s up", "%(count)s up", count)
        case Direction.DOWN:
            said = ngettext("%(count)s down", "%(count)s down", count)
        case Direction.CHANGED:
            said = ngettext("%(count)s elsewhere", "%(count)s elsewhere", count)
        case Direction.NEW:
            said = ngettext("%(count)s new", "%(count)s new", count)
        case Direction.GONE:
            said = ngettext("%(count)s gone", "%(count)s gone", count)
        case _:
            assert_never(way)
    return said % {"count": locale.number(count)}


def _named(segmentation: SegmentationSpec, sentence: str, *, several: bool) -> str:
    return f"{segmentation.name}: {sentence}" if several else sentence
