"""`satsuma import` and `satsuma export`, as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

COMPANIES = "Name,City,Employees\nAcme,Paris,5\nBolt,Rome,many\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation after its first run."""
    folder = tmp_path_factory.mktemp("installation")
    program = (
        "from satsuma.cli.starting import bring_database_up_to_date, start_django\n"
        "bring_database_up_to_date(start_django(None, prepare=True))\n"
        "from django.utils import timezone\n"
        "from satsuma.app.accounts.models import Workspace\n"
        "from satsuma.app.crm.services.defaults import create_defaults\n"
        "at = timezone.now()\n"
        "Workspace.objects.create(id=1, name='A', language='en', currency='EUR', time_zone='UTC', created_at=at)\n"
        "create_defaults(at=at)\n"
    )
    subprocess.run([sys.executable, "-c", program], env=environment(folder), check=True, timeout=60)
    return folder


def environment(folder: Path) -> dict[str, str]:
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("SATSUMA_", "DJANGO_"))}
    return {**outside, "SATSUMA_DATA": str(folder)}


def satsuma(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "satsuma.cli", *map(str, arguments)]
    return subprocess.run(command, env=environment(folder), capture_output=True, text=True, timeout=120, check=False)


def test_a_dry_run_says_what_would_happen_and_the_import_does_it(data: Path, tmp_path: Path) -> None:
    file, errors = tmp_path / "companies.csv", tmp_path / "errors.csv"
    file.write_text(COMPANIES)
    asked = satsuma(data, "import", file, "--as", "companies", "--key", "name", "--dry-run", "--errors", errors)
    assert (asked.returncode, asked.stdout.splitlines()) == (
        0,
        [
            "companies.csv: 2 rows, 1 of them wrong.",
            "  Company: 1 new, 0 changed, 0 unchanged",
            "  Row 3, 'Employees': this is not a number ('many')",
        ],
    )
    assert errors.read_text().splitlines()[1].startswith("3,Employees,many,this is not a number,")
    refused = satsuma(data, "import", file)
    assert (refused.returncode, "Some rows are wrong." in refused.stderr) == (2, True)
    done = satsuma(data, "import", file, "--skip-bad-rows", "--json")
    assert (done.returncode, json.loads(done.stdout)["bad_rows"]) == (0, 1)
    out = tmp_path / "all.zip"
    assert satsuma(data, "export", out).returncode == 0
    with zipfile.ZipFile(out) as archive:
        rows = archive.read("companies.csv").decode("utf-8-sig").splitlines()
    assert [row.split(",")[1] for row in rows] == ["Name", "Acme"]
    assert list((data / "imports").iterdir()) != []


def test_a_file_that_cannot_be_read_is_refused_in_words(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_text("a,b\n1,2,3\n")
    refused = satsuma(data, "import", file)
    assert (refused.returncode, refused.stderr.splitlines()[0]) == (
        2,
        "Error: broken.csv: Row 2 has 3 cells where the header has 2.",
    )
    missing = satsuma(data, "import", tmp_path / "nowhere.csv")
    assert (missing.returncode, "cannot be read: No such file" in missing.stderr) == (2, True)
