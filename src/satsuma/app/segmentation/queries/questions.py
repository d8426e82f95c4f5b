"""What segmentations in use ask people for: the questions of contact forms. Called by forms and profiles."""

from __future__ import annotations

from collections.abc import Iterable

from satsuma.app.segmentation.documents import find_version
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, list_published
from satsuma.domain.model import Kind


def list_questions(kind: Kind) -> frozenset[str]:
    """The keys of the fields that published segmentations of the kind ask for, metrics left out. Two queries."""
    return asked_fields(list_published(kind))


def asked_fields(segmentations: Iterable[SegmentationSpec]) -> frozenset[str]:
    """The keys of the fields that these ask for by their published versions, metrics left out."""
    versions = (segmentation.version for segmentation in segmentations)
    models = (find_version(version.document) for version in versions if version is not None)
    return frozenset(
        parameter.field
        for model in models
        if model is not None
        for _axis, parameter in model.parameters
        if model.field(parameter.field).metric is None
    )
