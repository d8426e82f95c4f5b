"""What the command says of itself: help at once, completion, the list of commands in the README."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from satsuma.cli.main import app
from satsuma.engine.backends import MODULES
from support.command import done, program, satsuma

ROOT = Path(__file__).parents[2]
COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]
HEAVY = {"polars", "narwhals", "ruamel", "duckdb", "ibis", "pyspark", "pyarrow", "numpy", "pandas", "jinja2"}
"""What help must not wait for. (Typer takes pydantic for itself.)"""


def test_the_commands_are_those_of_the_readme() -> None:
    table = re.findall(
        r"^\| (`[\w-]+`(?:, `[\w-]+`)*) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(name for cell in table for name in re.findall(r"[\w-]+", cell)) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_explains_itself(command: str, flag: str) -> None:
    outcome = done(command, flag)
    assert outcome.out.split()[:3] == ["Usage:", "satsuma", command]
    assert outcome.err == ""


def test_the_help_lists_every_command() -> None:
    listed = re.findall(r"^[│ ]+(\w[\w-]*) {2,}\S", done("--help").out, re.MULTILINE)
    assert sorted(listed) == COMMANDS


def test_without_arguments_the_help_is_shown() -> None:
    outcome = satsuma()
    assert outcome.code == 2
    assert "Usage: satsuma" in outcome.out + outcome.err


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert done("--version").out == f"satsuma {project['version']}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["score", "--help"], ["schemes"], ["--version"]], ids=" ".join)
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    say = "import sys, atexit\natexit.register(lambda: print(sorted(HEAVY & {*sys.modules}), file=sys.stderr))\n"
    run = f"sys.argv = ['satsuma', *{arguments!r}]\nfrom satsuma.cli.main import run\nrun()\n"
    code = say.replace("HEAVY", repr(HEAVY)) + run
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stderr == "[]\n"


def test_the_help_names_every_engine() -> None:
    shown = " ".join(done("score", "--help").out.replace("│", " ").split())
    *others, last = MODULES
    assert f"{', '.join(others)} or {last}." in shown


def test_each_option_of_the_guide_is_an_option() -> None:
    guide = (ROOT / "docs" / "guide" / "command-line.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(--[a-z-]+)", guide)) - {"--install-completion"}
    known = {
        option
        for command in get_command(app).commands.values()  # type: ignore[attr-defined]
        for parameter in command.params
        for option in parameter.opts
    }
    assert named - known == set()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_of_the_shell(shell: str) -> None:
    outcome = program(env={"_SATSUMA_COMPLETE": f"source_{shell}"})
    assert (outcome.code, outcome.err) == (0, "")
    assert f"_SATSUMA_COMPLETE=complete_{shell}" in outcome.out


def test_completion_completes_commands() -> None:
    outcome = program(env={"_SATSUMA_COMPLETE": "complete_bash", "COMP_WORDS": "satsuma sc", "COMP_CWORD": "1"})
    assert outcome.out.split() == ["score", "schemes"]


def test_exit_codes_are_those_of_the_guide() -> None:
    from satsuma.cli import errors

    guide = (ROOT / "docs" / "guide" / "command-line.md").read_text(encoding="utf-8")
    written = {int(code) for code in re.findall(r"^\| (\d+) \|", guide, re.MULTILINE)}
    assert written == {
        0,
        *(value for name, value in vars(errors).items() if name.startswith("EXIT_") and name != "EXIT_CODES"),
    }
