"""A draft tried on one contact. Called by the wizard."""

from __future__ import annotations

from datetime import date

from satsuma.app.segmentation.explaining import explain_contact
from satsuma.app.segmentation.models import Exemption
from satsuma.domain.checks import find_problems
from satsuma.domain.errors import ModelError
from satsuma.domain.explanation import Explanation
from satsuma.domain.model import Segmentation


def try_on(segmentation: Segmentation, *, contact_id: int, as_of: date) -> Explanation | None:
    """What the draft says about the contact on that day, as it is known now, with all reasons; None for one that is in
    the bin, of another kind, not there, or that objected to profiling. Pins and freezing are not looked at. At most
    nine queries, a few milliseconds. Raises ModelError for a draft with problems."""
    if problems := find_problems(segmentation):
        raise ModelError(problems, source=segmentation.name)
    if Exemption.objects.filter(contact=contact_id, kind=Exemption.Kind.OBJECTION).exists():
        return None
    return explain_contact(segmentation, contact_id, as_of)
