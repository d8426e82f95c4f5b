"""`satsuma explain`: every reason of one customer's segment, and the smallest steps to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from satsuma.cli.options import AsOf, Json, ModelPath, TableOptions, takes

if TYPE_CHECKING:
    from satsuma.domain.explanation import Explanation
    from satsuma.domain.model import Segmentation
    from satsuma.domain.steps import Change, Step

Id = Annotated[str, typer.Option("--id", metavar="KEY", help="The customer's key in the table.", show_default=False)]


@takes(tables=TableOptions)
def command(model: ModelPath, tables: TableOptions, as_of: AsOf, id: Id, as_json: Json = False) -> None:
    """Give every reason for one customer, and the steps up."""
    from satsuma.cli.inputs import read_inputs
    from satsuma.cli.reporting import explain_contacts
    from satsuma.cli.screen import note, show_json, steps
    from satsuma.modelfile import read_segmentation

    segmentation = read_segmentation(model)
    with steps(1) as progress:
        progress.begin("Reading")
        inputs = read_inputs(segmentation, tables)
        (explanation,) = explain_contacts(segmentation, inputs.contacts, [inputs.number_of(id)], as_of)
    note(inputs.notes)
    if as_json:
        show_json({"key": id, **_facts(explanation)})
    else:
        _show(id, segmentation, explanation)


def _show(key: str, segmentation: Segmentation, explanation: Explanation) -> None:
    from satsuma.cli.screen import percent, say

    result = explanation.result
    total = result.total
    say(f"{key}: {result.segment_name}")
    say(
        f"Score {total.score} of {total.lowest} to {total.highest}, that is {total.percent:.1f} percent. "
        f"Coverage {percent(result.coverage)}."
    )
    for axis in result.axes if segmentation.has_rules else ():
        say(f"  {axis.axis.name}: {axis.band_name}, score {axis.score} of {axis.scale.lowest} to {axis.scale.highest}")
    say()
    _show_reasons(segmentation, explanation)
    if explanation.missing:
        say()
        say(f"No data: {', '.join(field.title for field in explanation.missing)}.")
    say()
    _show_steps(explanation)


def _show_reasons(segmentation: Segmentation, explanation: Explanation) -> None:
    from satsuma.cli.screen import show_table
    from satsuma.domain.wording import lines_text, value_text

    columns = [
        ("Parameter", "left"),
        ("Value", "left"),
        ("Range", "left"),
        ("Points × relevance", "right"),
        ("", "right"),
    ]
    rows = []
    for reason in explanation.reasons:
        title = f"{reason.axis.name}: {reason.field.title}" if segmentation.has_rules else reason.field.title
        hit = lines_text(reason.parameter, reason.field, reason.lines)
        weighed = f"{reason.points} × {reason.relevance}"
        rows.append([title, value_text(reason.field, reason.value), hit, weighed, str(reason.contribution)])
    show_table(columns, rows)


def _show_steps(explanation: Explanation) -> None:
    from satsuma.cli.screen import say

    if explanation.next_segment is None:
        say("This is the highest segment.")
    elif not explanation.steps:
        say("No one or two changes lead to a higher segment.")
    else:
        say("The smallest steps up:")
    for step in explanation.steps:
        say(f"  → {step.segment_name}: {step_text(step)}")


def step_text(step: Step) -> str:
    """The changes of a step in one line, with what each gains."""
    return ", and ".join(change_line(change) for change in step.changes)


def change_line(change: Change) -> str:
    from satsuma.domain.wording import change_text

    return f"{change_text(change.field, change.before, change.after)} ({change.gain:+d})"


def _facts(explanation: Explanation) -> dict[str, Any]:
    from satsuma.domain.wording import lines_text

    result = explanation.result
    return {
        "segment": result.segment_name,
        "score": result.total.score,
        "lowest": result.total.lowest,
        "highest": result.total.highest,
        "percent": result.total.percent,
        "coverage": result.coverage,
        "axes": [{"name": axis.axis.name, "score": axis.score, "band": axis.band_name} for axis in result.axes],
        "reasons": [
            {
                "axis": reason.axis.name,
                "field": reason.field.key,
                "value": _plain(reason.value),
                "range": lines_text(reason.parameter, reason.field, reason.lines),
                "points": reason.points,
                "relevance": reason.relevance,
                "contribution": reason.contribution,
            }
            for reason in explanation.reasons
        ],
        "missing": [field.key for field in explanation.missing],
        "next_segment": explanation.next_segment.name if explanation.next_segment else None,
        "steps": [
            {"segment": step.segment_name, "changes": [_change_facts(change) for change in step.changes]}
            for step in explanation.steps
        ],
    }


def _change_facts(change: Change) -> dict[str, Any]:
    return {
        "field": change.field.key,
        "from": _plain(change.before),
        "to": _plain(change.after),
        "gain": change.gain,
    }


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
