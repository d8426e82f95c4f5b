"""`satsuma verify`: the same scores from several engines, equal or a list of differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from satsuma.cli.errors import EXIT_DIFFERENT
from satsuma.cli.options import AsOf, Json, ModelPath, TableOptions, takes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from satsuma.cli.screen import Steps
    from satsuma.domain.model import Segmentation
    from satsuma.engine.facts import Contacts
    from satsuma.engine.verify import Verification

SPECIFICATION_CONTACTS = 10_000
"""Contacts compared with the specification: it takes one at a time, and a second or so for these."""


@takes(tables=TableOptions)
def command(
    model: ModelPath,
    tables: TableOptions,
    as_of: AsOf,
    engine: Annotated[
        list[str] | None,
        typer.Option(
            "--engine", metavar="NAME", help="An engine to compare with Polars. Repeatable. [polars-in-memory]"
        ),
    ] = None,
    url: Annotated[
        list[str] | None,
        typer.Option(
            "--url",
            metavar="ENGINE=ADDRESS",
            help="Where an engine is: postgres=postgresql://… or spark=local[*]. Repeatable.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare the scores of several engines: equal, or the differences."""
    from satsuma.cli.inputs import read_inputs
    from satsuma.cli.screen import note, show_json, steps
    from satsuma.modelfile import read_segmentation

    engines = engine or ["polars-in-memory"]
    addresses = dict(_address(text) for text in url or ())
    with steps(len(engines) + 3) as progress:
        segmentation = read_segmentation(model)
        progress.begin("Reading")
        inputs = read_inputs(segmentation, tables)
        found = list(_verified(segmentation, inputs.contacts, as_of, engines, addresses, progress))
    note(inputs.notes)
    if as_json:
        show_json([_facts(verification) for verification in found])
    else:
        _show(found)
    if not all(verification.equal for verification in found):
        raise typer.Exit(EXIT_DIFFERENT)


def _verified(
    segmentation: Segmentation,
    contacts: Contacts,
    as_of: date,
    engines: Sequence[str],
    addresses: Mapping[str, str],
    progress: Steps,
) -> Iterator[Verification]:
    """The specification and each engine, one after another, against Polars."""
    from satsuma.engine.backends import open_session
    from satsuma.engine.facts import encode
    from satsuma.engine.layout import Layout
    from satsuma.engine.score import score
    from satsuma.engine.verify import verify_engine, verify_specification

    progress.begin("Scoring with Polars")
    reference = score(encode(Layout(segmentation), contacts), as_of)
    progress.begin("Comparing with the specification")
    yield verify_specification(segmentation, contacts, as_of, reference, at_most=SPECIFICATION_CONTACTS)
    for name in engines:
        progress.begin(f"Scoring with {name}")
        with open_session(name, addresses.get(name)) as session:
            yield verify_engine(segmentation, contacts, as_of, session, reference)


def _address(text: str) -> tuple[str, str]:
    engine, sign, address = text.partition("=")
    if not sign:
        raise typer.BadParameter(f"{text!r} names no engine. Write it as postgres=postgresql://user@host/database.")
    return engine, address


def _show(found: list[Verification]) -> None:
    from satsuma.cli.screen import say, show_table, whole

    rows = [[v.engine, whole(v.contacts), "equal" if v.equal else f"{whole(v.different)} cells differ"] for v in found]
    show_table([("Compared with Polars", "left"), ("Contacts", "right"), ("Result", "left")], rows)
    for verification in found:
        for difference in verification.examples:
            say(
                f"  {verification.engine}: {difference.key!r}, {difference.column}: "
                f"{difference.found} instead of {difference.expected}"
            )


def _facts(verification: Verification) -> dict[str, object]:
    return {
        "engine": verification.engine,
        "contacts": verification.contacts,
        "equal": verification.equal,
        "different_cells": verification.different,
        "differences": [
            {"key": d.key, "column": d.column, "expected": d.expected, "found": d.found} for d in verification.examples
        ],
    }
