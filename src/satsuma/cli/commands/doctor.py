"""`satsuma doctor`: says what is unsafe in an installation, and what to do."""

from __future__ import annotations

import typer

from satsuma.cli.options import Json
from satsuma.cli.starting import DataFolder


def command(data: DataFolder = None, as_json: Json = False) -> None:
    """Look the installation over: what is unsafe, and what to do. Exit code 1 if something is."""
    from satsuma.cli.checkup.findings import Level
    from satsuma.cli.errors import EXIT_DIFFERENT
    from satsuma.cli.screen import say, show_json
    from satsuma.cli.starting import start_django

    folder = start_django(data)
    from django.utils import timezone

    from satsuma.cli.checkup.data import check_data
    from satsuma.cli.checkup.machine import check_machine
    from satsuma.cli.checkup.settings import check_settings

    findings = [*check_machine(folder), *check_settings(), *check_data(folder, timezone.now())]
    if as_json:
        show_json([{"code": f.code, "level": f.level, "text": f.text, "remedy": f.remedy} for f in findings])
    else:
        for finding in sorted(findings, key=lambda f: list(Level).index(f.level), reverse=True):
            say(f"{_SIGNS[finding.level]} {finding.text}")
            if finding.remedy:
                say(f"         → {finding.remedy}")
    if any(finding.level is Level.UNSAFE for finding in findings):
        raise typer.Exit(EXIT_DIFFERENT)


_SIGNS = {"fine": "fine    ", "worth a look": "look    ", "unsafe": "UNSAFE  "}
