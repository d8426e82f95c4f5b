"""The segmentations of the sample data: ready schemes, asked of what the sample knows, with cuts that fit it. Called by
`services.sample`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from satsuma.app.crm import catalogue
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.metrics import metric_from
from satsuma.app.segmentation.scheme_wording import worded_scheme
from satsuma.app.segmentation.starting.known import Known
from satsuma.app.segmentation.starting.matching import find_metric
from satsuma.domain.model import AgeRanges, Group, Groups, Kind, NumericRanges, Parameter, Ranges, Segmentation

Questions = Mapping[str, FieldSpec]
"""The questions of the sample, by name."""

METRICS: Mapping[str, tuple[int, Ranges]] = {
    "won_value": (10, NumericRanges((1_000, 4_000, 10_000, 20_000), (0, 3, 6, 8, 10))),
    "won_last": (6, AgeRanges((30, 60, 120), (10, 7, 3, 0))),
    "won_count": (4, NumericRanges((3, 6, 10), (0, 4, 7, 10))),
    "open_value": (2, NumericRanges((1, 1_000), (0, 6, 10))),
}
"""Relevance and ranges of ready-made metrics in the company's value; their order is that of the cards."""
POTENTIAL = NumericRanges((15, 25, 35), (0, 4, 7, 10))
RECOMMENDS = NumericRanges((7, 9), (0, 5, 10))
TITLES = Groups(
    (
        Group(("Owner", "Owner/Marketing Assistant"), 10),
        Group(("Sales Manager", "Marketing Manager", "Accounting Manager"), 7),
        Group(("Sales Representative", "Sales Agent"), 4),
    ),
    anything_else=1,
)
INFLUENCE: Mapping[str, tuple[int, Ranges]] = {
    "touch_last": (5, AgeRanges((30, 90, 180), (10, 7, 3, 0))),
    "touches_90": (3, NumericRanges((1, 2, 3), (0, 5, 8, 10))),
    "won_value": (3, NumericRanges((1_000, 10_000), (0, 5, 10))),
}


def company_value(known: Known, questions: Questions) -> Segmentation:
    """The scheme *Company value* over what every workspace measures, the potential and who decides."""
    parameters = [*_measured(METRICS, known), Parameter(questions["potential"].key, 8, POTENTIAL)]
    return _asking(
        "company-value", Kind.COMPANY, [*parameters, Parameter(questions["autonomy"].key, 3, _autonomy(questions))]
    )


def with_recommendation(model: Segmentation, questions: Questions) -> Segmentation:
    """The same, and whether they recommend us."""
    return _changed(model, (*model.axes[0].parameters, Parameter(questions["nps"].key, 3, RECOMMENDS, no_data=4)))


def with_more_potential(model: Segmentation, questions: Questions) -> Segmentation:
    """The same with more weight on the potential: something to play with."""
    potential = questions["potential"].key
    return _changed(
        model,
        tuple(replace(each, relevance=10) if each.field == potential else each for each in model.axes[0].parameters),
    )


def recommendation(questions: Questions) -> Segmentation:
    """The scheme *NPS* for companies."""
    nps = Parameter(questions["nps"].key, 1, NumericRanges((7, 9), (1, 2, 3)), no_data=0)
    return _asking("nps", Kind.COMPANY, [nps])


def influence(known: Known) -> Segmentation:
    """The scheme *Person influence* over job titles and how lively the contact is."""
    return _asking("person-influence", Kind.PERSON, [Parameter("job_title", 10, TITLES), *_measured(INFLUENCE, known)])


def _asking(key: str, kind: Kind, parameters: list[Parameter]) -> Segmentation:
    scheme = worded_scheme(key)
    return _changed(replace(scheme, kind=kind, fields=()), tuple(parameters))


def _changed(model: Segmentation, parameters: tuple[Parameter, ...]) -> Segmentation:
    return replace(model, axes=(replace(model.axes[0], parameters=parameters),))


def _measured(wanted: Mapping[str, tuple[int, Ranges]], known: Known) -> list[Parameter]:
    """Parameters over those of the metrics that are still there."""
    ready = {metric.name: metric_from(metric.metric) for metric in catalogue.METRICS}
    fields = {name: find_metric(ready[name], known) for name in wanted}
    return [Parameter(field.key, *wanted[name]) for name, field in fields.items() if field is not None]


def _autonomy(questions: Questions) -> Groups:
    """Who decides themselves earns most; the options stand in this order."""
    full, shared, *_others = questions["autonomy"].options
    return Groups((Group((full.key,), 10), Group((shared.key,), 5)))
