"""`python -m benchmarks.history_child ROWS`: fills the installation that SATSUMA_DATA and SATSUMA_DATABASE_URL name and
measures its history. Prints seconds by name as JSON.

Every company is placed on the first day and moves three times within the year that follows; one in a hundred is erased
by now. The days and segments follow from the company's number alone.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from benchmarks.history import BY_WINDOW, MOVEMENT
from benchmarks.timing import seconds

FIRST = date(2025, 11, 1)
NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
SEGMENTS = 4
REPETITIONS = 3
WINDOW = """
    SELECT after_id, count(*) FROM (
        SELECT after_id, row_number() OVER (PARTITION BY contact_id ORDER BY id DESC) AS place
        FROM segmentation_move WHERE segmentation_id = %s AND "on" <= %s AND contact_id IS NOT NULL
    ) AS moves WHERE place = 1 GROUP BY after_id
"""


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "satsuma.config.settings"
    import django

    django.setup()
    from benchmarks.installation import create_installation

    create_installation(int(sys.argv[1]))
    segmentation_id, segments = _create_moves()
    print(json.dumps(_measured(segmentation_id, segments)))


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def _create_moves() -> tuple[int, list[int]]:
    from django.db import connection

    from satsuma.app.segmentation.models import Segment, Segmentation, Version

    row = Segmentation.objects.create(kind="company", name="Value", name_folded="value", created_at=NOW)
    segments = [Segment.objects.create(segmentation=row, name=f"S{n}", position=n).pk for n in range(SEGMENTS)]
    version = Version.objects.create(
        segmentation=row, number=1, document="{}", segment_ids=segments, lowest=0, highest=9, asked=1, published_at=NOW
    )
    is_postgres = connection.vendor == "postgresql"
    on = f"date '{FIRST}' + CAST(passed AS integer)" if is_postgres else f"date('{FIRST}', passed || ' days')"
    at = "timestamptz '2025-11-01 09:00+00'" if is_postgres else "'2025-11-01 09:00:00'"
    places = f"{segments[0]} + (id + step * (1 + id % 3)) % {SEGMENTS}"
    before = f"CASE WHEN step > 0 THEN {segments[0]} + (id + (step - 1) * (1 + id % 3)) % {SEGMENTS} END"
    passed = "CASE WHEN step = 0 THEN 0 ELSE (step - 1) * 120 + 1 + id * (7 + step) % 119 END"
    with connection.cursor() as cursor:
        cursor.execute(f"""
            INSERT INTO segmentation_move
                (segmentation_id, contact_id, before_id, after_id, version_id, cause, at, "on", changed)
            SELECT {row.pk}, CASE WHEN id % 100 > 0 THEN id END, before, after, {version.pk}, 'deal', {at}, {on}, passed
            FROM (
                SELECT id, {before} AS before, {places} AS after, {passed} AS passed
                FROM crm_contact CROSS JOIN (SELECT 0 AS step UNION SELECT 1 UNION SELECT 2 UNION SELECT 3) AS steps
            ) AS told ORDER BY passed, id
        """)
        cursor.execute("VACUUM ANALYZE" if is_postgres else "ANALYZE")
    return row.pk, segments


def _measured(segmentation_id: int, segments: list[int]) -> dict[str, float]:
    from django.db import connection

    from satsuma.app.segmentation.queries.history import list_sizes
    from satsuma.app.segmentation.queries.history_members import Flow, Members, list_members
    from satsuma.app.segmentation.queries.history_movement import get_movement
    from satsuma.app.segmentation.queries.history_moves import MovesAsked, list_moves
    from satsuma.app.segmentation.queries.segmentations import get_segmentation
    from satsuma.app.segmentation.wording import Direction

    spec, today = get_segmentation(segmentation_id), day(365)
    a_month, a_year = (list_sizes(segmentation_id, today - timedelta(days=days), today) for days in (30, 364))
    some, nobody = Members(segmentation_id, segments[0], day(100)), Members(segmentation_id, 0, day(100))
    flow = Flow(segmentation_id, segments[0], segments[1], today - timedelta(days=30), today)

    def by_window() -> None:
        with connection.cursor() as cursor:
            for on in (day(1), today):
                cursor.execute(WINDOW, [segmentation_id, connection.ops.adapt_datefield_value(on)])
                cursor.fetchall()

    measured: dict[str, Callable[[], object]] = {
        "sizes of a year": lambda: list_sizes(segmentation_id, day(0), today),
        "a page of members": lambda: list_members(some),
        "members that nobody is": lambda: list_members(nobody),
        "movement of a month": lambda: get_movement(a_month),
        MOVEMENT: lambda: get_movement(a_year),
        "a page of a flow": lambda: list_members(flow),
        "latest moves": lambda: list_moves(spec, MovesAsked()),
        "latest moves up": lambda: list_moves(spec, MovesAsked(direction=Direction.UP)),
        "moves of a cause that nobody had": lambda: list_moves(spec, MovesAsked(cause="pin")),
        BY_WINDOW: by_window,
    }
    return {name: min(seconds(run) for _ in range(REPETITIONS)) for name, run in measured.items()}


if __name__ == "__main__":
    main()
