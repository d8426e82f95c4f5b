"""Ready-made schemes: each is listed as it is written, parses without a remark and sorts its sample as expected."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from satsuma.domain.errors import InputError
from satsuma.domain.model import Kind, Source
from satsuma.modelfile import find_file_problems
from satsuma.schemes import KEYS, list_schemes, read_scheme, scheme_text
from support.sample_tables import Table, results

SAMPLES = Path(__file__).parents[2] / "data" / "schemes"
AS_OF = date(2026, 6, 30)
EVERY_SCHEME = pytest.mark.parametrize("key", KEYS)


def sample(key: str, source: Source | None = None) -> Path:
    return SAMPLES / (f"{key}.{source}.csv" if source else f"{key}.csv")


def test_every_shipped_file_is_listed() -> None:
    folder = Path(sys.modules["satsuma.schemes"].__file__ or "").parent / "files"
    assert sorted(path.stem for path in folder.iterdir()) == sorted(KEYS)


def test_listing_says_what_the_files_say() -> None:
    written = [(key, read_scheme(key)) for key in KEYS]
    listed = [(scheme.key, scheme.name, scheme.kind, scheme.summary) for scheme in list_schemes()]
    assert listed == [(key, model.name, model.kind, model.description) for key, model in written]


def test_listing_loads_no_heavy_library() -> None:
    program = (
        "import sys, satsuma.schemes as s; s.list_schemes(); print({'pydantic', 'ruamel', 'polars'} & {*sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_an_unknown_scheme_is_an_error_that_names_the_closest() -> None:
    with pytest.raises(InputError) as caught:
        scheme_text("Company_values")
    assert caught.value.code == "scheme_unknown"
    assert caught.value.facts == {"key": "Company_values", "closest": "company-value"}
    assert caught.value.remedy == "Did you mean 'company-value'? `satsuma schemes` lists all of them."


def test_an_unknown_scheme_like_no_other_names_none() -> None:
    with pytest.raises(InputError) as caught:
        read_scheme("../../etc/passwd")
    assert caught.value.facts["closest"] is None
    assert caught.value.remedy == "`satsuma schemes` lists all of them."


@EVERY_SCHEME
def test_a_scheme_has_no_problem_and_no_warning(key: str) -> None:
    findings = find_file_problems(scheme_text(key), format="yaml")
    assert [str(remark) for remark in (*findings.problems, *findings.warnings)] == []


@EVERY_SCHEME
def test_a_scheme_opens_with_a_comment_that_says_what_to_adapt(key: str) -> None:
    opening = scheme_text(key).split("satsuma: 1\n")[0]
    assert all(line.startswith("#") for line in opening.splitlines())
    assert "adapt" in opening.lower()


@EVERY_SCHEME
def test_every_segment_has_a_colour_of_its_own_and_a_sentence(key: str) -> None:
    segments = read_scheme(key).segments
    assert len({segment.color for segment in segments}) == len(segments)
    assert [segment.name for segment in segments if not (segment.description or "").endswith(".")] == []


@EVERY_SCHEME
def test_colours_can_be_told_from_a_light_and_a_dark_page(key: str) -> None:
    """A contrast of 3 to 1, as WCAG 2 asks of graphics, against white and against a dark page."""
    for segment in read_scheme(key).segments:
        assert segment.color is not None
        assert contrast(segment.color, "#ffffff") >= 3, segment.name
        assert contrast(segment.color, "#151f2c") >= 3, segment.name


@EVERY_SCHEME
def test_a_scheme_sorts_its_sample_as_worked_out_by_hand(key: str) -> None:
    model = read_scheme(key)
    column = "person" if model.kind is Kind.PERSON else "company"
    counted = {source: Table(sample(key, source), column) for source in Source if sample(key, source).exists()}
    found = results(model, Table(sample(key), column), AS_OF, counted)
    with sample(key).open(encoding="utf-8") as file:
        expected = {row[column]: row["segment"] for row in csv.DictReader(file)}
    assert {contact: result.segment_name for contact, result in found.items()} == expected


@EVERY_SCHEME
def test_a_sample_reaches_every_segment_and_holds_missing_values(key: str) -> None:
    model = read_scheme(key)
    with sample(key).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert 8 <= len(rows) <= 15
    assert {row["segment"] for row in rows} == {segment.name for segment in model.segments}
    own_columns = [field for field in model.fields if field.metric is None]
    assert not own_columns or any("" in row.values() for row in rows)


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    shares = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
