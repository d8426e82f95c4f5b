"""Logos and photos: read, drawn anew and kept in the data folder. Called by the profile's pages.

What is kept is a picture that we wrote ourselves: whatever else a file carried (places, scripts, another format) is
gone. Files are named by what they hold, so a name never says whose it is, and the same picture is kept once.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import warnings
from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from satsuma.app.accounts.models import User
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.pictures import forget_unused, image_path
from satsuma.app.crm.services.contacts import lock_contact
from satsuma.domain.errors import InputError

MAX_IMAGE_BYTES = 5 * 1024**2
MAX_IMAGE_PIXELS = 40_000_000
"""More than any camera of a telephone makes by default; beyond it, unpacking takes too much memory."""
SIDE = 384
"""Pixels of the longer side of what is kept: twice what the profile shows."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def set_image(*, contact_id: int, file: IO[bytes], by: User | None, at: datetime) -> str:
    """Makes the file the contact's picture; gives its name. Raises InputError `image_too_large`, ValuesError for a file
    that is no picture, NotFoundError."""
    drawn = _drawn_anew(file)  # takes long for a large picture: nobody has to wait for it to write
    with transaction.atomic():
        name = _kept(drawn)
        _set(contact_id, name, at)
    return name


@transaction.atomic
def remove_image(*, contact_id: int, by: User | None, at: datetime) -> None:
    """Takes the picture away; initials are shown instead. Raises NotFoundError."""
    _set(contact_id, "", at)


def _set(contact_id: int, name: str, at: datetime) -> None:
    contact = lock_contact(contact_id)
    forget_unused([contact.image])
    contact.image = name
    contact.updated_at = at
    contact.changed = next_mark()
    contact.save(update_fields=["image", "updated_at", "changed"])


def _drawn_anew(file: IO[bytes]) -> bytes:
    data = file.read(MAX_IMAGE_BYTES + 1)
    if len(data) > MAX_IMAGE_BYTES:
        raise InputError(
            "image_too_large",
            _("The picture is larger than 5 MB."),
            remedy=_("Choose a smaller one."),
            limit="MAX_IMAGE_BYTES",
        )
    try:
        with warnings.catch_warnings(action="error"), Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_IMAGE_PIXELS:
                raise Image.DecompressionBombError
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((SIDE, SIDE))
            drawn = io.BytesIO()
            upright.convert("RGBA" if upright.has_transparency_data else "RGB").save(drawn, "WEBP", quality=85)
            return drawn.getvalue()
    except Exception as error:  # Pillow raises whatever a file made for it makes it stumble over
        raise ValuesError({"image": _("Choose a picture: a PNG, JPEG, WebP or GIF file.")}) from error


def _kept(data: bytes) -> str:
    name = hashlib.sha256(data).hexdigest()[:40]
    path = image_path(name)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}.part")
        try:
            fresh.write_bytes(data)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    return name
