"""The tables of segmentations. Only `services` write them and only `queries` read them."""

from satsuma.app.segmentation.models.draft import Draft, DraftStep
from satsuma.app.segmentation.models.exceptions import Exemption, Pin
from satsuma.app.segmentation.models.keeping import ResultCheck, ScoringTimes
from satsuma.app.segmentation.models.results import Assignment, Move
from satsuma.app.segmentation.models.segmentation import Segment, Segmentation, Version

__all__ = [
    "Assignment",
    "Draft",
    "DraftStep",
    "Exemption",
    "Move",
    "Pin",
    "ResultCheck",
    "ScoringTimes",
    "Segment",
    "Segmentation",
    "Version",
]
