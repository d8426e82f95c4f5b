"""Everything that figures of a segmentation are made of, one row per contact with a result. Called by `analysis`.

Money comes from the same metrics that lists show, points and missing values from the published version, both as of the
day that is asked for; who is in which segment, and its coverage, as they are stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from satsuma.app.crm.facts.reading import Column, read
from satsuma.app.crm.snapshots.contacts import contacts_for
from satsuma.app.segmentation.comparing import SEGMENT, STORED, VERSION
from satsuma.app.segmentation.models import Version
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, VersionSpec
from satsuma.app.segmentation.queries.stored import rows_of_one
from satsuma.app.segmentation.scoring import CONTACT
from satsuma.domain.model import Aggregate, Field, FieldType, Metric, Segmentation, Source
from satsuma.engine.backends import polars_session
from satsuma.engine.compiler import PRESENT, Compiler
from satsuma.engine.facts import Contacts, Facts, encode_rows, field_encoding
from satsuma.engine.layout import ID, Layout
from satsuma.engine.score import measured_contacts, points_column, scored_frame
from satsuma.engine.snapshot import ten_thousandths

RECENT_DAYS = 30

WON = Metric(Source.DEALS, Aggregate.SUM, "value", (("state", ("won",)),), day="closed_on")
WON_COUNT = Metric(Source.DEALS, Aggregate.COUNT, None, (("state", ("won",)),), day="closed_on")
OPEN = Metric(Source.DEALS, Aggregate.SUM, "value", (("state", ("open",)),))
OPEN_COUNT = Metric(Source.DEALS, Aggregate.COUNT, None, (("state", ("open",)),))
WON_LAST = Metric(Source.DEALS, Aggregate.LATEST, "closed_on", (("state", ("won",)),), day="closed_on")
"""The ready-made metrics whose columns in lists stand behind the figures."""

MONEY = {
    "won": WON,
    "open": OPEN,
    "won_recent": replace(WON, within_days=RECENT_DAYS),
    "won_both": replace(WON, within_days=2 * RECENT_DAYS),
}
"""Columns of amounts, in ten-thousandths. The last two are what was won in the last 30 days, and in the last 60."""
COUNTS = {"won_count": WON_COUNT, "open_count": OPEN_COUNT}
COVERAGE, REACHABLE = "coverage", "reachable"
ADDRESSES = ("email", "phone")
"""Who has one of them can be reached."""


@dataclass(frozen=True, slots=True)
class Columns:
    """`frame` has `SEGMENT` (null: not profiled), `COVERAGE` (null without a score), the columns of `MONEY` and
    `COUNTS`, `REACHABLE`, and per enabled parameter `points_column` and `missing_column`."""

    model: Segmentation
    frame: pl.DataFrame


def missing_column(number: int) -> str:
    """Whether the contact has no data for the n-th enabled parameter."""
    return f"missing_{number}"


def read_columns(segmentation: SegmentationSpec, as_of: date) -> Columns:
    """One row for everybody who has a result in the segmentation, which is published. Some ten queries; a second for a
    million contacts with a warm snapshot."""
    assert segmentation.version is not None
    model = segmentation.version.model
    layout = _layout(model)
    contacts = contacts_for(layout)
    results = _read_results(segmentation.id)
    coverage = _coverage(results, segmentation.version)
    found = results.select(CONTACT, SEGMENT).with_columns(coverage).lazy()
    joined = found.join(_measured(layout, contacts, as_of).lazy(), on=CONTACT, how="left").collect()
    return Columns(model, joined)


def _read_results(segmentation_id: int) -> pl.DataFrame:
    """As `stored.read_results`, but for what figures do not need: reading columns is what takes the time."""
    wanted = {CONTACT: "contact_id", SEGMENT: "segment_id", PRESENT: "present", VERSION: "version_id"}
    columns = {name: Column(sql, STORED[name]) for name, sql in wanted.items()}
    return read(rows_of_one(segmentation_id, "segmentation_assignment", columns))


def _layout(model: Segmentation) -> Layout:
    """The version's facts and those that figures need besides. Their keys are none that the workspace gives fields."""
    there = {field.key for field in model.fields}
    texts = [Field(key, FieldType.TEXT) for key in ADDRESSES if key not in there]
    metrics = [Field(_key(name), FieldType.NUMBER, metric=metric) for name, metric in (MONEY | COUNTS).items()]
    wanted = (*ADDRESSES, *(field.key for field in metrics))
    return Layout(replace(model, fields=(*model.fields, *texts, *metrics)), also=wanted)


def _key(name: str) -> str:
    return f"analysis {name}"


def _measured(layout: Layout, contacts: Contacts, as_of: date) -> pl.DataFrame:
    session = polars_session()
    asked = [parameter.field for _, parameter in layout.segmentation.parameters]
    wanted = [layout.column(key) for key in dict.fromkeys((*asked, *map(_key, MONEY | COUNTS)))]
    measured = measured_contacts(_facts(layout, contacts, asked), as_of, session)
    compiler = Compiler(layout, as_of, session.ops)
    scored = session.collect(scored_frame(compiler, measured, with_points=True, keep=(ID, *wanted))).sort(ID)
    return pl.DataFrame(
        [
            contacts.keys.alias(CONTACT),
            _reachable(contacts),
            *(ten_thousandths(scored[layout.column(_key(name))]).alias(name) for name in MONEY),
            *(scored[layout.column(_key(name))].cast(pl.Int64).alias(name) for name in COUNTS),
            *(scored[points_column(number)] for number in range(len(asked))),
            *(scored[layout.column(key)].is_null().alias(missing_column(number)) for number, key in enumerate(asked)),
        ]
    )


def _facts(layout: Layout, contacts: Contacts, asked: Sequence[str]) -> Facts:
    """Encoded, but for what no parameter asks for: texts of addresses are only looked at."""
    keys = [key for key in dict.fromkeys(asked) if layout.fields[key].metric is None]
    typed = {layout.column(key): contacts.values[key] for key in keys}
    frame = pl.LazyFrame({ID: pl.int_range(len(contacts), eager=True, dtype=pl.Int64), **typed})
    encoded = [expression for key in keys for expression in field_encoding(layout, layout.fields[key])]
    rows = {source: encode_rows(layout, source, contacts).lazy() for source in layout.sources}
    return Facts(layout, frame.select(ID, *encoded).collect().lazy(), rows)


def _reachable(contacts: Contacts) -> pl.Series:
    email, phone = (contacts.values[key] for key in ADDRESSES)
    return (email.is_not_null() | phone.is_not_null()).alias(REACHABLE)


def _coverage(results: pl.DataFrame, published: VersionSpec) -> pl.Series:
    """By the version that gave the result: frozen contacts keep that of an older one."""
    older = results[VERSION].unique().drop_nulls()
    asked = dict(Version.objects.filter(id__in=older.to_list()).values_list("id", "asked")) if len(older) else {}
    given = results[VERSION].replace_strict(asked, default=published.asked, return_dtype=pl.Int64)
    present = results[PRESENT]
    return (
        pl.select(pl.when(given == 0).then(present * 0.0 + 1.0).otherwise(present / given)).to_series().alias(COVERAGE)
    )
