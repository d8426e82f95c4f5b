"""Generated keys: how fields, options, stages and products are known to storage. Called by what makes them."""

from __future__ import annotations

from django.db import connection

from satsuma.app.crm.models import KeyCounter

FIELD, METRIC, OPTION, STAGE, PRODUCT = "f", "m", "o", "s", "p"

_COUNT = (
    "INSERT INTO crm_keycounter (prefix, last) VALUES (%s, %s) "
    "ON CONFLICT (prefix) DO UPDATE SET last = crm_keycounter.last + excluded.last RETURNING last"
)


def next_key(prefix: str) -> str:
    """A key that was never given before: f1, f2 … To be called inside the transaction that uses it; whoever asks
    meanwhile waits for that transaction to end, and then gets another."""
    return next_keys(prefix, 1)[0]


def next_keys(prefix: str, count: int) -> list[str]:
    """As many keys, in order. One query."""
    if count == 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [prefix, count])
        row = cursor.fetchone()
    assert row is not None
    last = int(row[0])
    return [f"{prefix}{number}" for number in range(last - count + 1, last + 1)]


def wait_for_turn() -> None:
    """Lets one transaction at a time change fields, options, stages, products or segmentations, so that two cannot take
    one name. (SQLite does so anyway.)"""
    KeyCounter.objects.get_or_create(prefix=FIELD, defaults={"last": 0})
    KeyCounter.objects.select_for_update().get(prefix=FIELD)
