"""The guard of an address: who is let in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from satsuma.app.accounts.errors import NotAllowedError
from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission, Role
from satsuma.web.routes import Access, Needs, route

pytestmark = pytest.mark.both_databases


def visit(needs: Needs, user: object) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("seen")

    request = RequestFactory().get("/here/?page=2")
    request.user = user  # type: ignore[assignment]
    return route("here/", view, name="here", needs=needs).callback(request)


@pytest.mark.parametrize("needs", [Access.SIGNED_IN, Permission.VIEW])
def test_who_is_not_signed_in_is_asked_to_and_comes_back(needs: Needs):
    answer = visit(needs, AnonymousUser())
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/?next=/here/%3Fpage%3D2")


def test_public_is_for_everybody():
    assert visit(Access.PUBLIC, AnonymousUser()).content == b"seen"


@pytest.mark.parametrize(("role", "allowed"), [(Role.VIEWER, False), (Role.MEMBER, True), (Role.MANAGER, True)])
def test_a_role_is_let_in_where_it_includes_what_is_needed(role: Role, allowed: bool):
    user = User(role=role)
    if allowed:
        assert visit(Permission.EDIT_CONTACTS, user).content == b"seen"
    else:
        with pytest.raises(NotAllowedError):
            visit(Permission.EDIT_CONTACTS, user)


def test_a_signed_in_browser_is_known(client_of: Callable[[str], Client], member: User):
    client = client_of("member")
    assert client.get("/").status_code < 500
    assert client.session["_auth_user_id"] == str(member.pk)
