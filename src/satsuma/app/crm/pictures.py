"""Where the files of logos and photos are. Called by `services.images`, which writes them, and by erasing."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from django.conf import settings
from django.db import transaction

from satsuma.app.crm.models import Contact


def image_path(name: str) -> Path:
    """Where the picture of that name is."""
    return Path(settings.MEDIA_ROOT) / name[:2] / f"{name}.webp"


def forget_unused(names: Collection[str]) -> None:
    """Deletes those of the pictures that no contact has any more, once the running transaction is committed."""
    wanted = set(names) - {""}
    if wanted:
        transaction.on_commit(lambda: _delete_unused(wanted))


def _delete_unused(names: set[str]) -> None:
    used = set(Contact.objects.filter(image__in=names).values_list("image", flat=True))
    for name in names - used:
        image_path(name).unlink(missing_ok=True)
