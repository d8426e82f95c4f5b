"""Generated keys: how fields, options, stages and products are known to storage. Called by what makes them."""

from __future__ import annotations

from django.db import connection

FIELD, METRIC, OPTION, STAGE, PRODUCT = "f", "m", "o", "s", "p"

_COUNT = (
    "INSERT INTO crm_keycounter (prefix, last) VALUES (%s, 1) "
    "ON CONFLICT (prefix) DO UPDATE SET last = crm_keycounter.last + 1 RETURNING last"
)


def next_key(prefix: str) -> str:
    """A key that was never given before: f1, f2 … To be called inside the transaction that uses it; whoever asks
    meanwhile waits for that transaction to end, and then gets another."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [prefix])
        row = cursor.fetchone()
    assert row is not None
    return f"{prefix}{row[0]}"
