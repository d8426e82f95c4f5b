"""The built-in fields and sections: what every workspace has from the first day. Read by `services.defaults`, which
makes rows of them, and by `fields`, which knows their columns and names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satsuma.domain.model import FieldType, Kind

COMPANY, PERSON = Kind.COMPANY, Kind.PERSON
BOTH = (COMPANY, PERSON)


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A field that is a column of `Contact` of the same name; `longest` is how many characters it holds."""

    key: str
    type: FieldType
    label: str | Promise
    section: str
    kinds: tuple[Kind, ...] = BOTH
    required: bool = False
    unit: str | Promise = ""
    longest: int = 200


FOR_SEGMENTATION = "segmentation"
SECTIONS: Mapping[str, str | Promise] = {
    "general": _("General"),
    "address": _("Address"),
    "sales": _("Sales and activity"),
    FOR_SEGMENTATION: _("For segmentation"),
}
"""Section key → name, in order. Metrics go into `sales`, custom fields that a segmentation asks for into the last."""

BUILT_IN: tuple[BuiltIn, ...] = (
    BuiltIn("name", FieldType.TEXT, _("Name"), "general", required=True),
    BuiltIn("job_title", FieldType.TEXT, _("Job title"), "general", (PERSON,)),
    BuiltIn("email", FieldType.TEXT, _("E-mail"), "general", longest=254),
    BuiltIn("phone", FieldType.TEXT, _("Phone"), "general", longest=50),
    BuiltIn("website", FieldType.TEXT, _("Website"), "general", (COMPANY,), longest=500),
    BuiltIn("industry", FieldType.CHOICE, _("Industry"), "general", (COMPANY,)),
    BuiltIn("employees", FieldType.NUMBER, _("Employees"), "general", (COMPANY,), unit=_("people")),
    BuiltIn("annual_revenue", FieldType.MONEY, _("Annual revenue"), "general", (COMPANY,)),
    BuiltIn("external_id", FieldType.TEXT, _("External ID"), "general", longest=100),
    BuiltIn("description", FieldType.TEXT, _("Description"), "general", longest=10_000),
    BuiltIn("country", FieldType.CHOICE, _("Country"), "address"),
    BuiltIn("city", FieldType.TEXT, _("City"), "address"),
    BuiltIn("postal_code", FieldType.TEXT, _("Postal code"), "address", longest=20),
    BuiltIn("street", FieldType.TEXT, _("Street"), "address"),
)

LABELS: Mapping[str, str | Promise] = {field.key: field.label for field in BUILT_IN}
LONGEST: Mapping[str, int] = {field.key: field.longest for field in BUILT_IN}
UNITS: Mapping[str, str | Promise] = {field.key: field.unit for field in BUILT_IN}

INDUSTRIES: tuple[tuple[str, str | Promise], ...] = (
    ("agriculture", _("Agriculture")),
    ("construction", _("Construction")),
    ("consulting", _("Consulting and law")),
    ("education", _("Education")),
    ("energy", _("Energy and utilities")),
    ("finance", _("Finance and insurance")),
    ("health", _("Health and care")),
    ("hospitality", _("Hotels and restaurants")),
    ("manufacturing", _("Manufacturing")),
    ("media", _("Media and marketing")),
    ("public", _("Public sector")),
    ("real_estate", _("Real estate")),
    ("retail", _("Retail")),
    ("software", _("Software and IT")),
    ("telecommunications", _("Telecommunications")),
    ("transport", _("Transport and logistics")),
    ("wholesale", _("Wholesale")),
    ("other", _("Other")),
)
"""The industries that a workspace begins with; it can rename, add and retire them."""

STAGES: tuple[tuple[str, str | Promise, str], ...] = (
    ("prospecting", _("Prospecting"), "open"),
    ("engaging", _("In talks"), "open"),
    ("offer", _("Offer sent"), "open"),
    ("won", _("Won"), "won"),
    ("lost", _("Lost"), "lost"),
)
"""The stages that a workspace begins with: key, name, state."""

WON: Mapping[str, object] = {"of": "deals", "where": {"state": ["won"]}, "day": "closed_on"}
OPEN: Mapping[str, object] = {"of": "deals", "where": {"state": ["open"]}}
TOUCHES: Mapping[str, object] = {"of": "activities", "day": "happened_on"}


@dataclass(frozen=True, slots=True)
class ReadyMetric:
    """A metric that every workspace begins with; `metric` is written as in segmentation files."""

    name: str
    label: str | Promise
    type: FieldType
    metric: Mapping[str, object]
    kinds: tuple[Kind, ...] = BOTH


METRICS: tuple[ReadyMetric, ...] = (
    ReadyMetric("won_value", _("Value of won deals"), FieldType.MONEY, {**WON, "aggregate": "sum", "column": "value"}),
    ReadyMetric("won_count", _("Number of won deals"), FieldType.NUMBER, {**WON, "aggregate": "count"}),
    ReadyMetric(
        "won_average", _("Average won value"), FieldType.MONEY, {**WON, "aggregate": "mean", "column": "value"}
    ),
    ReadyMetric(
        "open_value", _("Value of open deals"), FieldType.MONEY, {**OPEN, "aggregate": "sum", "column": "value"}
    ),
    ReadyMetric("open_count", _("Number of open deals"), FieldType.NUMBER, {**OPEN, "aggregate": "count"}),
    ReadyMetric("won_share", _("Share of deals won"), FieldType.NUMBER, {**WON, "aggregate": "share"}),
    ReadyMetric("won_last", _("Last won deal"), FieldType.DATE, {**WON, "aggregate": "latest", "column": "closed_on"}),
    ReadyMetric(
        "won_first", _("First purchase"), FieldType.DATE, {**WON, "aggregate": "earliest", "column": "closed_on"}
    ),
    ReadyMetric(
        "products", _("Products bought"), FieldType.NUMBER, {**WON, "aggregate": "distinct", "column": "product"}
    ),
    ReadyMetric(
        "touch_last", _("Last activity"), FieldType.DATE, {**TOUCHES, "aggregate": "latest", "column": "happened_on"}
    ),
    ReadyMetric(
        "touches_90",
        _("Activities in 90 days"),
        FieldType.NUMBER,
        {**TOUCHES, "aggregate": "count", "within_days": 90},
    ),
    ReadyMetric(
        "people", _("People known"), FieldType.NUMBER, {"of": "people", "aggregate": "count"}, kinds=(COMPANY,)
    ),
)

METRIC_COLUMNS: Mapping[str, Mapping[str, str | Promise]] = {
    "deals": {
        "value": _("Value"),
        "product": _("Product"),
        "stage": _("Stage"),
        "state": _("State"),
        "owner": _("Owner"),
        "currency": _("Currency"),
        "opened_on": _("Opened"),
        "closed_on": _("Closed"),
    },
    "activities": {
        "kind": _("Kind"),
        "author": _("Author"),
        "rating": _("Rating"),
        "happened_on": _("Day"),
    },
    "people": {
        "job_title": _("Job title"),
        "country": _("Country"),
        "city": _("City"),
        "owner": _("Owner"),
    },
}
"""What metrics can count, by source: column → name. Values are in the workspace's currency; products, stages and owners
are known by key. A person's own columns and custom fields (by key) can be asked of `people` too."""
