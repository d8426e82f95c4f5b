"""Files that hurt are recognised as what they are, or refused clearly; and the child keeps within its limits."""

from __future__ import annotations

import gzip
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from satsuma.app.crm.imports import reader
from satsuma.app.crm.imports.limits import ImportBusyError, ImportLimitError, Limits
from satsuma.app.crm.imports.parsing import describe
from satsuma.app.crm.imports.reader import describe_file
from satsuma.app.crm.imports.wording import FileError, file_error
from satsuma.domain.errors import InputError
from satsuma.tables import ReadOptions
from support.importing import DATA

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

MESSY = DATA / "messy"
FACTS = {facts["file"]: facts for facts in json.loads((MESSY / "expected.json").read_text())["files"]}
RAGGED = ("countries.csv", "defective-rows.csv", "nbp_table_a_2024_cp1250.csv")
LIMITS = asdict(Limits())


def options_for(file: str) -> ReadOptions:
    headless = "header_record" in FACTS[file] and FACTS[file]["header_record"] is None
    return ReadOptions(header_row=0) if headless else ReadOptions()


@pytest.mark.parametrize("file", [file for file in FACTS if file not in RAGGED])
def test_every_messy_file_is_described_as_its_facts_say(file: str) -> None:
    facts = FACTS[file]
    found = describe(MESSY / file, options_for(file), LIMITS)
    if "delimiter" in facts:
        assert (found["encoding"], found["delimiter"]) == (facts["encoding"], facts["delimiter"])
        wanted = (facts["non_blank_records_after_header"], facts["columns"])
        assert (found["rows"], len(found["columns"])) == wanted
        header = facts["header_record"]
        assert found["header_row"] == (0 if header is None else header + 1)
    if "sheets" in facts:
        assert found["sheets"] == [sheet["name"] for sheet in facts["sheets"]]
    json.dumps(found)


@pytest.mark.parametrize("file", RAGGED)
def test_ragged_files_are_refused_with_row_and_counts(file: str) -> None:
    with pytest.raises(InputError) as caught:
        describe(MESSY / file, options_for(file), LIMITS)
    error = file_error({"code": caught.value.code, "facts": caught.value.facts}, file)
    facts = caught.value.facts
    assert str(error).startswith(f"Row {facts['row']} has {facts['found']} cells where the header has")


def small(settings: SettingsWrapper, **limits: Any) -> None:
    settings.IMPORT_LIMITS = limits


def written(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_a_child_describes_a_file(tmp_path: Path) -> None:
    found = describe_file(written(tmp_path, "source.csv", "Name;Zahl\nŁódź;1,5\n".encode("cp1250")), {}, name="a.csv")
    assert (found["encoding"], found["delimiter"], found["decimal"], found["rows"]) == ("cp1250", ";", ",", 1)


@pytest.mark.parametrize(
    ("limit", "most", "name", "content"),
    [
        ("file_bytes", 10, "source.csv", b"Name\nAcme Corporation\n"),
        ("rows", 2, "source.csv", b"Name\na\nb\nc\n"),
        ("columns", 2, "source.csv", b"a,b,c\n1,2,3\n"),
        ("unpacked_bytes", 1_000_000, "source.csv.gz", gzip.compress(b"Name\n" + b"a\n" * 1_000_000)),
    ],
)
def test_what_is_beyond_a_limit_is_refused_by_its_name(
    settings: SettingsWrapper, tmp_path: Path, limit: str, most: int, name: str, content: bytes
) -> None:
    small(settings, **{limit: most})
    with pytest.raises(ImportLimitError) as caught:
        describe_file(written(tmp_path, name, content), {}, name=name)
    assert caught.value.facts == {"limit": limit, "most": most}


def test_an_archive_that_unpacks_to_too_much_is_refused(settings: SettingsWrapper, tmp_path: Path) -> None:
    small(settings, unpacked_bytes=1_000_000)
    path = tmp_path / "source.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    with pytest.raises(ImportLimitError, match="unpacked_bytes"):
        describe_file(path, {}, name="bomb.xlsx")


def test_a_file_that_takes_too_much_memory_is_refused(settings: SettingsWrapper, tmp_path: Path) -> None:
    small(settings, memory_bytes=1000 * 1024**2)
    path = tmp_path / "source.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n")
        for _ in range(60):
            file.write(b"some text,another text\n" * 80_000)
    with pytest.raises(ImportLimitError, match="memory_bytes"):
        describe_file(path, {}, name="large.csv")


def test_a_file_that_takes_too_long_is_refused(settings: SettingsWrapper, tmp_path: Path) -> None:
    small(settings, seconds=0)
    with pytest.raises(ImportLimitError, match="seconds"):
        describe_file(written(tmp_path, "source.csv", b"Name\na\n"), {}, name="a.csv")


def test_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "source.csv", b'Name\n"' + b"x" * 200_000)
    with pytest.raises(FileError) as caught:
        describe_file(path, {}, name="a.csv")
    assert caught.value.code == "cell_too_long"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 50, b"PK\x03\x04broken"])
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileError):
        describe_file(written(tmp_path, "source.csv", content), {}, name="a.csv")


def test_pages_look_at_two_files_at_once_and_tell_the_third(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "TURN_SECONDS", 0.05)
    with reader.AT_ONCE, reader.AT_ONCE, pytest.raises(ImportBusyError):
        describe_file(MESSY / "simple.csv", {}, name="simple.csv")
    assert describe_file(MESSY / "simple.csv", {}, name="simple.csv")["rows"] == 6
