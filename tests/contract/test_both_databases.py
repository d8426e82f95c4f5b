"""What is marked `both_databases` holds on PostgreSQL too: those tests again, on a server of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.postgres
@pytest.mark.skipif(os.environ.get("SATSUMA_TEST_DATABASE") == "postgres", reason="this run is on PostgreSQL already")
def test_what_holds_on_sqlite_holds_on_postgresql():
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-m", "both_databases", "-p", "no:cacheprovider"]
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "DJANGO_"))}
    run = subprocess.run(
        [*command, "tests/unit/app", "tests/unit/web"],
        cwd=ROOT,
        env={**outside, "SATSUMA_TEST_DATABASE": "postgres"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-8_000:] + run.stderr[-2_000:]
