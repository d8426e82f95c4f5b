"""`satsuma draft`: looks at a table and writes a first segmentation for it, to be argued with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from satsuma.cli.options import AsOf, Json, TableOptions, takes, today
from satsuma.domain.model import FieldType, Kind, Number, Segmentation

if TYPE_CHECKING:
    from satsuma.cli.drafting import Draft
    from satsuma.engine.profile import ColumnProfile

SHORT_REMARK = 40
"""Remarks up to this length stand in the table, longer ones below it."""
TYPE_NAMES = {FieldType.YES_NO: "yes/no"}
HEADING = """\
# A first draft, made from the columns of {table} for the scoring day {day}.
# Everything in it is yours to change:
#   relevance   from 1 to 10: how much a question counts
#   cuts        where ranges begin: [10, 50] means below 10, from 10 to under 50, from 50; one more points than cuts
#   ages        days before the scoring day
#   no_data     points without an answer, 0 if left out
#   enabled: false   a question whose order the data cannot tell; give its groups points and remove the line
{left_out}#
# What it does to everybody:
#   {preview}

"""


@takes(tables=TableOptions)
def command(
    tables: TableOptions,
    as_of: AsOf,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where to write it. [the terminal]", show_default=False),
    ] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="Who the rows are. [guessed]", show_default=False)] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help="What to call it. [by the file]", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
    as_json: Json = False,
) -> None:
    """Propose a first segmentation for a table."""
    from satsuma.cli.drafting import make_draft
    from satsuma.cli.outputs import check_outputs, write_new_text
    from satsuma.cli.screen import say, show_json
    from satsuma.modelfile import segmentation_json

    check_outputs([output], [tables.contacts, tables.deals])
    draft = make_draft(tables, as_of, kind, name)
    commands = _next_commands(draft, replace(tables, key=draft.key), as_of, output or Path("model.yaml"))
    is_json = output is not None and output.suffix.lower() == ".json"
    text = segmentation_json(draft.segmentation) if is_json else _text(draft, tables, as_of, commands[-1])
    if output is not None:
        write_new_text(output, text, force=force)
    if as_json:
        show_json(_facts(draft, output, commands))
        return
    _explain(draft)
    if output is None:
        typer.echo(text, nl=False)
    else:
        say(f"Wrote {output}: {draft.segmentation.name!r}.")
    _advise(commands, written=output is not None)


def _next_commands(draft: Draft, tables: TableOptions, as_of: date, model: Path) -> list[str]:
    """What to run next, ready to be copied: check, score, preview."""
    import shlex

    data = [*_arguments(tables), *([] if as_of == today() else ["--as-of", as_of.isoformat()])]
    asked = (field for field in draft.segmentation.fields if field.type is FieldType.MONEY)
    value = ["--value", money.key] if (money := next(asked, None)) else []
    return [
        shlex.join(["satsuma", "check", str(model)]),
        shlex.join(["satsuma", "score", str(model), *data, "-o", "scored.csv"]),
        shlex.join(["satsuma", "preview", str(model), *data, *value]),
    ]


def _arguments(tables: TableOptions) -> Iterator[str]:
    """The options as they were given."""
    if tables.contacts:
        yield str(tables.contacts)
    for option in fields(tables):
        given = getattr(tables, option.name)
        if given is None or option.name == "contacts":
            continue
        for value in given if isinstance(given, list) else [given]:
            yield from (f"--{option.name.replace('_', '-')}", str(value))


def _text(draft: Draft, tables: TableOptions, as_of: date, preview: str) -> str:
    """The model file, with comments that say how to go on."""
    from satsuma.modelfile import write_segmentation

    used = {field.column for field in draft.segmentation.fields}
    left_out = ", ".join(_printable(profile.name) for profile in draft.columns if profile.name not in used)
    heading = HEADING.format(
        table=_printable(" and ".join(path.name for path in (tables.contacts, tables.deals) if path)),
        day=as_of,
        left_out=f"# Left out: {left_out}.\n" if left_out else "",
        preview=_printable(preview),
    )
    return heading + write_segmentation(draft.segmentation)


def _printable(text: str) -> str:
    """The text in one line of a comment, whatever a file's header holds."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)


def _explain(draft: Draft) -> None:
    """On standard error: what each column was taken for, and what is worth knowing."""
    from satsuma.cli.screen import err, note, show_table, whole

    rows = [(field.title, field.key, profile) for field, profile in draft.metrics]
    by_column = {field.column: field.key for field in draft.segmentation.fields if field.column}
    rows += [(profile.name, by_column.get(profile.name, ""), profile) for profile in draft.columns]
    columns = [("Column", "left"), ("Taken as", "left"), ("Empty", "right"), ("Different", "right")]
    columns += [("What it holds", "left"), ("Relevance", "right")]
    cells = [
        [
            _printable(title),
            _type_name(profile),
            whole(profile.empty),
            whole(profile.distinct),
            _holds(profile),
            _relevance(draft.segmentation, field_key),
        ]
        for title, field_key, profile in rows
    ]
    show_table(columns, cells, on=err)
    note([*draft.notes, *_remarks(draft)])


def _remarks(draft: Draft) -> Iterator[str]:
    for profile in draft.columns:
        yield from (f"{profile.name}: {text}" for text in profile.remarks if len(text) > SHORT_REMARK)
    if draft.columns and draft.key is None:
        yield "No column is different in every row. Scoring needs one that is: name it with --key."


def _type_name(profile: ColumnProfile) -> str:
    return "key" if profile.is_key else TYPE_NAMES.get(profile.type, profile.type.value)


def _holds(profile: ColumnProfile) -> str:
    """From where to where the values reach, or the most frequent ones."""
    if profile.numbers:
        return f"{_number(profile.numbers.minimum)} … {_number(profile.numbers.maximum)}"
    if profile.days:
        return f"{profile.days.first} … {profile.days.last}"
    if profile.options:
        shown = ", ".join(_printable(option.text) for option in profile.options[:3])
        return shown + (" …" if len(profile.options) > 3 else "")
    return next((remark for remark in profile.remarks if len(remark) <= SHORT_REMARK), "")


def _number(number: Number) -> str:
    """Without thousands signs where it may be a year."""
    if isinstance(number, int):
        return f"{number:,}" if abs(number) >= 10_000 else str(number)
    return f"{number:,.10g}"


def _relevance(segmentation: Segmentation, field_key: str) -> str:
    for parameter in segmentation.axes[0].parameters:
        if parameter.field == field_key:
            return str(parameter.relevance) if parameter.enabled else "off"
    return ""


def _advise(commands: Sequence[str], *, written: bool) -> None:
    from rich.markup import escape

    from satsuma.cli.screen import err

    err.print()
    err.print("Next:" if written else "Write it to a file with -o model.yaml, then:")
    for line in commands:
        err.print(escape(f"  {line}"))


def _facts(draft: Draft, output: Path | None, commands: Sequence[str]) -> dict[str, Any]:
    import json

    from satsuma.modelfile import segmentation_json

    return {
        "output": str(output) if output else None,
        "key": draft.key,
        "columns": [_profile_facts(profile) for profile in draft.columns],
        "metrics": [_profile_facts(profile) for _, profile in draft.metrics],
        "notes": [*draft.notes, *_remarks(draft)],
        "segmentation": json.loads(segmentation_json(draft.segmentation)),
        "next": list(commands),
    }


def _profile_facts(profile: ColumnProfile) -> dict[str, Any]:
    numbers, days = profile.numbers, profile.days
    return {
        "name": profile.name,
        "taken_as": "key" if profile.is_key else profile.type.value,
        "rows": profile.rows,
        "empty": profile.empty,
        "distinct": profile.distinct,
        "smallest": numbers.minimum if numbers else days.first.isoformat() if days else None,
        "largest": numbers.maximum if numbers else days.last.isoformat() if days else None,
        "options": {option.text: option.count for option in profile.options},
        "remarks": list(profile.remarks),
    }
