"""Who may do what: the one place that decides. Asked by every view and service that a person reaches.

A role has everything that the roles before it have.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from satsuma.app.accounts.errors import NotAllowedError


class Role(StrEnum):
    VIEWER = "viewer"
    MEMBER = "member"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    VIEW = "view"
    """Read contacts, deals, activities, tasks and results; export what is read."""
    EDIT_CONTACTS = "edit_contacts"
    """Create and change contacts, deals, activities and tasks; put them into the bin."""
    IMPORT = "import"
    """Bring files in and take imports back; bulk changes over a whole list."""
    MANAGE_FIELDS = "manage_fields"
    """Fields, sections, stages, products, tags, shared views."""
    MANAGE_SEGMENTATIONS = "manage_segmentations"
    """Drafts, publishing, roll-back, archiving; re-scoring everybody."""
    ERASE = "erase"
    """Erase for good what is in the bin."""
    ADMINISTER = "administer"
    """Users, the workspace, sample data, jobs of others."""


ADDED: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.VIEW}),
    Role.MEMBER: frozenset({Permission.EDIT_CONTACTS}),
    Role.MANAGER: frozenset(
        {Permission.IMPORT, Permission.MANAGE_FIELDS, Permission.MANAGE_SEGMENTATIONS, Permission.ERASE}
    ),
    Role.ADMINISTRATOR: frozenset({Permission.ADMINISTER}),
}
"""What each role has beyond the one before it."""


def permissions_of(role: Role) -> frozenset[Permission]:
    roles = list(ADDED)
    return frozenset().union(*(ADDED[lower] for lower in roles[: roles.index(role) + 1]))


def allows(user: Any, permission: Permission) -> bool:
    """Whether the user may. Somebody who is not signed in, or no longer active, may nothing."""
    return bool(user.is_authenticated and user.is_active) and permission in permissions_of(Role(user.role))


def require(user: Any, permission: Permission) -> None:
    """Raises NotAllowedError unless the user may."""
    if not allows(user, permission):
        raise NotAllowedError(permission)
