"""The question to ask about one field: its ranges, points and relevance. Called by `suggest`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum

from satsuma.domain.limits import MONEY_DECIMALS
from satsuma.domain.model import (
    AgeRanges,
    Aggregate,
    Field,
    FieldType,
    Group,
    Groups,
    NumericRanges,
    Parameter,
    YesNo,
)
from satsuma.engine.profile import ColumnProfile, DaySpread, NumberSpread
from satsuma.engine.profile.column_types import SHORT_RATING
from satsuma.engine.profile.column_words import YEARS, says
from satsuma.engine.suggest.option_order import in_order
from satsuma.engine.suggest.round_cuts import age_cuts, is_skewed, round_cuts, spread_of_ages

EVEN_POINTS = ((0,), (0, 10), (0, 5, 10), (0, 3, 7, 10), (0, 3, 5, 8, 10))
SKEWED_POINTS = ((0,), (0, 10), (0, 4, 10), (0, 2, 5, 10), (0, 1, 3, 6, 10))
"""Rising points by number of ranges, from one; skewed values keep most of them for the top."""
NEUTRAL_POINTS = 5
YES_POINTS = 5
FULL_RATING_CUTS, SHORT_RATING_CUTS = (7, 9), (3, 4, 5)
"""0 to 10 as the NPS has it: 0–6, 7–8, 9–10."""

LESS_IS_BETTER = frozenset(
    {"churn", "churned", "complaint", "complaints", "complain", "overdue", "debt", "risk", "rank", "returns", "refund"}
    | {"refunds", "recency", "inactive", "since", "escalation", "escalations", "delay", "late", "downgrades"}
    | {"discount", "bounces", "founded", "established"}
)
NO_DIRECTION = YEARS - {"founded", "established"} | {
    "birth",
    "age",
    "lat",
    "lon",
    "lng",
    "latitude",
    "longitude",
    "week",
    "month",
    "day",
}
"""Nobody can say whether more of it is better."""
YES_IS_WORSE = frozenset(
    {
        "churn",
        "churned",
        "cancelled",
        "canceled",
        "complain",
        "complained",
        "complaint",
        "bounced",
        "blocked",
        "inactive",
    }
    | {"discontinued", "unsubscribed", "trial", "lost", "risk", "overdue", "debtor", "bankrupt", "downgrade", "closed"}
    | {"downgraded", "deleted", "archived", "spam", "fraud"}
)
LATELY = frozenset({"last", "latest", "recent", "lately"})
LONG_SINCE = frozenset(
    {"signup", "signed", "since", "created", "joined", "registered", "registration", "founded", "established", "start"}
    | {"started", "first", "opened", "enrolled", "onboarded", "added"}
)
"""Days that begin something: the longer ago, the more loyal."""


class Direction(Enum):
    """What earns more points."""

    MORE = "more"
    LESS = "less"
    UNKNOWN = "unknown"


def suggest_parameter(field: Field, profile: ColumnProfile, as_of: date) -> Parameter | None:
    """A parameter that the field and its values fit, switched off where nobody can tell what earns more; None where the
    values leave nothing to cut at."""
    match field.type:
        case FieldType.YES_NO:
            return _yes_no(field, profile)
        case FieldType.CHOICE | FieldType.CHOICES:
            return _options(field, profile)
        case FieldType.DATE:
            return _ages(field, profile, profile.days, as_of) if profile.days else None
        case FieldType.TEXT:
            return None
        case _:
            return _ranges(field, profile, profile.numbers) if profile.numbers else None


def _ranges(field: Field, profile: ColumnProfile, spread: NumberSpread) -> Parameter | None:
    cuts = (
        _rating_cuts(profile)
        if field.type is FieldType.RATING
        else round_cuts(spread, smallest_step=_smallest_step(field))
    )
    if not cuts:
        return None
    direction = _direction(profile)
    ladder = SKEWED_POINTS if field.type is not FieldType.RATING and is_skewed(spread) else EVEN_POINTS
    points = ladder[len(cuts)] if direction is not Direction.LESS else EVEN_POINTS[len(cuts)][::-1]
    enabled = direction is not Direction.UNKNOWN
    return Parameter(field.key, _relevance(field, profile), NumericRanges(cuts, points), enabled=enabled)


def _rating_cuts(profile: ColumnProfile) -> tuple[int, ...]:
    return SHORT_RATING_CUTS if profile.limits == SHORT_RATING else FULL_RATING_CUTS


def _smallest_step(field: Field) -> Decimal:
    return Decimal(1).scaleb(-MONEY_DECIMALS) if field.type is FieldType.MONEY else Decimal(0)


def _direction(profile: ColumnProfile) -> Direction:
    if profile.type in (FieldType.MONEY, FieldType.RATING):
        return Direction.MORE
    if says(profile.name, NO_DIRECTION) and not says(profile.name, LESS_IS_BETTER):
        return Direction.UNKNOWN
    return Direction.LESS if says(profile.name, LESS_IS_BETTER) else Direction.MORE


def _ages(field: Field, profile: ColumnProfile, spread: DaySpread, as_of: date) -> Parameter | None:
    ages = spread_of_ages([(as_of - day).days for day in reversed(spread.quantiles)])
    cuts = age_cuts(ages)
    if not cuts:
        return None
    latest = field.metric is not None or says(profile.name, LATELY) or not says(profile.name, LONG_SINCE)
    points = EVEN_POINTS[len(cuts)]
    enabled = ages.at(50) >= 0 and not says(profile.name, ("birth", "birthday", "birthdate", "dob"))
    relevance = 5 if latest else 3
    return Parameter(field.key, relevance, AgeRanges(cuts, points[::-1] if latest else points), enabled=enabled)


def _yes_no(field: Field, profile: ColumnProfile) -> Parameter:
    worse = says(profile.name, YES_IS_WORSE)
    return Parameter(field.key, 3, YesNo(yes=0, no=YES_POINTS) if worse else YesNo(yes=YES_POINTS, no=0))


def _options(field: Field, profile: ColumnProfile) -> Parameter | None:
    """Options with an order earn rising points; others wait, one group each, for the user's own."""
    texts = [option.text for option in profile.options]
    if not texts:
        return None
    rungs = in_order(texts) if field.type is FieldType.CHOICE else ()
    if rungs:
        points = [round(10 * place / (len(rungs) - 1)) for place in range(len(rungs))]
        groups = tuple(Group(rung, earned) for rung, earned in zip(rungs, points, strict=True))
        return Parameter(field.key, 5, Groups(groups[::-1]))
    return Parameter(field.key, 2, Groups(tuple(Group((text,), NEUTRAL_POINTS) for text in texts)), enabled=False)


def _relevance(field: Field, profile: ColumnProfile) -> int:
    """By what the field is: money says most, then what is counted."""
    if field.metric is not None:
        return 10 if field.metric.aggregate is Aggregate.SUM else 6
    if says(profile.name, NO_DIRECTION | YEARS):
        return 1
    return {FieldType.MONEY: 8, FieldType.RATING: 6}.get(field.type, 4)
