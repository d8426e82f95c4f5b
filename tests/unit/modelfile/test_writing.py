"""Written files are nice to read, and read back the same."""

from __future__ import annotations

import json
from dataclasses import replace

from satsuma.domain.model import Option
from satsuma.modelfile import parse_segmentation, segmentation_json, write_segmentation
from satsuma.modelfile.yaml_text import read_yaml
from support.files import AXES, PLAIN, changed

WRITTEN = """\
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
  segments:
    - {name: Low}
    - {name: High, from: 50}
"""


def test_keys_stand_in_order_short_parts_in_one_line_defaults_are_left_out() -> None:
    assert write_segmentation(parse_segmentation(PLAIN)) == WRITTEN


def test_what_is_not_the_default_is_written() -> None:
    text = changed("5]}\n", "5]}\n    no_data: -1\n    enabled: false\n", WRITTEN)
    text = changed("points: 5}]\n", "points: 5}]\n    anything_else: 2\n", text)
    text = changed("bands:\n", "bands:\n  scale: points\n", text)
    assert write_segmentation(parse_segmentation(text)) == text


def test_axes_begin_lines_rules_stand_in_one() -> None:
    written = write_segmentation(parse_segmentation(AXES)).splitlines()
    assert written[6:14] == [
        "axes:",
        "  - name: Fit",
        "    parameters:",
        "      - field: size",
        "        relevance: 1",
        "        ranges: {cuts: [10], points: [0, 5]}",
        "    bands:",
        "      segments:",
    ]
    assert written[-2:] == ["  - {segment: Hot, when: {Fit: [High]}}", "  - {segment: Cold}"]


def test_texts_that_other_readers_would_misread_are_quoted() -> None:
    segmentation = parse_segmentation(PLAIN)
    sector = segmentation.field("sector")
    odd = ("NO", "5", "", " a", "#c", "a: b", "2026-11-21", "line\nbreak", "plain text", "Żółty", "retail")
    options = tuple(Option(text, text) for text in odd)
    quoted = replace(segmentation, fields=(segmentation.fields[0], replace(sector, options=options)))
    line = next(line for line in write_segmentation(quoted).splitlines() if "options" in line)
    assert line == (
        '    options: ["NO", "5", "", " a", "#c", "a: b", "2026-11-21", "line\\nbreak", plain text, Żółty, retail]'
    )


def test_a_long_list_of_numbers_stays_in_one_line() -> None:
    cuts, points = ", ".join(map(str, range(1000, 1049))), ", ".join(["7"] * 49 + ["0"])
    text = PLAIN.replace("[10, 100]", f"[{cuts}]").replace("[0, 3, 5]", f"[{points}]")
    written = write_segmentation(parse_segmentation(text))
    assert f"    ranges:\n      cuts: [{cuts}]\n      points: [{points}]\n" in written


def test_json_has_the_same_keys_and_values() -> None:
    segmentation = parse_segmentation(PLAIN)
    written = json.loads(segmentation_json(segmentation))
    assert list(written) == ["satsuma", "name", "kind", "fields", "parameters", "bands"]
    assert written == read_yaml(write_segmentation(segmentation)).tree
