"""Users: made, invited, changed and deactivated; addresses are somebody's after folding; one administrator stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db.models.signals import pre_save
from django.test import Client

from satsuma.app.accounts.errors import EmailTakenError, EntryError, LastAdministratorError, NotFoundError
from satsuma.app.accounts.models import User, Workspace
from satsuma.app.accounts.permissions import Role
from satsuma.app.accounts.queries import find_user_by_email, list_users
from satsuma.app.accounts.services.invitations import password_link
from satsuma.app.accounts.services.users import (
    activate_user,
    change_own_account,
    change_user,
    create_user,
    deactivate_user,
    invite_user,
    remove_second_factor,
    send_link,
    set_password,
)
from satsuma.app.accounts.tokens import PasswordLinkTokens
from support.racing import race

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"


def make(email: str = "ada@example.com", **facts: str) -> User:
    return create_user(**{"name": "Ada Lovelace", "email": email, "role": "member", "at": NOW, **facts})


def test_a_user_is_kept_as_entered_and_found_whatever_the_case():
    user = make(" Ada@Example.com ", name="  Ada \t Lovelace ", role="manager", password=PASSWORD, language="pl")
    kept = User.objects.get()
    assert kept == find_user_by_email("ADA@example.COM") == user
    assert (kept.name, kept.email, kept.email_folded) == ("Ada Lovelace", "Ada@Example.com", "ada@example.com")
    assert (kept.role, kept.language, kept.is_active, kept.created_at) == (Role.MANAGER, "pl", True, NOW)
    assert kept.check_password(PASSWORD)


def test_without_a_password_nobody_signs_in():
    assert not make().has_usable_password()


@pytest.mark.parametrize("same", ["ada@example.com", "ADA@EXAMPLE.COM", "ada@ｅxample.com", "AD\u0041@example.com"])
def test_an_address_is_somebodys_after_folding(same: str):
    make("ada@example.com")
    with pytest.raises(EmailTakenError) as refused:
        make(same)
    assert (refused.value.code, refused.value.field) == ("email_taken", "email")


@contextmanager
def somebody_is_quicker(email: str) -> Iterator[None]:
    """Another user with this address appears after the check and before the row is written."""

    def first(instance: User, **_: object) -> None:
        pre_save.disconnect(first, sender=User)
        User(email=email, name="Quick", role="viewer", created_at=NOW).save()

    pre_save.connect(first, sender=User, weak=False)
    try:
        yield
    finally:
        pre_save.disconnect(first, sender=User)


def test_whoever_comes_second_in_a_race_gets_the_same_error():
    with somebody_is_quicker("ADA@example.com"), pytest.raises(EmailTakenError):
        make("ada@example.com")


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_the_address():
    outcomes = race(6, lambda number: make("ada@example.com", name=f"Ada {number}"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["EmailTakenError"] * 5 + ["User"]


@pytest.mark.parametrize(
    ("field", "entry"),
    [
        ("name", "  "),
        ("name", "x" * 201),
        ("name", "Ada\x00"),
        ("email", "ada"),
        ("email", "ada@example"),
        ("email", f"{'a' * 250}@example.com"),
        ("email", "ada@example.com\nBcc: eve@example.com"),
        ("role", "owner"),
        ("language", "tlh"),
        ("password", "short"),
        ("password", "lovelace"),
        ("password", "x" * 1_001),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name_of_the_entry(field: str, entry: str):
    with pytest.raises(EntryError) as refused:
        make(**{field: entry})
    assert refused.value.field == field
    assert not User.objects.exists()


def test_a_password_like_the_name_is_refused():
    with pytest.raises(EntryError, match="too similar"):
        make("ada.lovelace@example.com", password="ada.lovelace")


def test_a_change_is_kept(member: User):
    change_user(user_id=member.pk, name="Grace", role="viewer", language="pl")
    member.refresh_from_db()
    assert (member.name, member.role, member.language) == ("Grace", "viewer", "pl")


def test_people_change_their_own_name_and_language_and_nothing_else(member: User):
    change_own_account(user_id=member.pk, name="Grace", language="")
    member.refresh_from_db()
    assert (member.name, member.role, member.language) == ("Grace", "member", "")


def demote(user_id: int) -> User:
    return change_user(user_id=user_id, name="Somebody", role="manager")


def remove(user_id: int) -> User:
    return deactivate_user(user_id=user_id)


@pytest.mark.parametrize("leave", [demote, remove])
def test_the_last_active_administrator_stays(leave: Callable[[int], User], administrator: User, manager: User):
    deactivate_user(user_id=make(role="administrator").pk)
    with pytest.raises(LastAdministratorError):
        leave(administrator.pk)
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == ("administrator", True)


@pytest.mark.parametrize("leave", [demote, remove])
def test_one_of_two_administrators_may_go(leave: Callable[[int], User], administrator: User):
    make(role="administrator")
    leave(administrator.pk)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_leave_at_once_do_not_both_go():
    both = [make(f"{name}@example.com", role="administrator").pk for name in ("ada", "grace")]
    outcomes = race(2, lambda number: remove(both[number]))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastAdministratorError", "User"]
    assert User.objects.filter(is_active=True).count() == 1


def is_signed_in(client: Client) -> bool:
    return client.get("/account/sessions/").status_code == 200


@pytest.mark.parametrize(
    "end",
    [
        lambda user: deactivate_user(user_id=user.pk),
        lambda user: set_password(user_id=user.pk, password=PASSWORD),
        lambda user: remove_second_factor(user_id=user.pk),
    ],
    ids=["deactivated", "new password", "second factor removed"],
)
def test_every_session_is_over(end: Callable[[User], object], client_of: Callable[[str], Client], member: User):
    clients = [client_of("member"), client_of("member")]
    assert all(map(is_signed_in, clients))
    end(member)
    assert not any(map(is_signed_in, clients))


def test_sessions_do_not_come_back_with_the_account(client_of: Callable[[str], Client], member: User):
    client = client_of("member")
    deactivate_user(user_id=member.pk)
    activate_user(user_id=member.pk)
    assert not is_signed_in(client)
    assert User.objects.get(pk=member.pk).is_active


@pytest.mark.parametrize("change", [demote, remove, lambda user_id: send_link(user_id=user_id)])
def test_nobody_there_is_an_error(change: Callable[[int], object], workspace: Workspace):
    with pytest.raises(NotFoundError):
        change(4711)


@pytest.mark.parametrize(
    "end",
    [
        lambda user: set_password(user_id=user.pk, password=PASSWORD),
        lambda user: deactivate_user(user_id=user.pk),
        lambda user: remove_second_factor(user_id=user.pk),
    ],
    ids=["used", "deactivated", "second factor removed"],
)
def test_a_link_works_once(end: Callable[[User], User], member: User):
    token = password_link(member).rstrip("/").split("-", 1)[1]
    assert PasswordLinkTokens().check_token(member, token)
    end(member)
    assert not PasswordLinkTokens().check_token(User.objects.get(pk=member.pk), token)


def test_an_invitation_is_mailed_with_its_link(workspace: Workspace, settings: pytest.FixtureRequest):
    settings.MAIL_IS_SENT = True
    invitation = invite_user(name="Ada", email="ada@example.com", role="viewer", at=NOW)
    (message,) = mail.outbox
    assert invitation.mailed
    assert (message.to, message.subject) == (["ada@example.com"], "Your account for Acme Sales")
    assert invitation.link in message.body
    assert invitation.link.startswith("http://127.0.0.1:8000/account/password/reset/key/")


def test_without_a_mail_server_the_link_is_there_to_copy(workspace: Workspace):
    invitation = invite_user(name="Ada", email="ada@example.com", role="viewer", at=NOW)
    assert (invitation.mailed, mail.outbox) == (False, [])
    assert invitation.link


def test_a_mail_server_that_fails_leaves_the_user_and_the_link(workspace: Workspace, settings: pytest.FixtureRequest):
    settings.MAIL_IS_SENT = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    invitation = invite_user(name="Ada", email="ada@example.com", role="viewer", at=NOW)
    assert (invitation.mailed, User.objects.count()) == (False, 1)


def test_a_name_in_a_subject_stays_on_its_line(workspace: Workspace, settings: pytest.FixtureRequest):
    settings.MAIL_IS_SENT = True
    Workspace.objects.update(name="Acme\nBcc: eve@example.com")
    invite_user(name="Ada", email="ada@example.com", role="viewer", at=NOW)
    assert mail.outbox[0].subject == "Your account for Acme Bcc: eve@example.com"


def test_the_list_has_active_users_first_by_name(administrator: User, member: User):
    first = make(name="ála")
    deactivate_user(user_id=make("z@example.com", name="Aaron").pk)
    assert [user.name for user in list_users()] == [
        administrator.name,
        member.name,
        first.name,
        "Aaron",
    ]
