"""What follows a save of contacts, deals or activities: the hooks that `apps` registers with `crm`. What they need is
imported when the first save comes: commands that save nothing need not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from satsuma.app.crm.hooks import Touched


def rescore_touched(touched: Touched) -> Sequence[str]:
    """Scores the contacts in the transaction of the save; gives what changed, for the person who saved."""
    from satsuma.app.segmentation.services.saves import rescore_touched

    return rescore_touched(touched)


def forget_results(touched: Touched) -> None:
    """Takes the results of contacts that are about to be erased; the history keeps that they left."""
    from satsuma.app.segmentation.services.saves import forget_results

    forget_results(touched)
