"""Files that somebody brings in, and files that somebody takes out."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from satsuma.app.crm.models.batch import Batch


class Import(models.Model):
    """A file on its way in. `folder` names what is kept of it in the data folder, under a name that was generated;
    `file_name` is the person's own and is only ever shown.

    `reading` says how the file is to be read, `recognised` what was found in it, `mapping` where its columns go and
    `report` what a dry run found: JSON of `crm.imports`. `signature` stands for the plan that the dry run showed: the
    import does that plan or none. `run_id` is the job that is at work, or was last.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        MAPPED = "mapped"
        CHECKED = "checked"
        DONE = "done"
        UNDONE = "undone"

    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=200)
    folder = models.CharField(max_length=40, unique=True)
    size_bytes = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    reading = models.JSONField(default=dict)
    recognised = models.JSONField(null=True)
    mapping = models.JSONField(null=True)
    report = models.JSONField(null=True)
    signature = models.CharField(max_length=64, blank=True)
    skip_bad_rows = models.BooleanField(default=False)
    run_id = models.BigIntegerField(null=True)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.SET_NULL, related_name="+")
    undo_report = models.JSONField(null=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.file_name


class Export(models.Model):
    """A file that was made for somebody: only they and administrators may fetch it. `stored_as` is its generated name
    in the data folder, `file_name` what it is called when it is fetched."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=64, unique=True)
    size_bytes = models.BigIntegerField(default=0)
    run_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.file_name
