"""`python -m benchmarks.drafts_child ROWS`: fills the installation that SATSUMA_DATA and SATSUMA_DATABASE_URL name,
publishes a segmentation of 20 parameters, and measures previews of drafts. Prints seconds by name as JSON."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.drafts import FIRST, MEMORY, SAVED
from benchmarks.timing import seconds
from satsuma.domain.model import (
    DEFAULT_BANDS,
    AgeRanges,
    Axis,
    Combine,
    Group,
    Groups,
    Kind,
    NumericRanges,
    Parameter,
    Segmentation,
    YesNo,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
AS_OF = date(2026, 11, 21)
REPETITIONS = 7


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "satsuma.config.settings"
    import django

    django.setup()
    from benchmarks.installation import create_installation
    from satsuma.app.segmentation.services.drafts import create_segmentation
    from satsuma.app.segmentation.services.publishing import publish_now

    create_installation(int(sys.argv[1]))
    model = installation_model()
    row = create_segmentation(model=model, by=None, at=NOW)
    publish_now(segmentation_id=row.pk, draft_version=1, note="", by=None, at=NOW)
    print(json.dumps(_measured(row.pk, model)))


def installation_model() -> Segmentation:
    """Over the installation's fields: 9 numbers and 3 dates, of which 3 are computed; 5 choices, 2 texts, 1 yes/no."""
    from satsuma.app.accounts.models import Workspace
    from satsuma.app.crm.models import Field
    from satsuma.app.crm.queries.fields import fields_by_key
    from satsuma.app.segmentation.documents import with_fields

    Workspace.objects.create(id=1, name="Big", language="en", currency="EUR", time_zone="Europe/Warsaw", created_at=NOW)
    Field.objects.filter(key="f5").update(minimum=0, maximum=10)
    chance = random.Random(1)
    numbers = {"employees": 5_000, "annual_revenue": 10**6, "f1": 10**5, "f2": 10**4, "f3": 1_000, "f4": 1_000}
    ranges: dict[str, Any] = {
        key: NumericRanges(tuple(round(largest * part / 6, 2) for part in range(1, 6)), _points(chance, 6))
        for key, largest in {**numbers, "m1": 10**5, "m2": 5}.items()
    }
    ranges["f5"] = NumericRanges((7, 9), _points(chance, 3))
    options = [tuple(f"o{4 * number + option}" for option in range(4)) for number in range(4)]
    for key in ("industry", "f6", "f7"):
        ranges[key] = _groups(chance, *options)
    ranges |= {
        "country": _groups(chance, ("PL", "DE"), ("FR",)),
        "f8": replace(_groups(chance, ("o1", "o2"), ("p1", "p3")), combine=Combine.SUM),
        "f9": YesNo(8, 3),
        "f10": AgeRanges((0, 30, 90, 180, 365), _points(chance, 6)),
        "f11": AgeRanges((0, 30, 90, 180, 365), _points(chance, 6)),
        "m3": AgeRanges((30, 90, 365), _points(chance, 4)),
        "f12": _groups(chance, tuple(f"Some text number {number}" for number in range(10))),
        "city": _groups(chance, tuple(f"City {number}" for number in range(20))),
    }
    parameters = tuple(Parameter(key, chance.randint(1, 10), each) for key, each in ranges.items())
    axis = Axis("Score", parameters, DEFAULT_BANDS)
    return with_fields(Segmentation("Big", Kind.COMPANY, (), (axis,)), fields_by_key(Kind.COMPANY))


def _points(chance: random.Random, number: int) -> tuple[int, ...]:
    return tuple(chance.randint(-2, 10) for _ in range(number))


def _groups(chance: random.Random, *listed: tuple[str, ...]) -> Groups:
    return Groups(tuple(map(Group, listed, _points(chance, len(listed)))), 1)


def _measured(segmentation_id: int, model: Segmentation) -> dict[str, float]:
    from satsuma.app.segmentation.previews.drafts import preview_draft
    from satsuma.app.segmentation.queries.drafts import get_draft

    segment_ids, numbers = get_draft(segmentation_id).segment_ids, count(1)

    def preview(edited: Callable[[int], Segmentation]) -> Callable[[], object]:
        return lambda: preview_draft(
            edited(next(numbers)), segmentation_id=segmentation_id, segment_ids=segment_ids, as_of=AS_OF
        )

    took = {FIRST: seconds(preview(lambda number: model))}
    edits: dict[str, Callable[[int], Segmentation]] = {
        "nothing edited": lambda number: model,
        "cuts of one parameter": lambda number: _with(model, 2, _moved(model, 2, number)),
        "relevance of another parameter each time": lambda number: _relevance(model, number % 8, number),
        "relevance dragged": lambda number: _relevance(model, 3, number),
        "thresholds dragged": lambda number: _edges(model, number),
        "words of a text field": lambda number: _with(
            model, -1, Groups((Group(tuple(f"City {place}" for place in range(number, number + 20)), 5),))
        ),
        "parameters in another order": lambda number: _turned(model, number),
    }
    for what, edited in edits.items():
        run = preview(edited)
        for _ in range(3):
            run()
        took[what] = min(seconds(run) for _ in range(REPETITIONS))
    took[SAVED] = min(seconds(_saved(preview(edits["nothing edited"]))) for _ in range(3))
    return {**took, MEMORY: _resident_megabytes()}


def _with(model: Segmentation, place: int, ranges: Any) -> Segmentation:
    return _replaced(model, place, replace(model.axes[0].parameters[place], ranges=ranges))


def _relevance(model: Segmentation, place: int, number: int) -> Segmentation:
    return _replaced(model, place, replace(model.axes[0].parameters[place], relevance=number % 10 + 1))


def _replaced(model: Segmentation, place: int, parameter: Parameter) -> Segmentation:
    (axis,) = model.axes
    parameters = list(axis.parameters)
    parameters[place] = parameter
    return replace(model, axes=(replace(axis, parameters=tuple(parameters)),))


def _moved(model: Segmentation, place: int, number: int) -> NumericRanges:
    ranges = model.axes[0].parameters[place].ranges
    assert isinstance(ranges, NumericRanges)
    return replace(ranges, cuts=tuple(round(cut * (1 + number / 1000), 2) for cut in ranges.cuts))


def _edges(model: Segmentation, number: int) -> Segmentation:
    (axis,) = model.axes
    bands = tuple(replace(band, edge=band.edge + number % 100 / 10 if band.edge else None) for band in axis.bands)
    return replace(model, axes=(replace(axis, bands=bands),))


def _turned(model: Segmentation, number: int) -> Segmentation:
    (axis,) = model.axes
    place = number % len(axis.parameters)
    return replace(model, axes=(replace(axis, parameters=axis.parameters[place:] + axis.parameters[:place]),))


def _saved(run: Callable[[], object]) -> Callable[[], object]:
    """Everybody is read anew, however long ago they were read before."""
    from django.db import transaction

    from satsuma.app.crm.changes import next_mark
    from satsuma.app.crm.models import Contact
    from satsuma.app.segmentation.previews import everybody

    everybody.READING_SHARE = 0
    with transaction.atomic():
        Contact.objects.filter(id=1).update(employees=5, changed=next_mark())
    return run


def _resident_megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
