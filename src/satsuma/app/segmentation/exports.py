"""The tables that segmentations add to the export of everything, as `apps` registers them with `crm`. What they need is
imported when somebody exports.
"""

from __future__ import annotations

from collections.abc import Sequence

from satsuma.app.crm.further_tables import Export


def list_result_tables() -> Sequence[Export]:
    """Results, moves, pins and exemptions, as far as there are any."""
    from satsuma.app.segmentation.result_tables import list_result_tables

    return list_result_tables()
