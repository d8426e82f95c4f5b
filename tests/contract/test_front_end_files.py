"""The front-end files are those of the lockfile, as far as can be told without npm; `make lint` compares every byte."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENDOR = ROOT / "src/satsuma/web/static/vendor"
LOCK = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))


def test_the_lockfile_names_no_registry_and_pins_everything() -> None:
    packages = {name: package for name, package in LOCK["packages"].items() if name}
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    direct = {**LOCK["packages"][""]["dependencies"], **LOCK["packages"][""]["devDependencies"]}
    assert direct == {name: packages[f"node_modules/{name}"]["version"] for name in direct}


def test_the_versions_that_the_package_names_are_those_of_the_lockfile() -> None:
    lines = (VENDOR / "VERSIONS.txt").read_text(encoding="utf-8").splitlines()[2:]
    assert lines == [f"{name} {version}" for name, version in sorted(LOCK["packages"][""]["dependencies"].items())]


def test_compressed_files_hold_what_stands_beside_them() -> None:
    compressed = list(VENDOR.glob("*.gz"))
    assert len(compressed) == 7
    assert [
        file.name for file in compressed if gzip.decompress(file.read_bytes()) != file.with_suffix("").read_bytes()
    ] == []


def test_every_package_has_its_licence_beside_it() -> None:
    assert sorted(file.name for file in (VENDOR / "licences").iterdir()) == [
        "alpine.txt",
        "echarts-d3.txt",
        "echarts-notice.txt",
        "echarts.txt",
        "htmx.txt",
        "sortable.txt",
        "tabler-icons.txt",
        "tabler.txt",
        "zrender.txt",
    ]
