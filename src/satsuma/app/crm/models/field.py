"""What is asked of contacts: fields, their options and the sections that forms and profiles show them in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from satsuma.app.crm.models.contact import KINDS
from satsuma.domain.model import FieldType


class Section(models.Model):
    """A heading on forms and profiles. `key` names the ones that every workspace begins with, whose label is empty
    until somebody changes it: then the translated name is shown."""

    kind = models.CharField(max_length=7, choices=KINDS)
    key = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="section_key", condition=~Q(key=""))]


class Field(models.Model):
    """One typed fact about contacts of a kind.

    `key` is generated and never changes: the column's name for a built-in field, f1, f2 … for custom ones and m1, m2 …
    for metrics. A built-in field's label is empty until somebody changes it. `metric` is a metric as in segmentation
    files. A field with `retired_at` is no longer asked or shown; its values stay.
    """

    class Source(models.TextChoices):
        BUILT_IN = "built_in"
        CUSTOM = "custom"
        METRIC = "metric"

    kind = models.CharField(max_length=7, choices=KINDS)
    key = models.CharField(max_length=40)
    source = models.CharField(max_length=8, choices=Source.choices)
    type = models.CharField(max_length=8, choices=[(type.value, type.value) for type in FieldType])
    label = models.CharField(max_length=200, blank=True)
    help = models.CharField(max_length=500, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    section = models.ForeignKey(Section, null=True, on_delete=models.SET_NULL, related_name="fields")
    position = models.PositiveIntegerField(default=0)
    required = models.BooleanField(default=False)
    on_form = models.BooleanField(default=True)
    minimum = models.IntegerField(null=True, blank=True)
    maximum = models.IntegerField(null=True, blank=True)
    metric = models.JSONField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="field_key"),
            models.UniqueConstraint(fields=["key"], name="field_key_generated", condition=~Q(source="built_in")),
        ]


class Option(models.Model):
    """One answer of a choice field, known by a generated key and shown by its label."""

    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="options")
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    label_folded = models.CharField(max_length=400)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["field", "key"], name="option_key"),
            models.UniqueConstraint(fields=["field", "label_folded"], name="option_label"),
        ]


class KeyCounter(models.Model):
    """The last number given to a generated key of that prefix. Counting only goes up, so that no key comes back after
    what it named was deleted."""

    prefix = models.CharField(max_length=1, primary_key=True)
    last = models.BigIntegerField()
