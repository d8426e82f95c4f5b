"""A piece of work that takes longer than a click."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class State(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in (State.DONE, State.FAILED, State.CANCELLED)


class Run(models.Model):
    """The truth about one piece of work. What only helps to watch it – progress, signs of life – is in `pulse`.

    `kind` names a function of `registry`; `arguments` are its own. `token` grows each time a worker takes the run up
    and each time it is taken away from one: who holds an older one may write nothing more. `attempts` counts take-ups
    since the run was started or retried. A waiting run is not taken up before `due_at`. `checkpoint` is what the work
    noted down to go on from. `error` holds `code`, `message`, `remedy` and `id`, by which the log knows it; `result`
    is a `registry.Result`. `done`, `total` and `phase` are the last progress of a run that is over.
    """

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    worker = models.CharField(max_length=100, blank=True)
    token = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    checkpoint = models.JSONField(null=True, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    phase = models.CharField(max_length=200, blank=True)
    error = models.JSONField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["state", "attempts", "id"],
                name="run_unfinished",
                condition=models.Q(state__in=[State.WAITING.value, State.RUNNING.value]),
            ),
            models.Index(fields=["created_by", "id"], name="run_by_author"),
        ]

    def __str__(self) -> str:
        return self.title
