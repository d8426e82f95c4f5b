"""Errors to exit codes and sentences: the one table. Called by `main.run`."""

from __future__ import annotations

import json
import sys
from typing import Any

from satsuma.domain.errors import EngineError, InputError, ModelError, Problem, SatsumaError

EXIT_DIFFERENT = 1
"""`verify` found engines that disagree, `verify-results` wrong results, `doctor` something unsafe."""
EXIT_INPUT = 2
EXIT_MODEL = 3
EXIT_ENGINE = 4
EXIT_FAULT = 70
"""Something that should not happen: ours to mend. The number is that of sysexits.h."""

EXIT_CODES: tuple[tuple[type[SatsumaError], int], ...] = (
    (ModelError, EXIT_MODEL),
    (InputError, EXIT_INPUT),
    (EngineError, EXIT_ENGINE),
)


def exit_code(error: SatsumaError) -> int:
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), EXIT_INPUT)


def report_error(error: SatsumaError, *, as_json: bool) -> None:
    """The error on standard error, as text or, with --json, as one JSON object."""
    if as_json:
        print(json.dumps(error_facts(error), ensure_ascii=False, default=str), file=sys.stderr)  # noqa: T201
        return
    print(f"Error: {error.message}", file=sys.stderr)  # noqa: T201
    for problem in error.problems if isinstance(error, ModelError) else ():
        print(f"  {problem}", file=sys.stderr)  # noqa: T201
    if error.remedy:
        print(error.remedy, file=sys.stderr)  # noqa: T201


def report_fault(error: Exception) -> None:
    """A fault of the program, in one line; the traceback is for those who ask."""
    print(  # noqa: T201
        f"Error: this should not have happened: {type(error).__name__}: {str(error)[:500]}\n"
        "Please report it, with what SATSUMA_TRACEBACK=1 prints.",
        file=sys.stderr,
    )


def error_facts(error: SatsumaError) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "remedy": error.remedy,
        "facts": dict(error.facts),
    }
    if isinstance(error, ModelError):
        facts["problems"] = [problem_facts(problem) for problem in error.problems]
    return {"error": facts}


def problem_facts(problem: Problem) -> dict[str, Any]:
    return {
        "place": problem.place,
        "code": problem.code,
        "message": problem.message,
        "facts": dict(problem.facts),
    }
