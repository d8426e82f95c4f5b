"""Faults of structure have places, and hide nothing else."""

from __future__ import annotations

import pytest

from satsuma.modelfile import find_file_problems
from support.files import AXES, PLAIN, changed, found, message


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ("name: Value\n", "", "name", "key_missing"),
        ("name: Value", "name:", "name", "value_empty"),
        ("name: Value", "name: 5", "name", "wrong_type"),
        ("name: Value", "name: [a]", "name", "wrong_type"),
        ("name: Value", "name: a\nlabel: b", "label", "key_unknown"),
        ("kind: company", "kind: firm", "kind", "word_unknown"),
        ("kind: company", "kind: company\ndescription:", "description", "value_empty"),
        ("type: number", "type: numbr", "fields.size.type", "word_unknown"),
        ("type: number", "colum: x, type: number", "fields.size.colum", "key_unknown"),
        ("type: number", "type: number, label: 5", "fields.size.label", "wrong_type"),
        ("type: number", "type: number, metric: {of: deals}", "fields.size.metric.aggregate", "key_missing"),
        (
            "type: number",
            "type: number, metric: {of: deals, aggregate: count, where: {stage: won}}",
            "fields.size.metric.where.stage",
            "wrong_type",
        ),
        ("[retail, finance]", "retail", "fields.sector.options", "wrong_type"),
        ("[retail, finance]", "[retail, 1.5]", "fields.sector.options", "wrong_type"),
        ("[retail, finance]", "[retail, retail]", "fields.sector.options", "key_twice"),
        ("[retail, finance]", "{retail: 5}", "fields.sector.options.retail", "wrong_type"),
        ("relevance: 2", "relevance: two", "parameters[0].relevance", "wrong_type"),
        ("relevance: 2", "relevance: 2.0", "parameters[0].relevance", "wrong_type"),
        ("relevance: 2", "relevance: true", "parameters[0].relevance", "wrong_type"),
        ("relevance: 2", "relevance: 2\n    enabled: yes", "parameters[0].enabled", "wrong_type"),
        ("relevance: 2", "relevance: 2\n    no_data:", "parameters[0].no_data", "value_empty"),
        ("relevance: 2", "relevance: 2\n    yes: 1\n    no: 2", "parameters[0]", "keys_not_together"),
        ("relevance: 2", "relevance: 2\n    anything_else: 2", "parameters[0]", "keys_not_together"),
        ("    ranges: {cuts: [10, 100], points: [0, 3, 5]}\n", "", "parameters[0]", "key_missing"),
        ("ranges: {cuts: [10, 100], points: [0, 3, 5]}", "yes: 1", "parameters[0]", "key_missing"),
        ("[10, 100]", "10", "parameters[0].ranges.cuts", "wrong_type"),
        ("[10, 100]", "[10, '100']", "parameters[0].ranges.cuts[1]", "wrong_type"),
        ("[10, 100]", "[10, ]", "parameters[0].ranges.points", "points_count"),
        ("[10, 100]", "[10, ~]", "parameters[0].ranges.cuts[1]", "value_empty"),
        ("[0, 3, 5]", "[0, 3, 0.5]", "parameters[0].ranges.points[2]", "wrong_type"),
        ("[retail], points", "[[retail]], points", "parameters[1].groups[0].values[0]", "wrong_type"),
        ("  segments: [{name: Low}, {name: High, from: 50}]", "  scale: percent", "bands.segments", "key_missing"),
        ("{name: Low}", "Low", "bands.segments[0]", "wrong_type"),
        ("from: 50", "from: '50'", "bands.segments[1].from", "wrong_type"),
        ("bands:", "rules: []\nbands:", "rules", "keys_not_together"),
    ],
)
def test_one_fault_is_one_problem_at_its_place(old: str, new: str, place: str, code: str) -> None:
    assert found(changed(old, new)) == [(place, code)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: company", "kind: compny", "Here must be one of company, person, not the text 'compny'. "
         "Did you mean 'company'?"),
        ("name: Value", "nmae: Value", "The key 'nmae' is unknown here. Did you mean 'name'?"),
        ("name: Value", "name: Value\nxyz: 5", "The key 'xyz' is unknown here. There is: 'description'. Remove it."),
        ("name: Value", "name: 2024", 'Here must be text, not 2024. Put it in quotes: "…".'),
        ("relevance: 2", "relevance: '2'", "Here must be a whole number, not the text '2'. Write it without quotes, "
         "blanks and commas; the decimal sign is a point."),
        ("[10, 100]", "10", "Here must be a list, not 10. Put it in brackets: [ … ]."),
        ("{name: Low}", "Low", "Here must be a mapping (`key: value`), not the text 'Low'."),
        ("relevance: 2", "relevance:", "There is no value here. Give one, or remove the key."),
    ],
)  # fmt: skip
def test_a_message_says_what_to_do(old: str, new: str, expected: str) -> None:
    assert message(changed(old, new)) == expected


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ("  - name: Fit\n    para", "  - para", "axes[0].name", "key_missing"),
        ("segments: [{name: Cold}, {name: Hot}]\n", "", "segments", "key_missing"),
        (
            "segments: [{name: Cold}, {name: Hot}]",
            "segments: [{name: Cold}, {name: 5}]",
            "segments[1].name",
            "wrong_type",
        ),
        ("rules:\n  - {segment: Hot, when: {Fit: [High]}}\n  - {segment: Cold}\n", "", "rules", "key_missing"),
        ("{Fit: [High]}", "{Fit: High}", "rules[0].when.Fit", "wrong_type"),
        ("{segment: Cold}", "Cold", "rules[1]", "wrong_type"),
        ("name: Warmth", "name: Warmth\n    scale: points", "axes[1].scale", "key_unknown"),
        ("segments: [{name: Cold}", "bands: {}\nsegments: [{name: Cold}", "bands", "keys_not_together"),
    ],
)
def test_one_fault_in_axes_and_rules_is_one_problem(old: str, new: str, place: str, code: str) -> None:
    assert found(changed(old, new, AXES)) == [(place, code)]


@pytest.mark.parametrize("axes", ["[]", "{}", "5"])
def test_axes_that_cannot_be_read_do_not_make_the_rules_wrong(axes: str) -> None:
    start, end = AXES.index("axes:"), AXES.index("segments: [{name: Cold}")
    text = AXES[:start] + f"axes: {axes}\n" + AXES[end:]
    assert found(text) == [("axes", "axes_too_few" if axes == "[]" else "wrong_type")]


def test_one_axis_is_too_few() -> None:
    start, end = AXES.index("  - name: Warmth"), AXES.index("segments: [{name: Cold}")
    assert found(AXES[:start] + AXES[end:]) == [("axes", "axes_too_few")]


def test_a_mistyped_key_is_taken_for_the_one_meant_and_its_value_is_checked() -> None:
    assert found(changed("ranges: {cuts: [10, 100]", "rangs: {cuts: [100, 10]")) == [
        ("parameters[0].ranges.cuts", "cuts_not_increasing"),
        ("parameters[0].rangs", "key_unknown"),
    ]


def test_a_broken_part_does_not_hide_what_is_wrong_elsewhere() -> None:
    text = changed("relevance: 2", "relevance: two")
    text = changed("[retail], points: 5", "[retial], points: 5000", text)
    text = changed("from: 50", "from: 500", text)
    assert found(text) == [
        ("parameters[0].relevance", "wrong_type"),
        ("parameters[1].groups[0].points", "points"),
        ("parameters[1].groups[0].values", "option_unknown"),
        ("bands.segments[1].from", "edge_outside_percent"),
    ]


def test_a_broken_field_does_not_make_its_parameter_wrong() -> None:
    text = changed("type: number", "type: numbr")
    assert found(changed("[10, 100]", "[100, 10]", text)) == [
        ("fields.size.type", "word_unknown"),
        ("parameters[0].ranges.cuts", "cuts_not_increasing"),
    ]


def test_fields_that_cannot_be_read_do_not_make_parameters_wrong() -> None:
    start, end = PLAIN.index("fields:"), PLAIN.index("parameters:")
    assert found(PLAIN[:start] + "fields: 5\n" + PLAIN[end:]) == [("fields", "wrong_type")]


def test_a_broken_scale_does_not_make_edges_wrong() -> None:
    text = changed("bands:\n", "bands:\n  scale: point\n")
    assert found(changed("from: 50", "from: 500", text)) == [("bands.scale", "word_unknown")]


def test_a_broken_band_does_not_make_rules_wrong() -> None:
    text = AXES.replace("{name: High, from: 50}", "{name: High, from: x}", 1)
    assert found(text) == [("axes[0].bands.segments[1].from", "wrong_type")]
    assert found(AXES.replace("{name: High, from: 50}", "{name: 5, from: 50}", 1)) == [
        ("axes[0].bands.segments[1].name", "wrong_type")
    ]


@pytest.mark.parametrize(
    ("version", "code"),
    [("2", "version_unknown"), ("'1'", "version_unknown"), ("0", "version_unknown"), ("true", "version_unknown")],
)
def test_a_file_of_another_version_is_not_looked_into(version: str, code: str) -> None:
    assert found(f"satsuma: {version}\nnew_key: 5") == [("satsuma", code)]


def test_a_newer_version_says_what_to_install() -> None:
    expected = "This program reads version 1 of the format, not 2. Install a newer Satsuma."
    assert message("satsuma: 2\nnew_key: 5") == expected


def test_a_missing_version_hides_nothing() -> None:
    text = changed("satsuma: 1\n", "")
    assert found(changed("from: 50", "from: 500", text)) == [
        ("satsuma", "version_missing"),
        ("bands.segments[1].from", "edge_outside_percent"),
    ]


def test_problems_and_warnings_carry_their_line() -> None:
    problems = find_file_problems(changed("relevance: 2", "relevance: 20")).problems
    assert [problem.facts["line"] for problem in problems] == [9]
    findings = find_file_problems(changed("from: 50", "from: 0"))
    assert [(warning.code, warning.facts["line"]) for warning in findings.warnings] == [("band_unreachable", 15)]


def test_whole_numbers_and_yes_or_no_are_words_where_words_are_listed() -> None:
    text = changed("options: [retail, finance]", "options: [1, true, no, 007]")
    segmentation = find_file_problems(changed("[retail], points", "[1, true, 007], points", text)).segmentation
    assert segmentation is not None
    assert [option.key for option in segmentation.field("sector").options] == ["1", "true", "no", "007"]
    assert segmentation.axes[0].parameters[1].ranges.groups[0].values == ("1", "true", "007")  # type: ignore[union-attr]
