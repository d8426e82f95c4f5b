"""YAML 1.2 text to a `Document`, without the parts of YAML that a segmentation must not use. Called by `reading`.

Built on the event stream of ruamel.yaml: no objects are ever made from tags, and an anchor is refused before anything
could be multiplied by it. Plain scalars are read by the rules below: `yes`, `no`, `NO`, days and times stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from satsuma.domain.errors import Problem
from satsuma.domain.places import Path
from satsuma.modelfile.codes import FileCode
from satsuma.modelfile.document import MAX_DEPTH, Document, Tree, whole_number

WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
"""Decimal numbers only: 007, 0x1F and 1_000 stay text."""
WORDS: dict[str, Tree] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{word: float("inf") for word in (".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF")},
    **{word: float("-inf") for word in ("-.inf", "-.Inf", "-.INF")},
    **{word: float("nan") for word in (".nan", ".NaN", ".NAN")},
}


class UnreadableError(Exception):
    """Ends the reading of a text at its first problem that hides the rest."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def read_yaml(text: str) -> Document:
    """The document; its problems say what YAML forbids or what a segmentation must not use, with the line."""
    document = Document()
    try:
        events = _allowed(YAML(typ="safe", pure=True).parse(text))
        first = next(events, None)
        if first is None:
            document.problems.append(_empty())
            return document
        document.tree = _Composer(events, document).value(first, ())
        for _ in events:  # what follows the document is looked at too
            pass
    except UnreadableError as unreadable:
        document.problems.append(unreadable.problem)
        document.tree = None
    except YAMLError as error:
        document.problems.append(_syntax(error))
        document.tree = None
    return document


def _empty() -> Problem:
    return Problem("", FileCode.EMPTY_FILE, "The file is empty. `satsuma schemes` lists ready-made ones to start from.")


def _syntax(error: YAMLError) -> Problem:
    facts: dict[str, object] = {}
    what = "a character that YAML does not allow" if isinstance(error, ReaderError) else "not YAML"
    if isinstance(error, MarkedYAMLError):
        what = str(error.problem or error.context or what).split("\n")[0]
        mark = error.problem_mark or error.context_mark
        if mark is not None:
            facts = {"line": mark.line + 1, "column": mark.column + 1}
    at = f"line {facts['line']}, column {facts['column']}" if facts else ""
    message = f"This cannot be read as YAML: {what}. Look at the indentation, brackets and quotes here and just before."
    return Problem(at, FileCode.SYNTAX, message, facts)


def _allowed(events: Iterator[Event]) -> Iterator[Event]:
    """The events of the only document's values; UnreadableError at the first that a segmentation must not use."""
    depth = documents = 0
    for event in events:
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refused(
                    event, FileCode.SEVERAL_DOCUMENTS, "A second document begins here: one file, one segmentation."
                )
        elif isinstance(event, NodeEvent):
            _refuse_anchor_and_tag(event)
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    message = f"Lists and mappings lie more than {MAX_DEPTH} deep here. Remove brackets or indentation."
                    raise _refused(event, FileCode.TOO_DEEP, message)
            yield event
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            depth -= 1
            yield event
        elif isinstance(event, StreamEndEvent):
            return


def _refuse_anchor_and_tag(event: NodeEvent) -> None:
    if event.anchor is not None:
        sign = "*" if isinstance(event, AliasEvent) else "&"
        message = f"Anchors and aliases ({sign}{event.anchor}) are not allowed. Write the value out."
        raise _refused(event, FileCode.ANCHOR, message)
    tag: str | None = getattr(event, "tag", None)
    if tag is not None:
        raise _refused(event, FileCode.TAG, f"Tags ({tag}) are not allowed. Remove it, the value alone is enough.")


def _refused(event: Event, code: FileCode, message: str) -> UnreadableError:
    line = event.start_mark.line + 1
    return UnreadableError(Problem(f"line {line}", code, message, {"line": line}))


class _Composer:
    """Puts events together to values. Recursion is bounded by MAX_DEPTH."""

    def __init__(self, events: Iterator[Event], document: Document) -> None:
        self.events = events
        self.document = document

    def value(self, event: Event, path: Path) -> Tree:
        self.document.lines[path] = event.start_mark.line + 1
        if isinstance(event, MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(path)
        assert isinstance(event, ScalarEvent)
        read = event.value if event.style is not None else _plain(event.value)
        return self.document.text(read, path) if isinstance(read, str) else read

    def sequence(self, path: Path) -> list[Tree]:
        items: list[Tree] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self.value(event, (*path, len(items))))
        return items

    def mapping(self, path: Path) -> dict[str, Tree]:
        entries: dict[str, Tree] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise _refused(event, FileCode.KEY_NOT_TEXT, "A key must be text, not a list or a mapping.")
            key = self.document.text(event.value, path)
            value = self.value(next(self.events), (*path, key))
            if key in entries:
                self.document.key_twice(path, key, event.start_mark.line + 1)
            else:
                entries[key] = value
        return entries


def _plain(text: str) -> Tree:
    """The value of a scalar without quotes."""
    if text in WORDS:
        return WORDS[text]
    if WHOLE.fullmatch(text):
        return whole_number(text)
    return float(text) if DECIMAL.fullmatch(text) else text
