"""What `satsuma doctor` finds, and what it leaves in peace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from satsuma.cli.checkup.data import check_data
from satsuma.cli.checkup.findings import Finding
from satsuma.cli.checkup.machine import check_machine
from satsuma.cli.checkup.settings import check_settings

if TYPE_CHECKING:
    from satsuma.app.accounts.models import User, Workspace

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def levels(findings: Any) -> dict[str, str]:
    """Everything that is not fine."""
    return {each.code: str(each.level) for each in findings if each.level != "fine"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    secret = tmp_path / "secret"
    secret.write_text("x")
    secret.chmod(0o600)
    return tmp_path


def machine(folder: Path) -> dict[str, str]:
    return {code: level for code, level in levels(check_machine(folder)).items() if code != "room"}


def test_a_folder_of_its_owner_alone_is_fine(folder: Path) -> None:
    assert machine(folder) == {}


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o777])
def test_a_folder_that_others_can_open_is_unsafe(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    assert machine(folder) == {"folder_rights": "unsafe"}


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_secret_that_others_can_read_is_unsafe(folder: Path, mode: int) -> None:
    (folder / "secret").chmod(mode)
    assert machine(folder) == {"secret": "unsafe"}


def test_a_missing_secret_is_unsafe(folder: Path) -> None:
    (folder / "secret").unlink()
    assert machine(folder) == {"secret": "unsafe"}


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, {}),
        ({"address": "http://localhost:8000"}, {}),
        ({"address": "http://[::1]:8000"}, {}),
        ({"address": "http://192.168.1.7:8000"}, {"http": "unsafe", "mail": "worth a look"}),
        ({"address": "https://crm.example.com"}, {"mail": "worth a look", "proxy": "worth a look"}),
        ({"address": "https://crm.example.com", "mail_url": "smtp://mail.example.com"}, {"proxy": "worth a look"}),
        ({"behind_proxy": True}, {"proxy": "worth a look"}),
    ],
)
def test_settings_are_judged_by_who_can_come(settings: Any, variables: dict[str, Any], found: dict[str, str]) -> None:
    settings.DEBUG = False
    settings.ENVIRONMENT = type(settings.ENVIRONMENT)(**variables)
    settings.ALLOWED_HOSTS = settings.ENVIRONMENT.allowed_hosts
    assert levels(check_settings()) == found


def test_debug_and_open_hosts_are_unsafe(settings: Any) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = True, ["*", "crm.example.com"]
    assert levels(check_settings()) == {"debug": "unsafe", "hosts": "unsafe"}


def data(folder: Path, at: datetime = AT) -> list[Finding]:
    return list(check_data(folder, at))


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_new_installation_lacks_a_workspace_a_worker_and_a_backup(folder: Path) -> None:
    from satsuma.app.jobs.queue import queue

    queue().storage.flush_all()
    assert levels(data(folder)) == {
        "first_run": "worth a look",
        "worker": "worth a look",
        "backup": "worth a look",
    }


@pytest.mark.both_databases
def test_a_well_kept_installation_is_fine(folder: Path, workspace: Workspace) -> None:
    from satsuma.app.jobs.pulse import note_worker_alive

    note_worker_alive(AT - timedelta(seconds=59))
    (folder / "last-backup").write_text("2026-11-25T03:00:00+00:00")
    assert levels(data(folder)) == {}


def test_failed_and_waiting_jobs_are_counted(folder: Path, member: User) -> None:
    from satsuma.app.jobs.models import Run

    def a_run(state: str, **facts: Any) -> None:
        Run.objects.create(
            **{"kind": "x", "title": "x", "state": state, "created_at": AT, "created_by": member} | facts
        )

    a_run("failed", finished_at=AT - timedelta(days=7))
    a_run("failed", finished_at=AT - timedelta(days=7, seconds=1))
    a_run("waiting", created_at=AT - timedelta(minutes=10))
    a_run("waiting", created_at=AT - timedelta(minutes=10, seconds=1))
    said = {each.code: each.text for each in data(folder)}
    assert said["jobs_failed"] == "Jobs that failed within a week: 1."
    assert said["jobs_waiting"] == "Jobs that wait for more than ten minutes: 1."
