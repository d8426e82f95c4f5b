"""Logos and photos are drawn anew: nothing of a file but its picture is kept."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.models import Contact
from satsuma.app.crm.pictures import image_path
from satsuma.app.crm.services.contacts import Entry, create_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.images import MAX_IMAGE_BYTES, remove_image, set_image
from satsuma.domain.errors import InputError
from satsuma.domain.model import Kind

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(workspace: object) -> Contact:
    create_defaults(at=NOW)
    return create_contact(kind=Kind.COMPANY, entry=Entry({"name": "Acme"}), by=None, at=NOW).contact


def picture(format_: str = "PNG", size: tuple[int, int] = (800, 400), mode: str = "RGB", **more: object) -> io.BytesIO:
    file = io.BytesIO()
    Image.new(mode, size, "orange").save(file, format_, **more)
    file.seek(0)
    return file


def mislabelled(tag: bytes) -> bytes:
    """A photo that lies on its side, with a text in its notes where there should be a number."""
    notes = Image.Exif()
    notes[0x0112], notes[0x010E] = 6, "a text"
    return picture("JPEG", exif=notes).read().replace(b"\x01\x0e\x00\x02", tag + b"\x00\x02")


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF"])
def test_keeps_a_small_picture_of_our_own(acme: Contact, format_: str) -> None:
    name = set_image(contact_id=acme.id, file=picture(format_), by=None, at=NOW)
    with Image.open(image_path(name)) as kept:
        assert (kept.format, kept.size) == ("WEBP", (384, 192))
    acme.refresh_from_db()
    assert acme.image == name
    remove_image(contact_id=acme.id, by=None, at=NOW)
    acme.refresh_from_db()
    assert acme.image == ""


def test_turns_a_photo_upright_and_forgets_where_it_was_taken(acme: Contact) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "a secret place"
    name = set_image(contact_id=acme.id, file=picture("JPEG", exif=exif), by=None, at=NOW)
    with Image.open(image_path(name)) as kept:
        assert kept.size == (192, 384)
        assert not kept.getexif()
    assert b"secret" not in image_path(name).read_bytes()


def test_a_script_behind_a_picture_is_not_kept(acme: Contact) -> None:
    file = io.BytesIO(picture().read() + b"<script>alert(1)</script>")
    name = set_image(contact_id=acme.id, file=file, by=None, at=NOW)
    assert b"script" not in image_path(name).read_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        picture().read()[:300],
        picture("BMP").read(),
        mislabelled(b"\x01\x00"),
        mislabelled(b"\x01\x1a"),
    ],
    ids=["empty", "PDF", "SVG", "torn", "BMP", "width", "resolution"],
)
def test_refuses_what_is_no_picture(acme: Contact, data: bytes) -> None:
    with pytest.raises(ValuesError) as refused:
        set_image(contact_id=acme.id, file=io.BytesIO(data), by=None, at=NOW)
    assert refused.value.problems == {"image": "Choose a picture: a PNG, JPEG, WebP or GIF file."}


def test_refuses_a_picture_that_would_unpack_to_too_much(acme: Contact) -> None:
    with pytest.raises(ValuesError):
        set_image(contact_id=acme.id, file=picture(size=(8000, 8000), mode="1"), by=None, at=NOW)


def test_refuses_a_file_that_is_too_large(acme: Contact) -> None:
    with pytest.raises(InputError) as refused:
        set_image(contact_id=acme.id, file=io.BytesIO(b"x" * (MAX_IMAGE_BYTES + 1)), by=None, at=NOW)
    assert refused.value.code == "image_too_large"
