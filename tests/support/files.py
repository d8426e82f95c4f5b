"""A small segmentation file to break."""

from __future__ import annotations

from satsuma.modelfile import find_file_problems

PLAIN = """\
satsuma: 1
name: Value
kind: company
fields:
  size: {type: number}
  sector: {type: choice, options: [retail, finance]}
parameters:
  - field: size
    relevance: 2
    ranges: {cuts: [10, 100], points: [0, 3, 5]}
  - field: sector
    relevance: 1
    groups: [{values: [retail], points: 5}]
bands:
  segments: [{name: Low}, {name: High, from: 50}]
"""

AXES = """\
satsuma: 1
name: Value
kind: company
fields: {size: {type: number}, days: {type: number}}
axes:
  - name: Fit
    parameters: [{field: size, relevance: 1, ranges: {cuts: [10], points: [0, 5]}}]
    bands: {segments: [{name: Low}, {name: High, from: 50}]}
  - name: Warmth
    parameters: [{field: days, relevance: 1, ranges: {cuts: [10], points: [0, 5]}}]
    bands: {segments: [{name: Low}, {name: High, from: 50}]}
segments: [{name: Cold}, {name: Hot}]
rules:
  - {segment: Hot, when: {Fit: [High]}}
  - {segment: Cold}
"""


def changed(old: str, new: str, text: str = PLAIN) -> str:
    """The text with one part, which must be there once, replaced."""
    assert text.count(old) == 1
    return text.replace(old, new)


def found(text: str) -> list[tuple[str, str]]:
    """Place and code of every problem of a YAML text."""
    return [(problem.place, str(problem.code)) for problem in find_file_problems(text, format="yaml").problems]


def message(text: str) -> str:
    """The message of the only problem of a YAML text."""
    (problem,) = find_file_problems(text, format="yaml").problems
    return problem.message
