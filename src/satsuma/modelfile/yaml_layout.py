"""How written YAML looks: what stands in one line, and which texts need quotes. Called by `writing`."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

WIDTH = 110
"""A mapping or list stands in one line if that is not longer; a list of numbers always does."""

LEVELS_IN_BLOCK = {"fields": 1, "parameters": 2, "bands": 1, "segments": 1, "axes": 2, "rules": 1}
"""How many levels under these keys begin a line for each entry, even if they would fit in one."""

PLAIN = re.compile(r"[^\W\d_]([\w ./()+&%-]*[\w.)%])?")
"""Texts that need no quotes in any YAML reader …"""
READ_AS_OTHER = re.compile(r"y|n|yes|no|on|off|true|false|null|nan|inf", re.IGNORECASE)
"""… unless they are one of these, which not every reader takes for text."""


def yaml_text(tree: dict[str, Any]) -> str:
    """The tree as YAML, the same on every machine."""
    yaml = YAML()
    yaml.width = 2**31  # lines are broken here, not by the emitter
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(_node(tree, depth=0, in_block=1), stream)
    return stream.getvalue()


def _node(value: Any, *, depth: int, in_block: int) -> Any:
    """The value with its layout; `in_block` is the number of levels that begin a line for each entry."""
    if isinstance(value, str):
        return _text(value, is_key=False)
    node: CommentedMap | CommentedSeq
    if isinstance(value, dict):
        levels = {key: max(in_block - 1, LEVELS_IN_BLOCK.get(key, 0)) for key in value}
        node = CommentedMap(
            (_text(key, is_key=True), _node(item, depth=depth + 1, in_block=levels[key])) for key, item in value.items()
        )
    elif isinstance(value, list):
        node = CommentedSeq(_node(item, depth=depth + 1, in_block=in_block - 1) for item in value)
    else:
        return value
    if in_block <= 0 and _fits(value, depth):
        node.fa.set_flow_style()
    return node


def _fits(value: Any, depth: int) -> bool:
    if not value or (isinstance(value, list) and all(isinstance(item, int | float) for item in value)):
        return True
    return 2 * depth + len(json.dumps(value, ensure_ascii=False)) <= WIDTH


def _text(text: str, *, is_key: bool) -> str:
    if PLAIN.fullmatch(text) and (is_key or not READ_AS_OTHER.fullmatch(text)):
        return text
    quoted: str = DoubleQuotedScalarString(text)
    return quoted
