"""A language that nobody speaks: every text that goes through gettext comes out as ⟦text ···⟧, so that what does not
stands out. Used by tests/unit/web/test_pseudo_language.py.

What is left outside of the brackets is either data or a text that was forgotten. A forgotten one stands in the source:
in a template (found without rendering, by `forgotten_in_template`) or as a string in Python (found on the rendered
page, by `forgotten_on_page`, given all strings of the source that are not handed to gettext).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from django.forms.utils import pretty_name
from django.template.base import Lexer, TokenType
from django.utils.translation.trans_real import CONTEXT_SEPARATOR

SEEN_ATTRIBUTES = frozenset({"title", "placeholder", "aria-label", "alt", "label"}) | frozenset(
    {"data-confirm", "data-confirm-word", "data-yes", "data-summary"}
)
SILENT = frozenset({"script", "style", "svg"})
NAMES = re.compile(
    r"\b[A-Z]{3}\b|Satsuma|Ctrl|Enter|TSV|XLSX|JSON|Parquet|HTTP|Microsoft|Excel|OpenID Connect"
    r"|[\w-]+\.(csv|xlsx)|(?i:utf-\d+|cp\d+|latin-\d|koi8-r|shift_jis|gb18030)|^(?:dd|mmm?|yy|[./ ,-])+$"
)
"""Written the same in every language: codes of currencies, names of products, files and encodings, patterns of days."""
LETTER = re.compile(r"[^\W\d_]")
WRAPPED = re.compile(r"⟦[^⟦⟧]*⟧")
GETTEXT = frozenset(
    {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "gettext_noop"}
)


class PseudoLanguage:
    """Stands in the place of Django's translation of a language."""

    domain = "django"

    def gettext(self, message: str) -> str:
        text = message.rpartition(CONTEXT_SEPARATOR)[2]
        return f"⟦{text} {'·' * (len(text) // 3)}⟧" if text.strip() else message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)

    def to_language(self) -> str:
        return "en"

    def language(self) -> str:
        return "en"

    def plural(self, number: int) -> int:
        return int(number != 1)


class _Texts(HTMLParser):
    """Every text of a page that a person sees or is told."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.found += [value for name, value in attrs if name in SEEN_ATTRIBUTES and value]
        self.found += [value or "" for name, value in attrs if tag == "input" and name == "value" and _is_button(attrs)]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def _is_button(attrs: list[tuple[str, str | None]]) -> bool:
    return dict(attrs).get("type") in ("submit", "button", "reset")


def texts(html: str) -> list[str]:
    parser = _Texts()
    parser.feed(html)
    parser.close()
    return parser.found


def unwrapped(text: str) -> list[str]:
    """The parts of a text that are outside of all brackets and have letters."""
    while (shorter := WRAPPED.sub("\0", text)) != text:
        text = shorter
    parts = (part.strip() for part in text.split("\0"))
    return [part for part in parts if LETTER.search(NAMES.sub("", part))]


# Templates --------------------------------------------------------------------------------------------------------

SKIPPED = {"comment": "endcomment", "blocktranslate": "endblocktranslate", "blocktrans": "endblocktrans"}

CLASSES = re.compile("class|width")
"""Blocks whose names say so hold CSS classes."""


def literal_parts(source: str) -> str:
    """The template without its tags and values: what is written in it as it is."""
    kept, until = [], ""
    for token in Lexer(source).tokenize():
        word, *arguments = token.contents.split() or [""]
        ending = "endblock" if word == "block" and CLASSES.search(arguments[0]) else SKIPPED.get(word, "")
        if token.token_type == TokenType.BLOCK and (word == until or (not until and ending)):
            until = "" if word == until else ending
        elif token.token_type == TokenType.TEXT and not until:
            kept.append(token.contents)
        elif not until:
            kept.append("\0" if token.token_type == TokenType.VAR else "")
    return "".join(kept)


def forgotten_in_template(file: Path) -> list[str]:
    """The texts of a template (HTML, or a mail's plain text) that go through no gettext."""
    literal = literal_parts(file.read_text(encoding="utf-8"))
    found = texts(literal) if file.suffix == ".html" else literal.splitlines()
    return [part for text in found for part in unwrapped(text)]


# Python -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Literal:
    text: str
    place: str


def python_literals(files: list[Path]) -> dict[str, str]:
    """Every string of the modules that is not handed to gettext, with the place where it stands; and the names of
    form fields without a label as Django shows them."""
    return {literal.text: literal.place for file in files for literal in _literals(file)}


def _literals(file: Path) -> Iterator[Literal]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    skipped = {id(node) for node in _docstrings(tree)} | {id(node) for node in _translated(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield Literal(node.value.strip(), f"{file}:{node.lineno}")
        if isinstance(node, ast.Assign) and "forms" in file.parts and _has_no_label(node.value):
            names = (name.id for name in node.targets if isinstance(name, ast.Name))
            yield from (Literal(pretty_name(name), f"{file}:{node.lineno}") for name in names)


def _has_no_label(node: ast.expr) -> bool:
    """Whether this makes a form field without saying its label."""
    is_field = isinstance(node, ast.Call) and _name(node.func).endswith("Field")
    return is_field and "label" not in [keyword.arg for keyword in node.keywords]


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    return (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))


def _translated(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in GETTEXT:
            for argument in node.args:
                yield from ast.walk(argument)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def forgotten_on_page(html: str, literals: dict[str, str]) -> list[str]:
    """The texts of a rendered page that are strings of the source and went through no gettext."""
    parts = {part for text in texts(html) for part in unwrapped(text)}
    return [f"{part!r} ({literals[part]})" for part in sorted(parts) if part in literals]


TOLD = frozenset(
    {"label", "help_text", "title", "remedy", "message", "empty_label", "placeholder", "summary", "heading"}
)
"""Keywords whose values people read."""
FOR_PROGRAMMERS = frozenset({"ValueError", "TypeError", "LookupError", "KeyError", "RuntimeError", "ImportError"})
WORDED_BY_CODE = frozenset({"InputError", "CellError"})
"""Errors of the core, which speaks English alone: pages replace their words, by their codes."""


def forgotten_in_python(file: Path) -> list[str]:
    """Sentences handed to errors, to messages and to keywords that people read, without gettext."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    skipped = {id(node) for node in _translated(tree)}
    found = []
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for call in (call for call in calls if _name(call.func) not in WORDED_BY_CODE):
        told = [keyword.value for keyword in call.keywords if keyword.arg in TOLD]
        if _tells(call):
            told += call.args
        found += [node for node in told if id(node) not in skipped and _is_sentence(node)]
    return [f"{file}:{node.lineno} {ast.unparse(node)}" for node in found]


def _tells(call: ast.Call) -> bool:
    name = _name(call.func)
    is_error = name.endswith("Error") and name not in FOR_PROGRAMMERS
    is_message = isinstance(call.func, ast.Attribute) and _name(call.func.value) == "messages"
    is_init = isinstance(call.func, ast.Attribute) and name == "__init__"
    return is_error or is_message or is_init


def _is_sentence(node: ast.expr) -> bool:
    """Several words, or one that begins like a sentence; not a code or a key."""
    if isinstance(node, ast.JoinedStr):
        return any(_is_sentence(part) for part in node.values)
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and bool(SENTENCE.search(text))


SENTENCE = re.compile(r"[^\W\d_]+\s|^[A-Z][a-z]+$")
