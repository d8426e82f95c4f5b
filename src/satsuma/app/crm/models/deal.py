"""Sales: deals, the stages they pass, products and exchange rates."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from satsuma.app.crm.models.columns import FoldedField, MarkField
from satsuma.app.crm.models.contact import Contact


class State(models.TextChoices):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Stage(models.Model):
    """A step of a sale, made by the workspace; its state says whether the deal is still open."""

    key = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=200)
    state = models.CharField(max_length=4, choices=State.choices)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label


class Product(models.Model):
    """What is sold."""

    key = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=200)
    label_folded = FoldedField(max_length=400, unique=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label


class ExchangeRate(models.Model):
    """How many units of the workspace's currency one unit of this currency is worth, for new deals."""

    currency = models.CharField(max_length=3, unique=True)
    rate = models.DecimalField(max_digits=19, decimal_places=8)
    updated_at = models.DateTimeField(auto_now=True)


LIVE = models.Q(binned_at__isnull=True)


class Deal(models.Model):
    """One sale to a company, a person or both.

    `value_e4` is the value in ten-thousandths of `currency`, `worth_e4` the same in the workspace's currency by `rate`:
    whole numbers, so that sums are exact on every database. Both are NULL for a deal without a value. `state` repeats
    the stage's, for indexes; `closed_on` is NULL while the deal is open. A deal outlives its company and person: when
    they are erased it stays without them. `version` counts saves. A deal with `binned_at` is in the bin.
    """

    title = models.CharField(max_length=200)
    title_folded = FoldedField(max_length=400)
    external_id = models.CharField(max_length=100, blank=True)
    company = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="deals")
    person = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="person_deals")
    value_e4 = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=19, decimal_places=8, default=1)
    worth_e4 = models.BigIntegerField(null=True, blank=True)
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, db_index=False)
    state = models.CharField(max_length=4, choices=State.choices)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    changed = MarkField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    binned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"], name="deal_external_id", condition=~models.Q(external_id="")
            ),
        ]
        # What the board shows and sums, what the list sorts by, what snapshots ask for.
        indexes = [
            models.Index(fields=["stage", "updated_at", "id"], name="deal_by_stage", condition=LIVE),
            models.Index(fields=["stage", "worth_e4"], name="deal_sums", condition=LIVE),
            models.Index(fields=["owner", "stage", "worth_e4"], name="deal_sums_by_owner", condition=LIVE),
            models.Index(fields=["updated_at", "id"], name="deal_by_update", condition=LIVE),
            models.Index(fields=["title_folded", "id"], name="deal_by_title", condition=LIVE),
            models.Index(fields=["changed"], name="deal_by_change"),
            models.Index(fields=["binned_at"], name="deal_by_bin", condition=models.Q(binned_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title
