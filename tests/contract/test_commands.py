"""What each command answers about a small table, whole: programs read it."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from support.command import done, satsuma

TABLES = ("model.yaml", "accounts.csv", "--key", "account", "--deals", "deals.csv", "--as-of", "2026-06-30")
SCORED = [
    {"account": "Acme", "score": 20, "percent": 66.7, "segment": "High", "coverage": 1.0},
    {"account": "Bolt", "score": 10, "percent": 33.3, "segment": "Low", "coverage": 1.0},
    {"account": "Cora", "score": 0, "percent": 0.0, "segment": "Low", "coverage": 0.2},
]
POINTS = [
    {"points: size": 0, "points: sector": 5, "points: since": 5, "points: won": 10},
    {"points: size": 10, "points: sector": 0, "points: since": 0, "points: won": 0},
    {"points: size": 0, "points: sector": 0, "points: since": 0, "points: won": 0},
]
AS_CSV = """\
account,score,percent,segment,coverage
Acme,20,66.7,High,1.0
Bolt,10,33.3,Low,1.0
Cora,0,0.0,Low,0.2
"""


def test_check_says_that_a_file_is_fine(folder: Path) -> None:
    outcome = done("check", "model.yaml", folder=folder)
    assert (outcome.out, outcome.err) == ("model.yaml is fine: “Value”, 4 parameters, 2 segments.\n", "")


def test_check_answers_programs(folder: Path) -> None:
    assert done("check", "model.yaml", "--json", folder=folder).json == {"name": "Value", "warnings": []}


def test_check_names_what_is_worth_a_look(folder: Path) -> None:
    text = (folder / "model.yaml").read_text(encoding="utf-8").replace("points: [0, 3, 5]", "points: [0, 0, 0]")
    (folder / "model.yaml").write_text(text, encoding="utf-8")
    (warning,) = done("check", "model.yaml", "--json", folder=folder).json["warnings"]
    assert (warning["place"], warning["code"]) == ("parameters[0]", "parameter_dead")


def test_score_answers_programs(folder: Path) -> None:
    assert done("score", *TABLES, "--json", folder=folder).json == SCORED


def test_score_gives_a_pipe_everybody_as_csv_and_nothing_else(folder: Path) -> None:
    outcome = done("score", *TABLES, folder=folder)
    assert (outcome.out, outcome.err) == (AS_CSV, "")


def test_points_add_up_to_the_score(folder: Path) -> None:
    found = done("score", *TABLES, "--points", "--json", folder=folder).json
    assert found == [scored | points for scored, points in zip(SCORED, POINTS, strict=True)]
    assert [sum(points.values()) for points in POINTS] == [scored["score"] for scored in SCORED]


@pytest.mark.parametrize(
    "name",
    [
        "s.csv",
        "s.tsv",
        "s.jsonl",
        "s.ndjson",
        "s.xlsx",
        "s.parquet",
        "s.csv.gz",
        "s.jsonl.gz",
        "s.CSV",
        "with blank é.csv",
    ],
)
def test_every_format_holds_the_same_scores(folder: Path, name: str) -> None:
    outcome = done("score", *TABLES, "-o", name, folder=folder)
    assert (outcome.out, outcome.err) == (f"Wrote 3 rows to {name}.\n", "")
    assert _read(folder / name).to_dicts() == SCORED
    assert sorted(path.name for path in folder.iterdir()) == sorted(["model.yaml", "accounts.csv", "deals.csv", name])


def _read(path: Path) -> pl.DataFrame:
    kind = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    match kind:
        case "csv" | "tsv":
            return pl.read_csv(path, separator="\t" if kind == "tsv" else ",")
        case "jsonl" | "ndjson":
            return pl.read_ndjson(path)
        case "xlsx":
            return pl.read_excel(path).cast({"percent": pl.Float64, "coverage": pl.Float64})
        case _:
            return pl.read_parquet(path)


def test_writing_a_file_and_answering_programs_do_not_exclude_each_other(folder: Path) -> None:
    outcome = done("score", *TABLES, "--json", "-o", "s.parquet", "--report", "r.html", folder=folder)
    assert outcome.json == SCORED == _read(folder / "s.parquet").to_dicts()
    assert (folder / "r.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")


def test_a_report_is_announced(folder: Path) -> None:
    outcome = done("score", *TABLES, "-o", "s.csv", "--report", "r.html", "--value", "won", folder=folder)
    assert outcome.out == "Wrote 3 rows to s.csv.\nWrote the report to r.html.\n"


def test_the_same_call_writes_the_same_bytes(folder: Path) -> None:
    for name in ("1.csv", "2.csv", "1.csv.gz", "2.csv.gz"):
        done("score", *TABLES, "-o", name, folder=folder)
    for end in ("csv", "csv.gz"):
        assert (folder / f"1.{end}").read_bytes() == (folder / f"2.{end}").read_bytes()


def test_preview_answers_programs(folder: Path) -> None:
    assert done("preview", *TABLES, "--value", "won", "--json", folder=folder).json == {
        "name": "Value",
        "customers": 3,
        "segments": [
            {"name": "Low", "color": None, "customers": 2, "share": 2 / 3, "value": 0.0, "coverage": 0.6},
            {"name": "High", "color": "#2fb344", "customers": 1, "share": 1 / 3, "value": 0.3, "coverage": 1.0},
        ],
        "histogram": [
            {"lower": score, "upper": score, "customers": int(score in (0, 10, 20))} for score in range(31)
        ],
        "edges": [15],
        "coverage": 11 / 15,
        "lines": [
            {"field": "size", "relevance": 2, "lines": _lines("range 0 1", "range 3 0", "range 5 1", "no_data 0 1")},
            {"field": "sector", "relevance": 1, "lines": _lines("range 5 1", "anything_else 0 1", "no_data 0 1")},
            {"field": "since", "relevance": 1, "lines": _lines("range 0 1", "range 5 1", "no_data 0 1")},
            {"field": "won", "relevance": 1, "lines": _lines("range 0 2", "range 10 1", "no_data 0 0")},
        ],
        "moves": [],
    }  # fmt: skip


def _lines(*texts: str) -> list[dict[str, object]]:
    split = [text.split() for text in texts]
    return [{"kind": kind, "points": int(points), "customers": int(count)} for kind, points, count in split]


def test_preview_adds_up_the_first_money_field_unless_told_otherwise(folder: Path) -> None:
    segments = done("preview", *TABLES, "--json", folder=folder).json["segments"]
    assert [segment["value"] for segment in segments] == [0.0, 0.3]
    segments = done("preview", *TABLES, "--value", "size", "--json", folder=folder).json["segments"]
    assert [segment["value"] for segment in segments] == [100.0, 5.0]


def test_preview_shows_who_would_move(folder: Path) -> None:
    (folder / "before.csv").write_text("account,segment\nAcme,Low\nBolt,Low\nGone,High\n", encoding="utf-8")
    found = done("preview", *TABLES, "--before", "before.csv", "--json", folder=folder).json
    assert found["moves"] == [
        {"before": None, "after": "Low", "customers": 1, "value": 0.0},
        {"before": "Low", "after": "High", "customers": 1, "value": 0.3},
    ]
    shown = done("preview", *TABLES, "--before", "before.csv", folder=folder).out
    assert [line.split() for line in shown.splitlines()][-4:] == [
        ["Who", "would", "move"],
        ["From", "To", "Customers"],
        ["(new)", "Low", "1"],
        ["Low", "High", "1"],
    ]


@pytest.mark.parametrize("key", ["Acme", "=1+1", "-5", "@home", "+49 30 1"])
def test_nobody_moves_from_what_score_has_just_written(folder: Path, key: str) -> None:
    """Also keys that had to be made harmless for spreadsheets."""
    text = (folder / "accounts.csv").read_text(encoding="utf-8").replace("Acme", key)
    (folder / "accounts.csv").write_text(text, encoding="utf-8")
    done("score", *TABLES, "-o", "before.csv", folder=folder)
    assert done("preview", *TABLES, "--before", "before.csv", "--json", folder=folder).json["moves"] == []


def test_nobody_moves_from_segments_with_odd_names(folder: Path) -> None:
    text = (folder / "model.yaml").read_text(encoding="utf-8").replace("name: Low", 'name: "- Low"')
    (folder / "model.yaml").write_text(text.replace("name: High", "name: \"@ 'top'\""), encoding="utf-8")
    for name in ("before.csv", "before.parquet", "before.xlsx"):
        done("score", *TABLES, "-o", name, folder=folder)
        assert done("preview", *TABLES, "--before", name, "--json", folder=folder).json["moves"] == []


def test_preview_is_a_picture_for_people(folder: Path) -> None:
    shown = done("preview", *TABLES, "--value", "won", folder=folder).out
    assert shown.splitlines()[:5] == [
        "Value: 3 customers, coverage 73.3 %",
        "",
        "Segment  Customers   Share                    Value   Of all",
        "High             1  33.3 %  ████████           0.30  100.0 %",
        "Low              2  66.7 %  ████████████████   0.00    0.0 %",
    ]


def test_explain_answers_programs(folder: Path) -> None:
    assert done("explain", *TABLES, "--id", "Bolt", "--json", folder=folder).json == {
        "key": "Bolt",
        "segment": "Low",
        "score": 10,
        "lowest": 0,
        "highest": 30,
        "percent": 33.3,
        "coverage": 1.0,
        "axes": [{"name": "Score", "score": 10, "band": "Low"}],
        "reasons": [
            _reason("size", 100.0, "100 people or more", 5, 2),
            _reason("sector", "finance", "anything else", 0, 1),
            _reason("since", "2026-06-29", "less than 365 days ago", 0, 1),
            _reason("won", 0.0, "under 0.3", 0, 1),
        ],
        "missing": [],
        "next_segment": "High",
        "steps": [
            {"segment": "High", "changes": [_change("sector", "finance", "retail", 5)]},
            {"segment": "High", "changes": [_change("since", "2026-06-29", "2025-06-30", 5)]},
            {"segment": "High", "changes": [_change("won", 0.0, 0.3, 10)]},
        ],
    }


def _reason(field: str, value: object, hit: str, points: int, relevance: int) -> dict[str, object]:
    return {
        "axis": "Score", "field": field, "value": value, "range": hit,
        "points": points, "relevance": relevance, "contribution": points * relevance,
    }  # fmt: skip


def _change(field: str, before: object, after: object, gain: int) -> dict[str, object]:
    return {"field": field, "from": before, "to": after, "gain": gain}


def test_explain_names_what_is_missing(folder: Path) -> None:
    outcome = done("explain", *TABLES, "--id", "Cora", folder=folder)
    assert outcome.out.startswith("Cora: Low\nScore 0 of 0 to 30, that is 0.0 percent. Coverage 20.0 %.\n")
    assert "No data: Size, Sector, Since.\n" in outcome.out
    assert done("explain", *TABLES, "--id", "Cora", "--json", folder=folder).json["missing"] == [
        "size",
        "sector",
        "since",
    ]


def test_explain_says_when_there_is_nothing_higher(folder: Path) -> None:
    outcome = done("explain", *TABLES, "--id", "Acme", folder=folder)
    assert outcome.out.endswith("This is the highest segment.\n")


@pytest.mark.parametrize("spelling", ["Zoë", "Zoe\u0308", " Zoë "])
def test_explain_finds_a_key_however_it_is_typed(folder: Path, spelling: str) -> None:
    with (folder / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write("Zoë,5,retail,\n")
    assert done("explain", *TABLES, "--id", spelling, "--json", folder=folder).json["segment"] == "Low"


def test_verify_finds_engines_equal(folder: Path) -> None:
    engines = ["polars-in-memory", "duckdb", "ibis-duckdb", "sqlite"]
    asked = [argument for engine in engines for argument in ("--engine", engine)]
    assert done("verify", *TABLES, *asked, "--json", folder=folder).json == [
        {"engine": engine, "contacts": 3, "equal": True, "different_cells": 0, "differences": []}
        for engine in ("specification", *engines)
    ]


def test_verify_compares_with_the_specification_without_being_asked(folder: Path) -> None:
    found = done("verify", *TABLES, folder=folder).out
    assert [line.split() for line in found.splitlines()] == [
        ["Compared", "with", "Polars", "Contacts", "Result"],
        ["specification", "3", "equal"],
        ["polars-in-memory", "3", "equal"],
    ]


@pytest.mark.parametrize("engine", ["polars", "polars-in-memory", "duckdb", "ibis-duckdb", "sqlite"])
def test_every_engine_scores_alike(folder: Path, engine: str) -> None:
    outcome = done("score", *TABLES, "--points", "--engine", engine, "--json", folder=folder)
    assert outcome.json == [scored | points for scored, points in zip(SCORED, POINTS, strict=True)]


def test_today_is_the_scoring_day_unless_told_otherwise(folder: Path) -> None:
    (folder / "accounts.csv").write_text(f"account,size,sector,since\nNow,,,{date.today()}\n", encoding="utf-8")
    (row,) = done("score", *TABLES[:-2], "--points", "--json", folder=folder).json
    assert (row["points: since"], row["coverage"]) == (0, 0.4)


def test_a_table_of_contacts_without_rows(folder: Path) -> None:
    (folder / "accounts.csv").write_text("account,size,sector,since\n", encoding="utf-8")
    assert done("score", *TABLES, folder=folder).out == AS_CSV.splitlines(keepends=True)[0]
    assert done("score", *TABLES, "--json", folder=folder).json == []
    assert done("preview", *TABLES, "--json", folder=folder).json["customers"] == 0
    assert done("preview", *TABLES, folder=folder).out.startswith("Value: 0 customers, coverage 100.0 %\n")
    assert done("verify", *TABLES, "--engine", "sqlite", "--json", folder=folder).json[1]["contacts"] == 0
    done("score", *TABLES, "-o", "s.xlsx", "--report", "r.html", folder=folder)
    assert pl.read_excel(folder / "s.xlsx", raise_if_empty=False).height == 0


def test_deals_without_rows_are_worth_nothing(folder: Path) -> None:
    (folder / "deals.csv").write_text("account,value,stage\n", encoding="utf-8")
    assert [row["score"] for row in done("score", *TABLES, "--json", folder=folder).json] == [10, 10, 0]


# Notes: on standard error, never among results


def test_the_first_column_is_the_key_and_that_is_said(folder: Path) -> None:
    outcome = done(
        "score", "model.yaml", "accounts.csv", "--deals", "deals.csv", "--as-of", "2026-06-30", folder=folder
    )
    assert outcome.out == AS_CSV
    assert outcome.err == "Note: The contacts' key is the first column, 'account'; --key names another.\n"


def test_deals_that_count_for_nobody_are_mentioned(folder: Path) -> None:
    with (folder / "deals.csv").open("a", encoding="utf-8") as file:
        file.write("Stranger,5,won\n,5,won\n")
    outcome = done("score", *TABLES, folder=folder)
    assert outcome.out == AS_CSV
    assert [line.split(":")[0] for line in outcome.err.splitlines()] == ["Note", "Note"]
    assert "'Stranger'" in outcome.err


@pytest.mark.parametrize("name", ["score", "percent", "segment", "coverage", "Score score", "points: size"])
def test_a_key_that_is_called_like_a_result(folder: Path, name: str) -> None:
    for table in ("accounts.csv", "deals.csv"):
        text = (folder / table).read_text(encoding="utf-8").replace("account", name)
        (folder / table).write_text(text, encoding="utf-8")
    tables = [name if argument == "account" else argument for argument in TABLES]
    done("score", *tables, "--points", "-o", "before.csv", folder=folder)
    header, *rows = csv.reader(io.StringIO((folder / "before.csv").read_text(encoding="utf-8")))
    assert (header[0], [row[0] for row in rows]) == (f"{name} (key)", ["Acme", "Bolt", "Cora"])
    assert len(set(header)) == len(header)
    assert done("preview", *tables, "--before", "before.csv", "--json", folder=folder).json["moves"] == []
    assert done("explain", *tables, "--id", "Acme", "--json", folder=folder).json["segment"] == "High"


def test_a_key_of_deals_alone_that_is_called_like_a_result(tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(
        """\
satsuma: 1
name: Deals
kind: company
fields: {deals: {type: number, metric: {of: deals, aggregate: count}}}
parameters: [{field: deals, relevance: 1, ranges: {cuts: [2], points: [0, 1]}}]
bands: {segments: [{name: Low}, {name: High, from: 50}]}
""",
        encoding="utf-8",
    )
    (tmp_path / "deals.csv").write_text("score,value\nAcme,1\nAcme,2\nBolt,3\n", encoding="utf-8")
    tables = ("model.yaml", "--deals", "deals.csv", "--deals-key", "score")
    scored = done("score", *tables, "--json", folder=tmp_path).json
    assert [(row["score (key)"], row["segment"]) for row in scored] == [("Acme", "High"), ("Bolt", "Low")]


# Whose rows they are

PEOPLE_MODEL = """\
satsuma: 1
name: Known
kind: company
fields:
  deals: {type: number, metric: {of: deals, aggregate: count}}
  people: {type: number, metric: {of: people, aggregate: count, where: {role: [board]}}}
parameters:
  - {field: deals, relevance: 1, ranges: {cuts: [1, 2, 3], points: [0, 1, 2, 3]}}
  - {field: people, relevance: 1, ranges: {cuts: [1], points: [0, 10]}}
bands:
  scale: points
  segments: [{name: Low}, {name: High, from: 10}]
"""


@pytest.mark.parametrize("key", [(), ("--key", "company")], ids=["first column", "named"])
def test_a_company_has_the_rows_of_its_people(tmp_path: Path, key: tuple[str, ...]) -> None:
    texts = {
        "model.yaml": PEOPLE_MODEL,
        "c.csv": "company\nAcme\nBolt\n",
        "people.csv": "person,company,role\np1,Acme,board\np2,Bolt,clerk\np3,,board\n",
        "deals.csv": "person,company\np1,\n,Acme\np2,Acme\np3,\np2,\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    tables = ("c.csv", *key, "--deals", "deals.csv", "--people", "people.csv", "--person-key", "person")
    found = done("score", "model.yaml", *tables, "--json", folder=tmp_path).json
    assert [(row["company"], row["score"]) for row in found] == [("Acme", 13), ("Bolt", 1)]


def test_deals_may_name_people_only(tmp_path: Path) -> None:
    texts = {
        "model.yaml": PEOPLE_MODEL,
        "c.csv": "company\nAcme\n",
        "people.csv": "person,company,role\np1,Acme,clerk\n",
        "deals.csv": "person\np1\np1\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    tables = ("c.csv", "--deals", "deals.csv", "--people", "people.csv", "--person-key", "person")
    assert done("score", "model.yaml", *tables, "--json", folder=tmp_path).json[0]["score"] == 2


def test_contacts_may_be_those_that_the_deals_name(tmp_path: Path) -> None:
    model = PEOPLE_MODEL.replace("\n  - {field: people", "\n  - {enabled: false, field: people")
    (tmp_path / "model.yaml").write_text(model, encoding="utf-8")
    (tmp_path / "deals.csv").write_text("who\nb\na\nb\n\n", encoding="utf-8")
    found = done("score", "model.yaml", "--deals", "deals.csv", "--deals-key", "who", "--json", folder=tmp_path).json
    assert [(row["who"], row["score"]) for row in found] == [("b", 2), ("a", 1)]


# What is in the cells


def scored_one(tmp_path: Path, field: str, parameter: str, cell: str, *options: str) -> int:
    """The score of one contact whose only cell is this."""
    model = (
        f"satsuma: 1\nname: One\nkind: person\nfields:\n  x: {field}\nparameters:\n  - {parameter}\n"
        "bands: {scale: points, segments: [{name: Low}, {name: High, from: 1}]}\n"
    )
    (tmp_path / "model.yaml").write_text(model, encoding="utf-8")
    (tmp_path / "t.csv").write_text(f"id,x\n1,{cell}\n", encoding="utf-8")
    arguments = ("score", "model.yaml", "t.csv", "--as-of", "2026-06-30", *options, "--json")
    (row,) = done(*arguments, folder=tmp_path).json
    score: int = row["score"]
    return score


OPTIONS = "{type: choice, options: {A: Alpha, a: Small, b: Beta}}"
GROUPS = (
    "{field: x, relevance: 1, groups: [{values: [A], points: 1}, {values: [a], points: 2}, {values: [b], points: 3}]}"
)


@pytest.mark.parametrize(
    ("cell", "points"),
    [("A", 1), ("a", 2), ("b", 3), ("B", 3), (" b ", 3), ("BETA", 3), ("alpha", 1), ("Small", 2), ("c", 0)],
)
def test_an_option_is_found_by_key_and_label_and_exactly_where_two_are_alike(
    tmp_path: Path, cell: str, points: int
) -> None:
    assert scored_one(tmp_path, OPTIONS, GROUPS, cell) == points


@pytest.mark.parametrize(
    ("amount", "cut"),
    [
        ("0.7", "0.7"),
        ("1.2345", "1.2345"),
        ("8672488959294.3", "8672488959294.3"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_an_amount_of_money_reaches_a_cut_of_the_same_digits(tmp_path: Path, amount: str, cut: str) -> None:
    asked = f"{{field: x, relevance: 1, ranges: {{cuts: [{cut}], points: [0, 1]}}}}"
    assert scored_one(tmp_path, "{type: money}", asked, amount) == 1


@pytest.mark.parametrize(
    ("cell", "options", "points"),
    [
        ("30.06.2026", (), 1),
        ("2026-06-30", (), 1),
        ("01.07.2026", (), 0),
        ("06-30-2026", ("--date-format", "mm-dd-yyyy"), 1),
    ],
)
def test_days_are_recognised_or_said(tmp_path: Path, cell: str, options: tuple[str, ...], points: int) -> None:
    asked = "{field: x, relevance: 1, ages: {cuts: [0], points: [0, 1]}}"
    assert scored_one(tmp_path, "{type: date}", asked, cell, *options) == points


@pytest.mark.parametrize(
    ("cell", "options", "points"),
    [
        ('"1.234,5"', (), 1),
        ('"1,234"', ("--thousands", ","), 1),
        ('"1,234"', ("--decimal", ","), 0),
        ("NULL", ("--empty", "NULL"), 7),
        ("n/a", ("--empty", "NULL", "--empty", "n/a"), 7),
    ],
)
def test_numbers_are_recognised_or_said(tmp_path: Path, cell: str, options: tuple[str, ...], points: int) -> None:
    asked = "{field: x, relevance: 1, ranges: {cuts: [1000], points: [0, 1]}, no_data: 7}"
    assert scored_one(tmp_path, "{type: number}", asked, cell, *options) == points


def test_several_axes_bring_their_scores_and_bands(tmp_path: Path) -> None:
    from support.files import AXES

    (tmp_path / "model.yaml").write_text(AXES, encoding="utf-8")
    (tmp_path / "t.csv").write_text("id,size,days\na,10,1\nb,1,10\n", encoding="utf-8")
    assert done("score", "model.yaml", "t.csv", "--key", "id", "--points", folder=tmp_path).out == (
        "id,score,percent,segment,coverage,Fit score,Fit band,Warmth score,Warmth band,Fit points: size,"
        "Warmth points: days\n"
        "a,5,50.0,Hot,1.0,5,High,0,Low,5,0\n"
        "b,5,50.0,Cold,1.0,0,Low,5,High,0,5\n"
    )
    outcome = done("explain", "model.yaml", "t.csv", "--key", "id", "--id", "b", folder=tmp_path).out.splitlines()
    assert outcome[2:4] == ["  Fit: Low, score 0 of 0 to 5", "  Warmth: High, score 5 of 0 to 5"]


def test_markup_in_names_is_text(tmp_path: Path) -> None:
    model = (
        'satsuma: 1\nname: "[red]x[/red] [/]"\nkind: person\nfields:\n  x: {type: number, label: "[bold]y[/]"}\n'
        "parameters:\n  - {field: x, relevance: 1, ranges: {cuts: [1], points: [0, 1]}}\n"
        'bands: {segments: [{name: "[low]"}, {name: "[/high]", from: 50}]}\n'
    )
    (tmp_path / "model.yaml").write_text(model, encoding="utf-8")
    (tmp_path / "t.csv").write_text("[id],x\n[a],1\n", encoding="utf-8")
    assert done("preview", "model.yaml", "t.csv", folder=tmp_path).out.startswith("[red]x[/red] [/]: 1 customers")
    assert done("explain", "model.yaml", "t.csv", "--id", "[a]", folder=tmp_path).out.startswith("[a]: [/high]\n")
    assert satsuma("explain", "model.yaml", "t.csv", "--id", "[b]", folder=tmp_path).code == 2
