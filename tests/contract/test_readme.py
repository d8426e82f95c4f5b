"""What the README shows works as it stands."""

from __future__ import annotations

import io
import re
from contextlib import chdir, redirect_stdout
from pathlib import Path

from support.command import done

README = Path(__file__).parents[2] / "README.md"


def block(language: str) -> str:
    """The README's only block in that language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_segmentation_is_fine(tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(block("yaml"), encoding="utf-8")
    assert done("check", "model.yaml", "--json", folder=tmp_path).json == {"name": "Company value", "warnings": []}


def test_the_library_is_used_as_shown(tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(block("yaml"), encoding="utf-8")
    out = io.StringIO()
    with chdir(tmp_path), redirect_stdout(out):
        exec(compile(block("python"), "README.md", "exec"), {})
    first, *steps = out.getvalue().splitlines()
    assert first == "Good 75 1.0"
    assert steps[0] == "Super [('employees', 120, 500, 15)]"


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 150


def test_every_file_that_the_readme_names_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text(encoding="utf-8"))
    assert [link for link in links if not (README.parent / link).exists()] == []
