"""Reading a segmentation file: text, structure, rules, every problem at once. Called by the command line, schemes and
tests through `satsuma.modelfile`."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from satsuma.domain.checks import find_problems, find_warnings
from satsuma.domain.errors import InputError, ModelError, Problem
from satsuma.domain.model import Segmentation
from satsuma.domain.places import place
from satsuma.modelfile import building
from satsuma.modelfile.codes import FileCode
from satsuma.modelfile.document import MAX_BYTES, Document
from satsuma.modelfile.json_text import read_json
from satsuma.modelfile.parts import VERSION
from satsuma.modelfile.structure import is_consequence, read_structure
from satsuma.modelfile.yaml_text import read_yaml

Format = Literal["yaml", "json"]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a file holds. `segmentation` is there if there is no problem; only then are there warnings."""

    segmentation: Segmentation | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def read_segmentation(path: Path) -> Segmentation:
    """The segmentation in a YAML or JSON file (by its ending, `.json`; anything else is YAML).

    ModelError with every problem of text, structure and rules; InputError where there is no text to look at: file not
    found, not readable, larger than 5 MB, not UTF-8.
    """
    return _whole(check_file(path), str(path))


def parse_segmentation(text: str, *, source: str = "the segmentation", format: Format | None = None) -> Segmentation:
    """The segmentation in a text. ModelError with every problem; `source` names the text in it."""
    return _whole(find_file_problems(text, format=format), source)


def _whole(findings: Findings, source: str) -> Segmentation:
    if findings.segmentation is None:
        raise ModelError(findings.problems, source=source)
    return findings.segmentation


def check_file(path: Path) -> Findings:
    """All problems, or all warnings, of a file. InputError as in `read_segmentation`."""
    return find_file_problems(read_text(path), format="json" if path.suffix.lower() == ".json" else "yaml")


def read_text(path: Path) -> str:
    """The text of a file. InputError if it is not found, not readable, larger than 5 MB or not UTF-8."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError("file_not_found", f"{path} is not there.", remedy="Check the name.", file=str(path)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            "file_unreadable", f"{path} cannot be read: {reason}.", remedy="Check its permissions.", file=str(path)
        ) from error
    if len(content) > MAX_BYTES:
        message = f"{path} is larger than {MAX_BYTES // 1_000_000} MB."
        raise InputError("file_too_large", message, remedy="Is it a segmentation file?", file=str(path))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8: byte {error.start + 1} cannot be read."
        raise InputError("file_not_utf8", message, remedy="Save it as UTF-8.", file=str(path)) from error


def find_file_problems(text: str, *, format: Format | None = None) -> Findings:
    """All problems of a text, or its segmentation with all warnings. Without `format`, a text that begins like a JSON
    object is JSON."""
    looks_like_json = re.match(r'\s*\{\s*["}]', text) is not None
    is_json = format == "json" or (format is None and looks_like_json)
    document = read_json(text) if is_json else read_yaml(text)
    problems, segmentation = _problems_of(document)
    if problems or segmentation is None:
        return Findings(None, _with_lines(problems, document))
    return Findings(segmentation, (), _with_lines(find_warnings(segmentation), document))


def read_tree(tree: dict[str, Any]) -> Segmentation:
    """The segmentation that `segmentation_tree` made the tree of, whether or not it breaks rules. ModelError if the
    tree has another structure."""
    structure = read_structure(copy.deepcopy(tree))
    if structure.problems:
        raise ModelError(tuple(structure.problems), source="the segmentation")
    return building.segmentation(structure.part)


def _problems_of(document: Document) -> tuple[list[Problem], Segmentation | None]:
    tree, problems = document.tree, document.problems
    if tree is None and problems:
        return problems, None
    if tree is None:
        return [Problem("", FileCode.EMPTY_FILE, "The file is empty.")], None
    if not isinstance(tree, dict):
        message = "The file must be a mapping that begins with `satsuma: 1`."
        return [*problems, Problem("", FileCode.NOT_A_MAPPING, message)], None
    version = _version_problem(tree)
    if version is not None and version.code is FileCode.VERSION_UNKNOWN:
        return [*problems, version], None
    structure = read_structure({**tree, "satsuma": VERSION})
    segmentation = building.segmentation(structure.part)
    of_rules = [problem for problem in find_problems(segmentation) if not is_consequence(problem, structure)]
    return [*problems, *([version] if version else []), *structure.problems, *of_rules], segmentation


def _version_problem(tree: dict[str, Any]) -> Problem | None:
    if "satsuma" not in tree:
        message = f"`satsuma`, the version of the format, is missing. Add `satsuma: {VERSION}`."
        return Problem("satsuma", FileCode.VERSION_MISSING, message, {"known": VERSION})
    version = tree["satsuma"]
    if version == VERSION and isinstance(version, int) and not isinstance(version, bool):
        return None
    message = f"This program reads version {VERSION} of the format, not {version!r}. "
    is_newer = isinstance(version, int) and version > VERSION
    message += "Install a newer Satsuma." if is_newer else f"Write `satsuma: {VERSION}`."
    return Problem("satsuma", FileCode.VERSION_UNKNOWN, message, {"known": VERSION, "found": str(version)[:80]})


def _with_lines(problems: list[Problem], document: Document) -> tuple[Problem, ...]:
    """The problems in the order of the file, each with the line of the nearest part that has one among its facts."""
    lines = {place(*path): line for path, line in document.lines.items()} if problems else {}
    return tuple(sorted((_with_line(problem, lines) for problem in problems), key=_line))


def _line(problem: Problem) -> int:
    line = problem.facts.get("line", 0)
    assert isinstance(line, int)
    return line


def _with_line(problem: Problem, lines: dict[str, int]) -> Problem:
    at = problem.place
    while at and at not in lines:
        at = at[: max(at.rfind("."), at.rfind("["), 0)]
    if not at or "line" in problem.facts:
        return problem
    return replace(problem, facts={**problem.facts, "line": lines[at]})
