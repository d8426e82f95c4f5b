"""Which columns of which table engines are fed with. Read by `rows`, `contacts` and `snapshots`.

Contacts in the bin are left out, and so are deals in the bin. Columns are called by the keys of fields, and by the
words of `catalogue.METRIC_COLUMNS`; `company`, `person` and `owner` hold ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from satsuma.app.crm.facts.reading import Column, Selection
from satsuma.app.crm.fields import FieldSpec, Source
from satsuma.domain.model import FieldType, Kind
from satsuma.engine.facts import CONTACT_TYPES

TEXT, NUMBER, DAY = pl.String(), pl.Int64(), pl.Date()

OWNER = Column("CAST(owner_id AS text)", TEXT)
LINKS: Mapping[str, Column] = {"company": Column("company_id", NUMBER), "person": Column("person_id", NUMBER)}
"""Whom a deal or an activity names."""

DEALS = Selection(
    "crm_deal",
    {
        **LINKS,
        "value": Column("worth_e4", NUMBER),
        "product": Column('(SELECT "key" FROM crm_product WHERE crm_product.id = product_id)', TEXT),
        "stage": Column('(SELECT "key" FROM crm_stage WHERE crm_stage.id = stage_id)', TEXT),
        "state": Column("state", TEXT),
        "owner": OWNER,
        "currency": Column("currency", TEXT),
        "opened_on": Column("opened_on", DAY),
        "closed_on": Column("closed_on", DAY),
    },
    where="binned_at IS NULL",
)
"""`value` is in ten-thousandths of the workspace's currency."""

ACTIVITIES = Selection(
    "crm_activity",
    {
        **LINKS,
        "kind": Column("kind", TEXT),
        "author": Column("CAST(author_id AS text)", TEXT),
        "rating": Column("rating", NUMBER),
        "happened_on": Column("happened_on", DAY),
    },
)

CONTACT_LINKS: Mapping[str, Column] = {"company": LINKS["company"], "owner": OWNER}


def contacts(kind: Kind, fields: Iterable[FieldSpec], *, links: Sequence[str] = ()) -> Selection:
    """The contacts of a kind with these fields, each typed as `engine.facts` wants it: metrics as they are stored."""
    asked = list({field.key: field for field in fields}.values())
    custom = {field.key: CONTACT_TYPES[field.type] for field in asked if field.source == Source.CUSTOM}
    metrics = {field.key: CONTACT_TYPES[field.type] for field in asked if field.source == Source.METRIC}
    return Selection(
        "crm_contact",
        {
            **{name: CONTACT_LINKS[name] for name in links},
            **{field.key: _built_in(field) for field in asked if field.is_column},
        },
        {name: keys for name, keys in (("values", custom), ("metrics", metrics)) if keys},
        where="kind = %s AND binned_at IS NULL",
        parameters=(kind.value,),
    )


def _built_in(field: FieldSpec) -> Column:
    """Text columns are never NULL: an empty one is a missing value."""
    assert field.key.isidentifier()
    is_text = field.type in (FieldType.TEXT, FieldType.CHOICE)
    return Column(f"NULLIF({field.key}, '')" if is_text else field.key, CONTACT_TYPES[field.type])
