"""`satsuma verify-results`, as an administrator runs it: all right, or what differs and whose."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
OPENED = """
from satsuma.cli.starting import bring_database_up_to_date, start_django
bring_database_up_to_date(start_django(None, prepare=True))
"""
PUBLISHED = """
from django.utils import timezone
from satsuma.app.accounts.models import Workspace
from satsuma.app.crm.services.contacts import Entry, create_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.domain.model import Kind
from support.segmented import by_employees, publish
at = timezone.now()
Workspace.objects.create(id=1, name="A", language="en", currency="EUR", time_zone="UTC", created_at=at)
create_defaults(at=at)
for employees in (5, 50, 500):
    entry = Entry({"name": f"Company {employees}", "employees": employees})
    create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=at)
publish(by_employees(), at)
"""
SPOILED = """
from satsuma.app.segmentation.models import Assignment
Assignment.objects.filter(contact=1).update(score=99)
Assignment.objects.filter(contact=2).delete()
"""


def environment(folder: Path) -> dict[str, str]:
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("SATSUMA_", "DJANGO_"))}
    return {**outside, "SATSUMA_DATA": str(folder), "PYTHONPATH": str(TESTS)}


def run(folder: Path, program: str) -> None:
    subprocess.run([sys.executable, "-c", OPENED + program], env=environment(folder), check=True, timeout=120)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installation")
    run(folder, PUBLISHED)
    return folder


def verify(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "satsuma.cli", "verify-results", *arguments]
    ended = subprocess.run(command, env=environment(folder), capture_output=True, text=True, timeout=120, check=False)
    assert ended.stderr == ""
    return ended.returncode, ended.stdout


def test_it_says_that_all_is_right_or_what_differs(data: Path) -> None:
    assert verify(data) == (0, "All 3 results are right.\n")
    run(data, SPOILED)
    said = "Size: 2 results are wrong, 1 history ends elsewhere, sizes do not follow from the moves"
    assert verify(data) == (1, f"{said}\n  contacts 1, 2\n")
    code, told = verify(data, "--json")
    (finding,) = json.loads(told)["differences"]
    assert (code, finding["wrong_results"], finding["contacts"]) == (1, 2, [1, 2])
