"""What a preview of a draft holds: frozen values, without words. Made by `drafts` and `adding`, shown by the wizard.

Customers are contacts who are profiled and not in the bin. What they are worth is the value of their won deals, in
whole units of the workspace's currency, exact to four decimals. Shares and coverages are from 0 to 1.

A *place* is a segment's place among the draft's, lowest 0; behind them come the places of `Numbers.former`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from satsuma.app.segmentation.wording import Direction
from satsuma.domain.errors import Problem
from satsuma.engine.preview import AxisPreview, Bin


@dataclass(frozen=True, slots=True)
class ParameterNumbers:
    """Customers per line of a parameter, as `domain.scoring.lines` gives them, and the share of customers with a value
    (1 if there is nobody). Choices can hit several groups: theirs may add up to more than there are customers."""

    customers: tuple[int, ...]
    coverage: float


class FindingKind(StrEnum):
    """ONE_LINE: every customer hits the same line of a parameter that is switched on. EMPTY_SEGMENT: nobody would be in
    a segment. ALL_IN_ONE: everybody would be in it."""

    ONE_LINE = "one_line"
    EMPTY_SEGMENT = "empty_segment"
    ALL_IN_ONE = "all_in_one"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the data says is odd: about a line of a parameter (all three numbers from 0), or about a segment's place."""

    kind: FindingKind
    axis: int | None = None
    parameter: int | None = None
    line: int | None = None
    segment: int | None = None


@dataclass(frozen=True, slots=True)
class SegmentNumbers:
    """A segment of the draft; `id` is None for a new one. `kept` of its customers are pinned there or frozen: they are
    there whatever they score. `now_` is what the segment holds today."""

    id: int | None
    name: str
    color: str | None
    customers: int
    share: float
    value: float
    value_share: float
    kept: int
    now_customers: int
    now_value: float


@dataclass(frozen=True, slots=True)
class FormerSegment:
    """A segment that the draft does not have, and that holds somebody today or would keep somebody who is frozen."""

    id: int
    name: str
    color: str
    customers: int
    value: float
    now_customers: int
    now_value: float


@dataclass(frozen=True, slots=True)
class Flow:
    """Customers who would go from one segment to another, or stay; segments by place. `before` is None for those who
    have none today; `direction` is None for those who stay."""

    before: int | None
    after: int
    customers: int
    value: float
    direction: Direction | None


@dataclass(frozen=True, slots=True)
class Moving:
    """If the draft were published: all numbers together are everybody. `changed` are moves without an order, because
    one of the segments is not in the draft. `flows` stand by `after`, then `before`."""

    up: int
    down: int
    changed: int
    new: int
    stay: int
    flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How customers stand today: in which segment (None: in none), and which one keeps them whatever they score (None:
    the score decides). Segments by place."""

    before: int | None
    keeps: int | None


@dataclass(frozen=True, slots=True)
class Cells:
    """Customers and their value by their score on each axis and by standing, for a browser that moves thresholds by
    itself: columns of one length, of scores one for each axis. `standings` are numbers of `standing`. What other
    thresholds give follows exactly."""

    scores: tuple[tuple[int, ...], ...]
    standings: tuple[int, ...]
    customers: tuple[int, ...]
    values: tuple[float, ...]
    standing: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What publishing would give. `histogram` is of the total score, its `parts` by segment; those of `axes` are by
    band. Both go by scores alone: pins and frozen customers are looked at in `segments`, `former` and `moving`. `cells`
    are None where there would be more than a browser is sent (`engine.preview.MAX_CELLS`)."""

    value: float
    coverage: float
    segments: tuple[SegmentNumbers, ...]
    former: tuple[FormerSegment, ...]
    histogram: tuple[Bin, ...]
    axes: tuple[AxisPreview, ...]
    moving: Moving
    cells: Cells | None


@dataclass(frozen=True, slots=True)
class DraftPreview:
    """A draft's preview. `parameters` are by axis and parameter, switched-off ones too; None for one that cannot be
    asked as it is. `numbers` are None and `warnings` empty while there are `problems`."""

    as_of: date
    customers: int
    not_profiled: int
    parameters: tuple[tuple[ParameterNumbers | None, ...], ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    numbers: Numbers | None
