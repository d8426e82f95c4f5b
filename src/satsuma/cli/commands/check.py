"""`satsuma check`: every problem of a segmentation file at once, and what is worth a look."""

from __future__ import annotations

from satsuma.cli.errors import problem_facts
from satsuma.cli.options import Json, ModelPath


def command(model: ModelPath, as_json: Json = False) -> None:
    """Find all problems of a segmentation file at once."""
    from satsuma.cli.screen import say, show_json
    from satsuma.domain.errors import ModelError
    from satsuma.modelfile import check_file

    findings = check_file(model)
    segmentation = findings.segmentation
    if segmentation is None:
        raise ModelError(findings.problems, source=str(model))
    if as_json:
        show_json({"name": segmentation.name, "warnings": [problem_facts(warning) for warning in findings.warnings]})
        return
    parameters = sum(len(axis.parameters) for axis in segmentation.axes)
    say(f"{model} is fine: “{segmentation.name}”, {parameters} parameters, {len(segmentation.segments)} segments.")
    for warning in findings.warnings:
        say(f"  Worth a look: {warning}")
