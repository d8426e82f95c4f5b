"""Companies and people: one model with a kind."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from satsuma.app.crm.models.columns import FoldedField, MarkField
from satsuma.domain.model import Kind

KINDS = [(kind.value, kind.value) for kind in Kind]


class Tag(models.Model):
    """A word to mark contacts with."""

    name = models.CharField(max_length=60)
    name_folded = FoldedField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A company or a person.

    Built-in fields are columns; which kind has which is said by `catalogue`. `values` holds custom fields and `metrics`
    the metric fields, by generated key: numbers, yes/no, texts, days as YYYY-MM-DD, options by key, lists of keys.
    A field without a value has no entry, and an empty column is "" or NULL. `version` counts saves: who saves with an
    older one gets a conflict. `changed` is the mark of the last change, see `changes`. A contact with `binned_at` is in
    the bin; one with `merged_into` was merged into another. `image` names a file of `services.images`.
    """

    kind = models.CharField(max_length=7, choices=KINDS)
    name = models.CharField(max_length=200)
    name_folded = FoldedField(max_length=400)
    external_id = models.CharField(max_length=100, blank=True)
    company = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="people")
    job_title = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    email_folded = FoldedField(max_length=254, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    website = models.CharField(max_length=500, blank=True)
    domain = FoldedField(max_length=253, blank=True)
    industry = models.CharField(max_length=40, blank=True)
    employees = models.FloatField(null=True, blank=True)
    annual_revenue = models.FloatField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    tags = models.ManyToManyField(Tag, through="ContactTag", related_name="contacts")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    image = models.CharField(max_length=64, blank=True)
    values = models.JSONField(default=dict)
    metrics = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    changed = MarkField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    binned_at = models.DateTimeField(null=True, blank=True)
    binned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "external_id"], name="contact_external_id", condition=~models.Q(external_id="")
            ),
            models.CheckConstraint(name="contact_kind", condition=models.Q(kind__in=[kind.value for kind in Kind])),
        ]
        # What lists sort by, and what an import or a search for duplicates looks up.
        indexes = [
            models.Index(
                fields=["kind", "name_folded", "id"], name="contact_by_name", condition=models.Q(binned_at__isnull=True)
            ),
            models.Index(
                fields=["kind", "updated_at", "id"],
                name="contact_by_update",
                condition=models.Q(binned_at__isnull=True),
            ),
            models.Index(fields=["email_folded"], name="contact_by_email", condition=~models.Q(email_folded="")),
            models.Index(fields=["domain"], name="contact_by_domain", condition=~models.Q(domain="")),
            models.Index(fields=["kind", "changed"], name="contact_by_change"),
            models.Index(fields=["binned_at"], name="contact_by_bin", condition=models.Q(binned_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class ContactTag(models.Model):
    """That a contact has a tag."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "contact"], name="contact_tag_once")]
