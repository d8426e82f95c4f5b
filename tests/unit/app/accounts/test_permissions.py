"""Roles: what each may, written out; nobody else may anything."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from satsuma.app.accounts.errors import NotAllowedError
from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission, Role, allows, permissions_of, require

MANAGER = {"view", "edit_contacts", "import", "manage_fields", "manage_segmentations", "erase"}
TABLE = {
    Role.VIEWER: {"view"},
    Role.MEMBER: {"view", "edit_contacts"},
    Role.MANAGER: MANAGER,
    Role.ADMINISTRATOR: {*MANAGER, "administer"},
}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_has_exactly_these(role: Role):
    assert permissions_of(role) == TABLE[role]
    assert {permission for permission in Permission if allows(User(role=role), permission)} == TABLE[role]


@pytest.mark.parametrize("permission", list(Permission))
def test_who_is_not_there_may_nothing(permission: Permission):
    for nobody in (AnonymousUser(), User(role=Role.ADMINISTRATOR, is_active=False)):
        assert not allows(nobody, permission)
        with pytest.raises(NotAllowedError) as refused:
            require(nobody, permission)
        assert refused.value.facts == {"permission": permission.value}


def test_a_role_that_is_none_is_an_error():
    with pytest.raises(ValueError, match="owner"):
        allows(User(role="owner"), Permission.VIEW)
