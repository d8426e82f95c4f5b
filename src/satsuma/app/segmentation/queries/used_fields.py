"""Which segmentations ask for a field or an option: as long as one does, it cannot be deleted. Registered with
`crm.queries.where_used` when the app starts.

Drafts as they are shown, and published versions. What only older versions asked for may be deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.queries.where_used import Use
from satsuma.app.segmentation.documents import find_version
from satsuma.app.segmentation.models import DraftStep
from satsuma.domain import model as domain
from satsuma.domain.model import Groups, Kind, Parameter

SEGMENTATION = "segmentation"
"""What `Use.by` is here; its id is the segmentation's."""


def find_field_uses(fields: Sequence[FieldSpec]) -> Mapping[int, Sequence[Use]]:
    """The segmentations that ask for each of the fields, which are of one kind, by the fields' ids. One query."""
    if not fields:
        return {}
    asking = [(use, {parameter.field for parameter in asked}) for use, asked in _asked(fields[0].kind)]
    return {field.id: [use for use, keys in asking if field.key in keys] for field in fields}


def find_option_uses(field: FieldSpec, key: str) -> Sequence[Use]:
    """The segmentations that have the option in a group. One query."""
    return [use for use, asked in _asked(field.kind) if any(_groups(parameter, field, key) for parameter in asked)]


def _asked(kind: Kind) -> Iterator[tuple[Use, list[Parameter]]]:
    """Every segmentation of the kind with the parameters of its draft and of its published version."""
    steps = DraftStep.objects.filter(draft__segmentation__kind=kind, number=F("draft__step"))
    for step in steps.select_related("draft__segmentation__published").order_by("draft__segmentation__name_folded"):
        row = step.draft.segmentation
        documents = [step.document, *([row.published.document] if row.published else [])]
        models = filter(None, map(find_version, documents))
        asked = [parameter for model in models for parameter in _parameters(model)]
        yield Use(SEGMENTATION, _("segmentation “%(name)s”") % {"name": row.name}, row.pk), asked


def _parameters(segmentation: domain.Segmentation) -> Iterator[Parameter]:
    """Those that are switched off too."""
    for axis in segmentation.axes:
        yield from axis.parameters


def _groups(parameter: Parameter, field: FieldSpec, key: str) -> bool:
    ranges = parameter.ranges
    return (
        parameter.field == field.key
        and isinstance(ranges, Groups)
        and any(key in group.values for group in ranges.groups)
    )
