"""What the page of stages shows. Made by `views.stages`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from satsuma.app.crm.models import Stage
from satsuma.app.crm.queries.metric_columns import STATES

COLOURS = {"open": "blue", "won": "green", "lost": "red"}


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage and how many deals stand in it."""

    stage: Stage
    deals: int

    @property
    def state_label(self) -> str:
        return str(STATES[self.stage.state])

    @property
    def colour(self) -> str:
        return COLOURS[self.stage.state]


@dataclass(frozen=True, slots=True)
class StagesPage:
    title: str
    rows: Sequence[StageRow]
    retired: Sequence[StageRow]


def stages_page(stages: Sequence[tuple[Stage, int]]) -> StagesPage:
    rows = [StageRow(stage, deals) for stage, deals in stages]
    shown = [row for row in rows if row.stage.retired_at is None]
    return StagesPage(_("Stages"), shown, [row for row in rows if row.stage.retired_at is not None])
