"""`satsuma verify-results`: recomputes everybody's results and compares them with what is stored."""

from __future__ import annotations

import typer

from satsuma.cli.options import Json
from satsuma.cli.starting import DataFolder


def command(data: DataFolder = None, as_json: Json = False) -> None:
    """Recompute all results of an installation: equal to what is stored, or what differs. Exit code 1 if something
    does."""
    from satsuma.cli.errors import EXIT_DIFFERENT
    from satsuma.cli.screen import say, show_json
    from satsuma.cli.starting import working_with

    with working_with(data):
        from django.utils import timezone

        from satsuma.app.segmentation.services.verifying import verify_results

        found = verify_results(at=timezone.now())
    if as_json:
        findings = [
            {
                "segmentation": finding.segmentation_id,
                "name": finding.name,
                "wrong_results": finding.wrong,
                "wrong_histories": finding.history,
                "wrong_sizes": finding.sizes,
                "contacts": list(finding.contacts),
            }
            for finding in found.findings
        ]
        show_json({"as_of": f"{found.as_of}", "results": found.results, "differences": findings})
    for finding in () if as_json else found.findings:
        say(finding.sentence)
        if finding.contacts:
            say(f"  contacts {', '.join(map(str, finding.contacts))}{' …' if finding.is_cut else ''}")
    if found.is_right and not as_json:
        say(f"{found.sentence}.")
    if not found.is_right:
        raise typer.Exit(EXIT_DIFFERENT)
