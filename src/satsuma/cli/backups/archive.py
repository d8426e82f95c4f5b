"""The file of a backup: a compressed tar of the database, the uploads and, last of all, a manifest.

The manifest names every other member with size and SHA-256; a file without it is not a whole backup. Nothing is ever
taken out of an archive under a name that it chooses freely: `database` and `media/…` are all there is.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from satsuma.domain.errors import InputError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
MEDIA = "media"
CHUNK_BYTES = 1 << 20
COMPRESSION = 1
"""Quick: the database is most of it, and disks are large."""
MANIFEST_BYTES = 64 << 20
"""More than a manifest of a million uploads."""


@dataclass
class Manifest:
    """What a backup says of itself. `database` is "sqlite" or "postgresql"; `files` has size and SHA-256 by member."""

    database: str
    version: str
    made_at: str
    migrations: list[str]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)


@contextmanager
def new_file(target: Path) -> Iterator[IO[bytes]]:
    """Written beside the target, readable by its owner alone, and put there whole or not at all."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        sync_folder(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_archive(file: IO[bytes], manifest: Manifest, database: Path, media: Path) -> None:
    """The whole backup. An upload that is removed meanwhile is left out."""
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=COMPRESSION) as tar:
        _add(tar, manifest, DATABASE, database)
        for path in sorted(media.rglob("*")) if media.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                _add(tar, manifest, f"{MEDIA}/{path.relative_to(media).as_posix()}", path)
        text = json.dumps({"format": FORMAT, **vars(manifest)}).encode()
        tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))


def _add(tar: tarfile.TarFile, manifest: Manifest, name: str, path: Path) -> None:
    try:
        with path.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            reader = HashingReader(opened)
            tar.addfile(_member(name, size), reader)
    except FileNotFoundError:
        return
    manifest.files[name] = {"size": size, "sha256": reader.digest()}


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def unpack_archive(file: Path, into: Path) -> Manifest:
    """Every member, checked, under `into`; the manifest. Raises InputError for anything that is not a whole backup;
    what was unpacked until then is left for the caller to remove."""
    found: dict[str, dict[str, Any]] = {}
    text = b""
    try:
        with tarfile.open(file, mode="r:gz") as tar:
            for member in tar:
                if member.name == MANIFEST and member.isreg() and member.size <= MANIFEST_BYTES:
                    text = _opened(tar, member).read()
                else:
                    found[member.name] = _unpack(tar, member, into, file)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise InputError(
                "backup_unreadable",
                f"{file} could not be unpacked: {error.strerror}.",
                remedy="Nothing was changed. Check the file, and that the disk has room for what is in it.",
                file=str(file),
            ) from error
        raise _damaged(file) from error
    manifest = _read_manifest(text, file)
    if manifest.files != found or DATABASE not in found:
        raise _damaged(file)
    return manifest


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path, file: Path) -> dict[str, Any]:
    parts = PurePosixPath(member.name).parts
    is_upload = len(parts) > 1 and parts[0] == MEDIA and ".." not in parts and not any("\\" in part for part in parts)
    if not member.isreg() or not (member.name == DATABASE or is_upload):
        raise _damaged(file)
    target = into.joinpath(*parts)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    reader = HashingReader(_opened(tar, member))
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        while chunk := reader.read(CHUNK_BYTES):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return {"size": member.size, "sha256": reader.digest()}


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    opened = tar.extractfile(member)
    assert opened is not None, "Only regular members are asked for."
    return opened


def _read_manifest(text: bytes, file: Path) -> Manifest:
    try:
        facts = json.loads(text)
        if facts.pop("format") != FORMAT:
            raise InputError(
                "backup_newer",
                f"{file} was made by a newer version of Satsuma.",
                remedy="Install that version and restore with it.",
                file=str(file),
            )
        return Manifest(**facts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(file) from error


def _damaged(file: Path) -> InputError:
    return InputError(
        "backup_damaged",
        f"{file} is not a whole backup of Satsuma.",
        remedy="Nothing was changed. Try another backup.",
        file=str(file),
    )


class HashingReader:
    """Reads a file and sums it up on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = hashlib.sha256()

    def read(self, count: int = -1) -> bytes:
        chunk = self._file.read(count)
        self._sum.update(chunk)
        return chunk

    def digest(self) -> str:
        return self._sum.hexdigest()


def sync_folder(folder: Path) -> None:
    """Makes names in the folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
