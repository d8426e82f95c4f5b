"""The version of all files that browsers load. Used by config.settings.

The version is a part of their addresses (/static/1f0c9e27ab/css/satsuma.css), so they can be kept for ever: whatever
changes gets a new address, also when one script imports another. That needs no build step – the package is served as
it was installed – and, unlike a version after a question mark, no old file is ever answered under a new version.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

OTHERS = ("django", "django-allauth")
"""Packages that bring files of their own."""


def static_version(folder: Path) -> str:
    """Ten digits made of names and contents of all files, and of the others' versions. Reads 1.5 MB: some 5 ms."""
    digest = hashlib.sha256(" ".join(map(version, OTHERS)).encode())
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(folder)).encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:10]


def keep_for_ever(path: str, url: str) -> bool:
    """WhiteNoise's question whether a file never changes under its address: none does."""
    return True
