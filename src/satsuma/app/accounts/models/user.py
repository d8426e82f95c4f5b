"""A person who signs in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from satsuma.app.accounts.permissions import Role
from satsuma.domain.folding import fold


class UserManager(BaseUserManager["User"]):
    """Finds a user by e-mail, whatever the case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email_folded=fold(username or ""))


class User(AbstractBaseUser):
    """Signs in with an e-mail address, which is unique after folding. `language` empty: the workspace's.

    A session holds as long as the password and `sign_outs`, which counts how often all sessions were ended, are what
    they were when it began, and the user is active.
    """

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    email_folded = models.CharField(max_length=254, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=20, choices=[(role.value, role.value) for role in Role])
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    sign_outs = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        constraints = [
            models.CheckConstraint(name="user_role", condition=models.Q(role__in=[role.value for role in Role]))
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        self.email_folded = fold(self.email)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_session_auth_hash(self) -> str:
        return f"{super().get_session_auth_hash()}:{self.sign_outs}"

    def __str__(self) -> str:
        return self.name or self.email
