"""A first segmentation from files: reads the tables, looks at their columns, counts the deals. Called by the `draft`
command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from satsuma.cli.inputs import read_inputs, read_options
from satsuma.cli.options import TableOptions
from satsuma.cli.screen import steps
from satsuma.domain.checks import find_problems
from satsuma.domain.errors import InputError, ModelError
from satsuma.domain.model import Field, Kind, Segmentation
from satsuma.engine.profile import ColumnProfile, profile_table
from satsuma.engine.suggest import find_key, guess_kind, suggest_segmentation
from satsuma.engine.suggest.metrics import metrics_only, profile_metrics, suggest_metrics
from satsuma.tables import read_table


@dataclass(frozen=True, slots=True)
class Draft:
    """What was found, and what is suggested."""

    segmentation: Segmentation
    key: str | None
    columns: tuple[ColumnProfile, ...]
    metrics: tuple[tuple[Field, ColumnProfile], ...]
    notes: tuple[str, ...]


def make_draft(tables: TableOptions, as_of: date, kind: Kind | None, name: str | None) -> Draft:
    """The draft for the table of contacts and the deals, if they are given. `kind` and `name` are guessed if None.

    Raises InputError for what cannot be read and where nothing can be suggested, ModelError for a name that no
    segmentation can have.
    """
    path = tables.contacts or tables.deals
    if path is None:
        raise InputError("contacts_missing", "No table was given.", remedy="Name it: satsuma draft FILE.")
    with steps(3) as progress:
        progress.begin("Reading")
        table = read_table(path, read_options(tables))
        progress.begin("Looking at the columns")
        columns = profile_table(table) if tables.contacts else ()
        if tables.contacts and tables.key:
            table.column(tables.key)
        key = tables.key or find_key(columns)
        kind = kind or guess_kind(columns)
        progress.begin("Counting the deals")
        metrics, notes = _metrics(replace(tables, key=key), kind, as_of)
    other = [profile for profile in columns if profile.name != key]
    segmentation = suggest_segmentation(
        other, name=_name_of(path) if name is None else name, kind=kind, as_of=as_of, metrics=metrics
    )
    if problems := find_problems(segmentation):
        raise ModelError(problems, source="The draft")
    return Draft(segmentation, key, columns, metrics, tuple(dict.fromkeys((*table.notes, *notes))))


def _name_of(path: Path) -> str:
    stem = Path(path.name.removesuffix(".gz")).stem
    return " ".join("".join(sign if sign.isalnum() else " " for sign in stem).split()).capitalize() or "Customers"


def _metrics(
    tables: TableOptions, kind: Kind, as_of: date
) -> tuple[tuple[tuple[Field, ColumnProfile], ...], list[str]]:
    """The metrics that the deals allow, and how they come out for the contacts."""
    if tables.deals is None:
        return (), []
    found = suggest_metrics(profile_table(read_table(tables.deals, read_options(tables))))
    asking = metrics_only(found, kind)
    inputs = read_inputs(asking, tables, also=tuple(field.key for field in found))
    return tuple(zip(found, profile_metrics(asking, inputs.contacts, as_of), strict=True)), inputs.notes
