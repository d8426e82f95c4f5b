"""The workspace: one, set up by whoever has the token."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from satsuma.app.accounts.errors import EntryError, WorkspaceExistsError
from satsuma.app.accounts.models import User, Workspace
from satsuma.app.accounts.queries import find_workspace, workspace_day
from satsuma.app.accounts.services.setup import check_setup_token, forget_setup_token, get_setup_token, set_up
from satsuma.app.accounts.services.workspace import change_workspace, create_workspace
from support.racing import race

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NOW = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
FACTS = {"name": "Acme", "language": "en", "currency": "EUR", "time_zone": "Europe/Warsaw"}


def make(**facts: object) -> Workspace:
    return create_workspace(**{**FACTS, "at": NOW, **facts})


def test_a_workspace_is_kept_as_entered():
    make(name=" Acme  Sales ", currency="usd")
    kept = find_workspace()
    assert kept is not None
    assert (kept.name, kept.language, kept.currency, kept.time_zone, kept.created_at) == (
        "Acme Sales",
        "en",
        "USD",
        "Europe/Warsaw",
        NOW,
    )


def test_a_second_one_is_refused(workspace: Workspace):
    with pytest.raises(WorkspaceExistsError):
        make()
    with pytest.raises(IntegrityError), transaction.atomic():
        Workspace.objects.create(id=2, **FACTS, created_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_many_first_runs_at_once_one_succeeds():
    def first_run(number: int) -> User:
        facts = {"language": "en", "currency": "EUR", "time_zone": "UTC", "at": NOW, "password": "correct horse 1"}
        return set_up(name="Ada", email=f"ada{number}@example.com", workspace_name="Acme", **facts)

    outcomes = race(4, first_run)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["User"] + ["WorkspaceExistsError"] * 3
    assert User.objects.count() == 1


def test_the_first_run_makes_both_or_neither():
    facts = {"language": "en", "currency": "EUR", "time_zone": "UTC", "at": NOW, "workspace_name": "Acme"}
    with pytest.raises(EntryError):
        set_up(name="Ada", email="ada@example.com", password="short", **facts)
    assert find_workspace() is None
    administrator = set_up(name="Ada", email="ada@example.com", password="correct horse 1", **facts)
    assert (administrator.role, find_workspace() is None) == ("administrator", False)


@pytest.mark.parametrize(
    ("field", "entry"),
    [
        ("name", ""),
        ("language", "xx"),
        ("currency", "EURO"),
        ("currency", "XXQ"),
        ("currency", "E€R"),
        ("currency", "XXX"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name_of_the_entry(field: str, entry: str):
    with pytest.raises(EntryError) as refused:
        make(**{field: entry})
    assert refused.value.field == field


def test_a_change_is_kept(workspace: Workspace):
    change_workspace(name="Bolt", language="pl", currency="PLN", time_zone="Asia/Tokyo")
    assert Workspace.objects.values_list("id", "name", "language", "currency", "time_zone").get() == (
        1,
        "Bolt",
        "pl",
        "PLN",
        "Asia/Tokyo",
    )


def test_a_day_begins_where_the_workspace_is(workspace: Workspace):
    assert workspace_day(NOW) == date(2026, 11, 27)


def test_the_token_is_made_once_and_for_its_owner(tmp_path: Path):
    token = get_setup_token(tmp_path)
    (file,) = tmp_path.iterdir()
    assert len(token) >= 43
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert get_setup_token(tmp_path) == token


def test_only_the_token_opens_and_only_until_it_is_forgotten(tmp_path: Path):
    assert not check_setup_token(tmp_path, "")
    token = get_setup_token(tmp_path)
    assert check_setup_token(tmp_path, token)
    for other in ("", token[:-1], token + "x", token.swapcase(), "ł", "\ud800"):
        assert not check_setup_token(tmp_path, other)
    forget_setup_token(tmp_path)
    forget_setup_token(tmp_path)
    assert not check_setup_token(tmp_path, token)
