"""Whatever is handed in wrongly ends with a code, a place and a remedy: no traceback, and no file written."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.command import Outcome, satsuma

TABLES = ("model.yaml", "accounts.csv", "--key", "account", "--deals", "deals.csv", "--as-of", "2026-06-30")
INPUT, MODEL, ENGINE = 2, 3, 4


@dataclass(frozen=True)
class Case:
    """A file with one part replaced, or arguments added; the exit code, the error's code, and words of its text."""

    id: str
    exit_code: int
    code: str
    words: tuple[str, ...]
    file: str = "accounts.csv"
    old: str = ""
    new: str | bytes | None = None
    arguments: tuple[str, ...] = ()


def table(id: str, code: str, *words: str, old: str, new: str | bytes, file: str = "accounts.csv") -> Case:
    """A table with something wrong in it. Without `old` it holds nothing but `new`."""
    return Case(id, INPUT, code, words, file, old, new)


def model(id: str, code: str, *words: str, old: str, new: str) -> Case:
    return Case(id, MODEL, code, words, "model.yaml", old, new)


def option(id: str, code: str, *words: str, arguments: tuple[str, ...], exit_code: int = INPUT) -> Case:
    return Case(id, exit_code, code, words, arguments=arguments)


MANY = "\n".join(f"  - {{field: f{n}, relevance: 1, ranges: {{cuts: [1], points: [0, 1]}}}}" for n in range(201))
MANY_FIELDS = "\n".join(f"  f{n}: {{type: number}}" for n in range(201))
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
PLAIN_HEADER = "account,size,sector,since\n"

CASES = [
    # tables
    table("unknown column", "column_missing", "accounts.csv", "'size'", "Did you mean", old="account,size",
          new="account,Sizes"),
    table("wrong type", "cell_unreadable", "accounts.csv, row 2, column 'size'", "'many'", "Correct", old=",5,",
          new=",many,"),
    table("unreadable day", "cell_unreadable", "row 2, column 'since'", "'2025-02-30'", old="2025-06-30",
          new="2025-02-30"),
    table("days in two ways", "date_format_ambiguous", "accounts.csv, column 'since'", "--date-format",
          old="", new=PLAIN_HEADER + "Acme,5,retail,03-04-2024\n"),
    table("numbers in two ways", "number_format_ambiguous", "deals.csv, column 'value'", "--decimal",
          file="deals.csv", old="", new='account,value,stage\nAcme,"1,234",won\n'),
    table("duplicate keys", "key_repeated", "rows 2 and 3", "'Acme'", "--key", old="Bolt", new="Acme"),
    table("duplicate keys but for blanks", "key_repeated", "rows 2 and 3", "'Acme'", old="Bolt", new=" Acme "),
    table("empty key", "key_empty", "accounts.csv, row 3", "--key", old="Bolt", new=""),
    table("key missing in the deals", "key_missing", "deals.csv", "'account'", "--deals-key",
          file="deals.csv", old="account", new="company"),
    table("column missing in the deals", "column_missing", "deals.csv", "'stage'", file="deals.csv", old="stage",
          new="state"),
    table("unreadable amount", "cell_unreadable", "deals.csv, row 2, column 'value'", "'0.1x'",
          file="deals.csv", old="0.1", new="0.1x"),
    table("five decimals of money", "cell_unreadable", "deals.csv, row 2", "decimals", "Round",
          file="deals.csv", old="0.1", new="0.12345"),
    table("amounts beyond all sums", "sum_too_large", "deals.csv, column 'value'", "larger unit",
          file="deals.csv", old="0.1", new="900000000000001"),
    table("empty file", "file_empty", "accounts.csv is empty", "Name a file", old="", new=""),
    table("ragged row", "row_ragged", "accounts.csv, row 3", "Correct the row", old="finance", new="finance,x"),
    table("NUL", "nul_character", "accounts.csv, row 2", old="retail", new="re\0tail"),
    table("NaN", "cell_unreadable", "row 2, column 'size'", "'NaN'", "Leave the cell empty", old=",5,", new=",NaN,"),
    table("infinity", "cell_unreadable", "row 2, column 'size'", "'-inf'", old=",5,", new=",-inf,"),
    table("1e400", "cell_unreadable", "row 2, column 'size'", "beyond", "larger unit", old=",5,", new=",1e400,"),
    table("sixteen digits", "cell_unreadable", "row 2", "16 significant digits", "Round it to 15",
          old=",5,", new=",1.234567890123456,"),
    table("a word that may mean empty", "cell_unreadable", "row 2, column 'size'", "'NULL'", "--empty",
          old=",5,", new=",NULL,"),
    table("a cell of 50 MB", "cell_too_long", "accounts.csv, row 2",
          old="", new=PLAIN_HEADER.encode() + b"Acme,5," + b"x" * 50_000_000 + b",\n"),
    table("a quote that is never closed", "quote_open", "accounts.csv, row 3", old="Bolt", new='"Bolt'),
    table("two columns of one name", "column_ambiguous", "'size'", "(column 2)", old="size,sector", new="size,size"),
    table("a workbook called csv", "file_kind_wrong", "XLSX", old="", new=b"PK\x03\x04 and so on"),
    table("not in any encoding", "nul_character", "accounts.csv", old="", new="a,b\n1,2\n".encode("utf-16-le")),
    # models
    model("201 parameters", "parameters_too_many", "200", old="parameters:", new=f"parameters:\n{MANY}"),
    model("cuts not increasing", "cuts_not_increasing", "parameters[0].ranges.cuts", old="[10, 100]", new="[100, 10]"),
    model("NaN as a cut", "number_not_finite", "parameters[0].ranges.cuts[0]", old="[10, 100]", new="[.nan, 100]"),
    model("infinity as a cut", "number_not_finite", "parameters[0].ranges.cuts[1]", old="[10, 100]", new="[10, .inf]"),
    model("too many points", "points_count", "parameters[0].ranges", old="[0, 3, 5]", new="[0, 3, 5, 7]"),
    model("two segments of one name", "name_twice", "bands.segments[1]", old="name: High", new="name: low"),
    model("a tag", "tag", "line 2", old="name: Value", new="name: !!python/object/apply:os.system [ls]"),
    model("a bomb of anchors", "anchor", "line", old="satsuma: 1", new=f"{BOMB}\nsatsuma: 1"),
    model("a key twice", "key_twice", "kind", old="kind: company", new="kind: company\nkind: person"),
    model("an unknown key", "key_unknown", "knd", old="kind: company", new="kind: company\nknd: person"),
    model("a field that is not there", "field_unknown", "parameters[0].field", "'size'", old="field: size",
          new="field: sise"),
    model("broken YAML", "syntax", "line", old="kind: company", new="kind: [company"),
    model("another version", "version_unknown", "satsuma", "1", old="satsuma: 1", new="satsuma: 2"),
    model("nothing at all", "empty_file", "empty", old="", new=""),
    model("no mapping", "not_a_mapping", "satsuma: 1", old="", new="[1, 2]"),
    # options
    option("deals not given", "rows_missing", "deals", "--deals", arguments=("score", *TABLES[:4])),
    option("no table at all", "contacts_missing", "Size", "after the model", arguments=("score", "model.yaml")),
    option("no such table", "file_missing", "'nix.csv'", "Check its name", arguments=("score", "model.yaml",
           "nix.csv")),
    option("no such model", "file_not_found", "nix.yaml", arguments=("check", "nix.yaml")),
    option("a folder as a table", "file_is_folder", "Name a file", arguments=("score", "model.yaml", "folder.csv")),
    option("unknown kind of table", "file_kind_unknown", "'.doc'", ".csv", arguments=("score", "model.yaml", "x.doc")),
    option("unknown key column", "column_missing", "'acount'", "'account'",
           arguments=("score", *TABLES[:2], "--key", "acount", "--deals", "deals.csv")),
    option("output is input", "output_is_input", "accounts.csv", "another file",
           arguments=("score", *TABLES, "-o", "./accounts.csv")),
    option("output is the model", "output_is_input", "model.yaml", arguments=("score", *TABLES, "-o", "model.yaml")),
    option("output is the deals", "output_is_input", "deals.csv", arguments=("score", *TABLES, "--report",
           "deals.csv")),
    option("one file for two results", "output_twice", "s.csv",
           arguments=("score", *TABLES, "-o", "s.csv", "--report", "./s.csv")),
    option("output folder missing", "output_unwritable", "'nix/s.csv'", "no folder 'nix'",
           arguments=("score", *TABLES, "-o", "nix/s.csv")),
    option("output is a folder", "output_unwritable", "folder.csv", arguments=("score", *TABLES, "-o", "folder.csv")),
    option("unknown extension", "file_kind_unknown", "'.doc'", ".parquet", arguments=("score", *TABLES, "-o", "s.doc")),
    option("read but not written", "file_kind_unknown", "'.txt'", ".parquet", arguments=("score", *TABLES, "-o",
           "s.txt")),
    option("unknown customer", "contact_unknown", "'Acm'", "Did you mean 'Acme'?", arguments=("explain", *TABLES,
           "--id", "Acm")),
    option("a customer like no other", "contact_unknown", "'zzz'", "Check the key",
           arguments=("explain", *TABLES, "--id", "zzz")),
    option("unknown value", "value_unknown", "'nix'", "Choose one of size, won", arguments=("preview", *TABLES,
           "--value", "nix")),
    option("a value that is no number", "value_unknown", "'sector'", arguments=("score", *TABLES, "--value", "sector")),
    option("earlier results without segments", "column_missing", "'segment'",
           arguments=("preview", *TABLES, "--before", "accounts.csv")),
    option("unknown delimiter", "option_invalid", "'x'", "'blanks'", arguments=("score", *TABLES, "--delimiter", "x")),
    option("unknown encoding", "option_invalid", "'klingon'", arguments=("score", *TABLES, "--encoding", "klingon")),
    option("decimals and thousands alike", "option_invalid", "','",
           arguments=("score", *TABLES, "--decimal", ",", "--thousands", ",")),
    option("a row before the first", "option_invalid", "-1", arguments=("score", *TABLES, "--header-row", "-1")),
    option("unknown scheme", "scheme_unknown", "'rfn'", "'rfm'", arguments=("new", "rfn")),
    option("a file that is there", "file_exists", "model.yaml", "--force", arguments=("new", "rfm", "-o",
           "model.yaml")),
    option("unknown engine", "engine_unknown", "'pandas'", "duckdb", exit_code=ENGINE,
           arguments=("score", *TABLES, "--engine", "pandas")),
    option("unknown engine to verify", "engine_unknown", "'pandas'", exit_code=ENGINE,
           arguments=("verify", *TABLES, "--engine", "pandas")),
    option("postgres without an address", "engine_needs_url", "--url", exit_code=ENGINE,
           arguments=("score", *TABLES, "--engine", "postgres")),
    option("a database that does not answer", "engine_unreachable", "--url", exit_code=ENGINE,
           arguments=("score", *TABLES, "--engine", "postgres", "--url", "postgresql://x@127.0.0.1:1/x")),
    option("a file that is no database", "engine_unreachable", "--url", exit_code=ENGINE,
           arguments=("score", *TABLES, "--engine", "duckdb", "--url", "x.doc")),
]  # fmt: skip


@pytest.fixture
def run(folder: Path) -> Callable[..., Outcome]:
    """Runs a case in the folder, once for people and once for programs; no file may have come or gone."""
    (folder / "folder.csv").mkdir()
    (folder / "x.doc").write_text("x", encoding="utf-8")

    def run(case: Case, *more: str) -> Outcome:
        before = _contents(folder)
        arguments = case.arguments or ("score", *TABLES, "-o", "scored.csv", "--report", "report.html")
        outcome = satsuma(*arguments, *more, folder=folder)
        assert _contents(folder) == before
        return outcome

    return run


def _contents(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size + path.stat().st_mtime_ns for path in folder.rglob("*")}


def prepare(case: Case, folder: Path) -> None:
    path = folder / case.file
    if isinstance(case.new, bytes):
        path.write_bytes(case.new)
    elif case.new is not None:
        text = path.read_text(encoding="utf-8")
        assert not case.old or text.count(case.old) >= 1
        new = text.replace(case.old, case.new, 1) if case.old else case.new
        if case.id == "201 parameters":
            new = new.replace("fields:", f"fields:\n{MANY_FIELDS}")
        path.write_text(new, encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_people_read_place_and_remedy(case: Case, folder: Path, run: Callable[..., Outcome]) -> None:
    prepare(case, folder)
    start = time.monotonic()
    outcome = run(case)
    assert (outcome.code, outcome.out) == (case.exit_code, "")
    assert outcome.err.startswith("Error: ") or "\nError: " in outcome.err
    assert [word for word in case.words if word not in outcome.err] == []
    assert "Traceback" not in outcome.err
    assert len(outcome.err) < 10_000
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("case", [each for each in CASES if each.arguments[:1] != ("new",)], ids=lambda case: case.id)
def test_programs_read_a_stable_code(case: Case, folder: Path, run: Callable[..., Outcome]) -> None:
    prepare(case, folder)
    outcome = run(case, "--json")
    assert (outcome.code, outcome.out) == (case.exit_code, "")
    error = outcome.error
    if case.exit_code == MODEL:
        assert error["code"] == "model_has_problems"
        assert case.code in [problem["code"] for problem in error["problems"]]
    else:
        assert error["code"] == case.code
    assert error["remedy"]


def test_every_problem_of_a_model_is_told_at_once(folder: Path) -> None:
    text = (folder / "model.yaml").read_text(encoding="utf-8")
    for right, wrong in (("[10, 100]", "[100, 10]"), ("from: 50", "from: 500"), ("relevance: 2", "relevance: 11")):
        text = text.replace(right, wrong)
    (folder / "model.yaml").write_text(text, encoding="utf-8")
    error = satsuma("check", "model.yaml", "--json", folder=folder).error
    assert error["message"] == "model.yaml has 3 problems."
    assert [(problem["place"], problem["code"]) for problem in error["problems"]] == [
        ("parameters[0].relevance", "relevance"),
        ("parameters[0].ranges.cuts", "cuts_not_increasing"),
        ("bands.segments[1].from", "edge_outside_percent"),
    ]
    shown = satsuma("check", "model.yaml", folder=folder)
    assert (shown.code, shown.err.splitlines()[0]) == (MODEL, "Error: model.yaml has 3 problems.")
    assert len(shown.err.splitlines()) == 5


@pytest.mark.parametrize(
    ("line", "code", "row"),
    [
        ('{"account": "a", "size": NaN}', "json_broken", 2),
        ('{"account": "\\ud800", "size": 1}', "cell_unreadable", 2),
        ('{"account": "a", "size": 1e400}', "cell_unreadable", 2),
        ('{"account": "a", "account": "b"}', "json_broken", 2),
        ('{"account": "a", "size": ' + "9" * 5000 + "}", "json_broken", 2),
    ],
    ids=["NaN", "lone surrogate", "1e400", "key twice", "5,000 digits"],
)
def test_json_lines_are_strict(folder: Path, line: str, code: str, row: int) -> None:
    whole = '{"account": "x", "size": 1, "sector": null, "since": null}'
    (folder / "a.jsonl").write_text(f"{whole}\n{line}\n", encoding="utf-8")
    outcome = satsuma("score", "model.yaml", "a.jsonl", "--deals", "deals.csv", "--json", folder=folder)
    assert (outcome.code, outcome.out, outcome.error["code"], outcome.error["facts"]["row"]) == (INPUT, "", code, row)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("score", *TABLES[:-1], "tomorrow"), "'tomorrow' is not a day. Write it as 2026-11-21."),
        (("score", *TABLES[:-1], "2026-02-30"), "'2026-02-30' is not a day. Write it as 2026-11-21."),
        (("score",), "Missing argument 'MODEL'."),
        (("explain", *TABLES), "Missing option '--id'."),
        (("nix",), "No such command 'nix'."),
        (("score", *TABLES, "--nix"), "No such option: --nix"),
        (("score", *TABLES, "--header-row", "x"), "--header-row"),
        (("verify", *TABLES, "--url", "x"), "'x' names no engine."),
    ],
    ids=str,
)
def test_options_that_cannot_be_meant(folder: Path, arguments: tuple[str, ...], words: str) -> None:
    outcome = satsuma(*arguments, folder=folder)
    assert (outcome.code, outcome.out) == (INPUT, "")
    assert words in " ".join(outcome.err.replace("│", " ").split())


def test_a_fault_of_our_own_is_one_line_and_says_how_to_see_more(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("satsuma.modelfile.check_file", lambda path: 1 / 0)
    outcome = satsuma("check", "model.yaml", folder=folder)
    assert (outcome.code, outcome.out) == (70, "")
    assert outcome.err.splitlines() == [
        "Error: this should not have happened: ZeroDivisionError: division by zero",
        "Please report it, with what SATSUMA_TRACEBACK=1 prints.",
    ]
    monkeypatch.setenv("SATSUMA_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        satsuma("check", "model.yaml", folder=folder)


def test_a_link_to_itself(folder: Path) -> None:
    (folder / "loop.csv").symlink_to("loop.csv")
    outcome = satsuma("score", "model.yaml", "loop.csv", "--deals", "deals.csv", "--json", folder=folder)
    assert (outcome.code, outcome.out, outcome.error["code"]) == (INPUT, "", "file_unreadable")
