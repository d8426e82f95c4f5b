"""Who is in which segment now, and how they came there.

Most links have no constraint in the database: one service writes them, by the million, and PostgreSQL would look up
each one when the transaction ends, for longer than all the rest takes. Django deletes along them as along all others,
and the nightly check finds what hangs in the air.
"""

from __future__ import annotations

from django.db import models

from satsuma.app.crm.models import Contact
from satsuma.app.crm.models.columns import MarkField
from satsuma.app.segmentation.models.segmentation import Segment, Segmentation, Version


class Assignment(models.Model):
    """A contact's present result. A contact in the bin has none.

    `segment` is the one that counts; `computed` is what the score gives, another one while a pin holds. Both are None
    for a contact that objected to profiling, which also has no `score` and `present`. `score` is the total score,
    `present` the relevance of the parameters whose value was present: the version turns them into percent and coverage.
    `version` is the one that produced the result if that is not the published one: only of frozen contacts.
    `assigned_at` is when the result last became another.
    """

    segmentation = models.ForeignKey(
        Segmentation, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    segment = models.ForeignKey(
        Segment, null=True, on_delete=models.RESTRICT, related_name="+", db_constraint=False, db_index=False
    )
    computed = models.ForeignKey(
        Segment, null=True, on_delete=models.RESTRICT, related_name="+", db_constraint=False, db_index=False
    )
    score = models.IntegerField(null=True)
    present = models.PositiveIntegerField(null=True)
    version = models.ForeignKey(
        Version, null=True, on_delete=models.RESTRICT, related_name="+", db_constraint=False, db_index=False
    )
    assigned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "segmentation"], name="assignment_once"),
            models.CheckConstraint(
                name="assignment_scored",
                condition=models.Q(segment=None, score=None) | models.Q(segment__isnull=False, score__isnull=False),
            ),
        ]
        # What lists are filtered and sorted by, by score alone too; it also counts the members of each segment. A
        # second index, by score, would make re-scoring everybody a fifth slower.
        indexes = [
            models.Index(fields=["segmentation", "segment", "score", "contact"], name="assignment_by_segment"),
        ]


class Cause(models.TextChoices):
    """Why a contact's segment changed. `reference` of a move is the batch's id for BULK, IMPORT and MERGE (moves at
    the moment when the batch was undone are those of its undo), the version's number for VERSION, and the run's id for
    TIME and REQUEST, and for a PIN_ENDED that such a run came upon."""

    CONTACT = "contact"
    DEAL = "deal"
    ACTIVITY = "activity"
    BULK = "bulk"
    IMPORT = "import"
    MERGE = "merge"
    VERSION = "version"
    TIME = "time"
    REQUEST = "request"
    PIN = "pin"
    PIN_ENDED = "pin_ended"
    OBJECTION = "objection"
    FREEZING = "freezing"


class Move(models.Model):
    """A contact's change of segment; never edited. `before` is None for a contact that had none, `after` for one that
    has none any more: in the bin, or not to be profiled. `contact` is None once it is erased. `on` is the day in the
    workspace's time zone, or that of the contact's move before, if a clock was set back since: days follow the order of
    moves. `changed` is a mark, see `crm.changes`: previews learn by it what is new."""

    segmentation = models.ForeignKey(
        Segmentation, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False, db_index=False
    )
    before = models.ForeignKey(
        Segment, null=True, on_delete=models.RESTRICT, related_name="+", db_constraint=False, db_index=False
    )
    after = models.ForeignKey(
        Segment, null=True, on_delete=models.RESTRICT, related_name="+", db_constraint=False, db_index=False
    )
    before_score = models.IntegerField(null=True)
    after_score = models.IntegerField(null=True)
    version = models.ForeignKey(
        Version, on_delete=models.RESTRICT, related_name="+", db_constraint=False, db_index=False
    )
    cause = models.CharField(max_length=9, choices=Cause.choices)
    reference = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    on = models.DateField()
    changed = MarkField()

    class Meta:
        indexes = [
            models.Index(fields=["segmentation", "on", "before", "after"], name="move_by_day"),
            # With its last columns it answers who was where on a past day without looking at the rows.
            models.Index(fields=["contact", "segmentation", "id", "on", "before", "after"], name="move_by_contact"),
            models.Index(fields=["segmentation", "changed"], name="move_by_change"),
        ]
