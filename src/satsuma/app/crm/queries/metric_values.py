"""What a metric is worth for one contact, before it is kept. Called by the metric builder; what is stored is kept
current by `services.metrics`, and is the same.
"""

from __future__ import annotations

from datetime import date

from satsuma.app.crm.facts.contacts import read_tables_of
from satsuma.app.crm.facts.rows import rows_of
from satsuma.app.crm.queries.fields import list_fields
from satsuma.domain.metrics import Row, measure, row_columns
from satsuma.domain.model import Kind, Metric, Number, Source


def measure_contact(kind: Kind, metric: Metric, contact_id: int, *, as_of: date) -> Number | date | None:
    """The metric of the contact on that day by the specification, None for *no data*. `metric` must be one without
    problems. At most five queries."""
    asked = {column.column for column in row_columns(metric)}
    people = [field for field in list_fields(Kind.PERSON, retired=True) if field.key in asked and field.is_typed_in]
    tables = read_tables_of(kind, [contact_id], [metric.of], people if metric.of is Source.PEOPLE else [])
    wanted = list(dict.fromkeys(row_columns(metric)))
    found = rows_of(kind, metric.of, wanted, tables)
    own = found.contact_keys == contact_id
    cells = [found.columns[column].filter(own).to_list() for column in wanted]
    rows: list[Row] = [dict(zip(wanted, row, strict=True)) for row in zip(*cells, strict=True)]
    return measure(metric, rows or [{}] * int(own.sum()), as_of)
