"""The file of a backup: whole or refused, and never the way out of its folder."""

from __future__ import annotations

import io
import json
import tarfile
from contextlib import suppress
from pathlib import Path

import pytest

from satsuma.cli.backups.archive import FORMAT, Manifest, new_file, unpack_archive, write_archive
from satsuma.domain.errors import InputError

Members = dict[str, bytes]


def made(folder: Path) -> Path:
    """A backup of a database and two uploads."""
    media = folder / "media"
    (media / "ab").mkdir(parents=True)
    (media / "ab" / "logo.webp").write_bytes(b"logo")
    (media / "żółw.webp").write_bytes(b"")
    (media / "link").symlink_to("/etc/passwd")
    database = folder / "copy"
    database.write_bytes(b"rows" * 1000)
    with new_file(folder / "a.backup") as file:
        write_archive(file, Manifest("sqlite", "1.0", "2026-11-26", ["crm.0001"]), database, media)
    return folder / "a.backup"


def members(file: Path) -> Members:
    with tarfile.open(file) as tar:
        return {member.name: opened.read() for member in tar if (opened := tar.extractfile(member))}


def packed(file: Path, contents: Members, kinds: dict[str, bytes] | None = None) -> Path:
    with tarfile.open(file, "w:gz") as tar:
        for name, content in contents.items():
            info = tarfile.TarInfo(name)
            info.size, info.type = len(content), (kinds or {}).get(name, tarfile.REGTYPE)
            info.linkname = "/etc/passwd"
            tar.addfile(info, io.BytesIO(content))
    return file


def unpacked(file: Path, into: Path) -> dict[str, bytes]:
    into.mkdir()
    unpack_archive(file, into)
    return {path.relative_to(into).as_posix(): path.read_bytes() for path in into.rglob("*") if path.is_file()}


def code_of(file: Path, into: Path) -> str:
    into.mkdir()
    with pytest.raises(InputError) as refused:
        unpack_archive(file, into)
    return refused.value.code


def test_what_went_in_comes_out(tmp_path: Path) -> None:
    assert unpacked(made(tmp_path), tmp_path / "new") == {
        "database": b"rows" * 1000,
        "media/ab/logo.webp": b"logo",
        "media/żółw.webp": b"",
    }


def test_only_its_owner_can_read_it_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    assert made(tmp_path).stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.backup", "copy", "media"]


def test_a_backup_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "a.backup"
    target.write_text("the one before")
    with suppress(ZeroDivisionError), new_file(target) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert [path.name for path in tmp_path.iterdir()] == ["a.backup"]
    assert target.read_text() == "the one before"


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_one_that_was_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    file = made(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    assert code_of(file, tmp_path / "new") == "backup_damaged"


def test_one_with_a_changed_byte_is_refused(tmp_path: Path) -> None:
    contents = members(made(tmp_path))
    contents["database"] = b"ROWS" + contents["database"][4:]
    assert code_of(packed(tmp_path / "b", contents), tmp_path / "new") == "backup_damaged"


@pytest.mark.parametrize("missing", ["database", "media/ab/logo.webp", "manifest.json"])
def test_one_that_lacks_something_is_refused(tmp_path: Path, missing: str) -> None:
    contents = members(made(tmp_path))
    del contents[missing]
    assert code_of(packed(tmp_path / "b", contents), tmp_path / "new") == "backup_damaged"


@pytest.mark.parametrize(
    "name", ["../out", "/out", "media/../../out", "secret", "media", "database/x", "media/a\\..\\b", "restore.json"]
)
def test_nothing_is_unpacked_beside_its_place(tmp_path: Path, name: str) -> None:
    contents = {name: b"x", **members(made(tmp_path))}
    assert code_of(packed(tmp_path / "b", contents), tmp_path / "new") == "backup_damaged"
    assert not (tmp_path / "out").exists()
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE])
def test_only_plain_files_are_unpacked(tmp_path: Path, kind: bytes) -> None:
    contents = {"media/x": b"", **members(made(tmp_path))}
    assert code_of(packed(tmp_path / "b", contents, {"media/x": kind}), tmp_path / "new") == "backup_damaged"
    assert list((tmp_path / "new").iterdir()) == []


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    file = made(tmp_path)
    contents = members(file)
    with tarfile.open(tmp_path / "b", "w:gz") as tar:
        for name, content in [*contents.items(), ("database", b"other")]:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    assert code_of(tmp_path / "b", tmp_path / "new") == "backup_unreadable"


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"null", b'{"format": 1, "nonsense": 2}', b"\xff"])
def test_a_manifest_that_makes_no_sense_is_refused(tmp_path: Path, text: bytes) -> None:
    contents = members(made(tmp_path)) | {"manifest.json": text}
    assert code_of(packed(tmp_path / "b", contents), tmp_path / "new") == "backup_damaged"


def test_one_of_a_newer_version_is_refused_as_such(tmp_path: Path) -> None:
    contents = members(made(tmp_path))
    facts = json.loads(contents["manifest.json"]) | {"format": FORMAT + 1}
    contents["manifest.json"] = json.dumps(facts).encode()
    assert code_of(packed(tmp_path / "b", contents), tmp_path / "new") == "backup_newer"


@pytest.mark.parametrize("content", [b"", b"text", b"\x1f\x8b", b"PK\x03\x04"])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "b"
    file.write_bytes(content)
    assert code_of(file, tmp_path / "new") == "backup_damaged"
