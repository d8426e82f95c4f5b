"""What names, addresses, passwords and settings of the workspace have to look like. Used by `services`.

Each function returns the entry as it is kept, or raises EntryError in words that say what to enter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from satsuma.app.accounts.currencies import known_currencies
from satsuma.app.accounts.errors import EntryError
from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Role
from satsuma.domain.folding import fold

MAXIMUM_NAME = 200
MAXIMUM_EMAIL = 254
MAXIMUM_PASSWORD = 1_000


def as_name(text: str) -> str:
    """One line of at most 200 characters: blanks are joined, characters that control are refused."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise EntryError("name", _("Enter a name."))
    if len(name) > MAXIMUM_NAME:
        raise EntryError("name", _("Enter at most %(count)d characters.") % {"count": MAXIMUM_NAME})
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise EntryError("name", _("Enter a name without special control characters."))
    return name


def as_email(text: str) -> str:
    email = text.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise EntryError("email", _("Enter an e-mail address such as name@example.com.")) from None
    if max(len(email), len(fold(email))) > MAXIMUM_EMAIL:
        raise EntryError("email", _("Enter at most %(count)d characters.") % {"count": MAXIMUM_EMAIL})
    return email


def as_password(password: str, user: User) -> str:
    """The password itself; refused where it is short, common, or much like the user's name or address."""
    if len(password) > MAXIMUM_PASSWORD:
        raise EntryError("password", _("Enter at most %(count)d characters.") % {"count": MAXIMUM_PASSWORD})
    try:
        validate_password(password, user)
    except ValidationError as refused:
        raise EntryError("password", " ".join(refused.messages)) from None
    return password


def as_role(role: str) -> Role:
    if role not in list(Role):
        raise EntryError("role", _("Choose one of the roles."))
    return Role(role)


def as_language(code: str) -> str:
    """A language of the application."""
    if code not in dict(settings.LANGUAGES):
        raise EntryError("language", _("Choose one of the languages."))
    return code


def as_currency(code: str) -> str:
    """The code of ISO 4217, in capitals."""
    if not re.fullmatch(r"[A-Za-z]{3}", code) or code.upper() not in known_currencies():
        raise EntryError("currency", _("Choose a currency, such as EUR."))
    return code.upper()


@cache
def known_time_zones() -> frozenset[str]:
    """Looked up on disk once per process."""
    return frozenset(available_timezones())


def as_time_zone(name: str) -> str:
    if name not in known_time_zones():
        raise EntryError("time_zone", _("Choose a time zone, such as Europe/Warsaw."))
    return name
