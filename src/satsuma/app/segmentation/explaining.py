"""The reasons of one contact, worked out from what is known of it now. Called by profiles and the wizard's try-out.

Nothing of this is stored: results are. `agrees` says whether what is stored is what the reasons give.
"""

from __future__ import annotations

from datetime import date

from satsuma.app.crm.facts.contacts import contacts_of
from satsuma.app.segmentation.queries.contact_results import ContactResult
from satsuma.domain.explanation import Explanation, explain
from satsuma.domain.model import Segmentation
from satsuma.engine.facts import records
from satsuma.engine.layout import Layout

MOST_STEPS = 5


def explain_contact(model: Segmentation, contact_id: int, as_of: date) -> Explanation | None:
    """The contact's result by the model on that day, with all its reasons and the smallest steps up; None for a contact
    that is in the bin, of another kind or not there.

    Takes a segmentation without problems. At most eight queries and a few milliseconds for an ordinary model, a second
    for the largest that is allowed.
    """
    layout = Layout(model)
    found = next(iter(records(layout, contacts_of(layout, [contact_id]), as_of)), None)
    return None if found is None else explain(model, found, as_of, max_steps=MOST_STEPS)


def agrees(explanation: Explanation, result: ContactResult) -> bool:
    """Whether the stored result is what the published version gives now, with the pin if there is one."""
    version = result.segmentation.version
    assert version is not None
    now = explanation.result
    computed = version.segment_ids[now.segment]
    counts = computed if result.pin is None else result.pin.segment.id
    if result.segment is None or result.computed is None:
        return False
    stored = (result.segment.id, result.computed.id, result.score, result.present)
    return stored == (counts, computed, now.total.score, now.present)
