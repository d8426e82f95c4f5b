"""The parameters that a first segmentation begins with: what nearly everybody asks of customers, each to be switched
off or removed. Called by `services.starting`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from satsuma.app.crm import catalogue
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.metrics import metric_from
from satsuma.app.segmentation.starting.known import Known
from satsuma.app.segmentation.starting.matching import find_metric
from satsuma.domain.model import AgeRanges, Kind, NumericRanges, Parameter, Ranges

Finder = Callable[[Known], FieldSpec | None]


def _metric(name: str) -> Finder:
    """The ready-made metric of that name, as it is computed here: somebody may have changed or deleted it."""
    ready = next(ready for ready in catalogue.METRICS if ready.name == name)
    return lambda known: find_metric(metric_from(ready.metric), known)


def _built_in(key: str) -> Finder:
    return lambda known: next((field for field in known.fields if field.is_column and field.key == key), None)


@dataclass(frozen=True, slots=True)
class Ready:
    """A parameter over the field that `find` finds, if there is one."""

    find: Finder
    relevance: int
    ranges: Ranges
    kinds: tuple[Kind, ...] = (Kind.COMPANY, Kind.PERSON)


READY = (
    Ready(_metric("won_value"), 9, NumericRanges((1_000, 10_000, 50_000, 200_000), (0, 2, 5, 8, 10))),
    Ready(_metric("won_last"), 6, AgeRanges((90, 180, 365, 730), (10, 8, 5, 2, 0))),
    Ready(_metric("won_count"), 5, NumericRanges((1, 3, 6, 12), (0, 3, 5, 8, 10))),
    Ready(_metric("open_value"), 4, NumericRanges((1, 10_000, 50_000), (0, 4, 7, 10))),
    Ready(_metric("touches_90"), 3, NumericRanges((1, 3, 6), (0, 4, 7, 10))),
    Ready(_built_in("employees"), 3, NumericRanges((10, 50, 250), (0, 3, 7, 10)), (Kind.COMPANY,)),
)


def ready_parameters(known: Known) -> tuple[Parameter, ...]:
    """Those whose field is here, in their order."""
    return tuple(_found(known))


def _found(known: Known) -> Iterator[Parameter]:
    for ready in READY:
        if known.kind in ready.kinds and (field := ready.find(known)) is not None:
            yield Parameter(field.key, ready.relevance, ready.ranges)
