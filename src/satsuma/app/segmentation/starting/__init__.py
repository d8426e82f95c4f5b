"""From a model that somebody made elsewhere to a draft of this workspace: a ready-made scheme, a file, a segmentation
of another kind. Called by `services.starting`, by pages that show what would be made, and by the download of files.

`plan_start` says which fields here are meant, what would have to be made, and what is left out; nothing is written.
"""

from satsuma.app.segmentation.starting.known import Known, load_known
from satsuma.app.segmentation.starting.plan import LeftOut, NewField, NewOptions, StartPlan, Unknown, plan_start
from satsuma.app.segmentation.starting.portable import portable_model

__all__ = [
    "Known",
    "LeftOut",
    "NewField",
    "NewOptions",
    "StartPlan",
    "Unknown",
    "load_known",
    "plan_start",
    "portable_model",
]
