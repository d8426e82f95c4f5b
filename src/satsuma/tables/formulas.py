"""Text that a spreadsheet would run, made harmless. Called by `writing`."""

from __future__ import annotations

import polars as pl

RUNS = r"^(?:[\s\p{Cc}\p{Cf}\p{Z}]*[=+\-@＝＋－＠]|[\t\r\n])"
"""A sign that starts a formula, also after blanks, control characters, byte order marks and other invisible ones, also
in its full-width form; and a leading tab or line end, behind which programs look for one."""
HARMLESS = "'"
"""What a spreadsheet takes for "this is text"."""


def defused(texts: pl.Expr) -> pl.Expr:
    """Texts, with an apostrophe before each that a spreadsheet might run."""
    return texts.str.replace(RUNS, f"{HARMLESS}${{0}}")


def defused_names(names: list[str]) -> list[str]:
    return pl.DataFrame({"name": names}, schema={"name": pl.String}).select(defused(pl.col("name")))["name"].to_list()
