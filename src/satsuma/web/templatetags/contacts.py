"""Addresses of contacts for templates: they depend on the kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse

from satsuma.app.crm.models import Contact

register = template.Library()


@register.simple_tag
def contact_address(page: str, contact: Contact, *more: object) -> str:
    """{% contact_address 'profile' contact %}: the address of one of the contact's pages, of its kind."""
    return reverse(f"{contact.kind}_{page}", args=[contact.pk, *more])


@register.filter
def image_url(contact: Contact) -> str:
    """Where the contact's logo or photo is; "" if it has none."""
    return reverse("contact_image", args=[contact.image]) if contact.image else ""


@register.filter
def of(mapping: Mapping[str, Any], key: str) -> Any:
    """{{ units|of:field.name }}: the value of a key, "" if there is none."""
    return mapping.get(key, "")
