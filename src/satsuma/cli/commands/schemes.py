"""`satsuma schemes`: the ready-made segmentations."""

from __future__ import annotations

from satsuma.cli.options import Json


def command(as_json: Json = False) -> None:
    """List the ready-made segmentations to start from."""
    from satsuma.cli.screen import say, show_json, show_table
    from satsuma.schemes import list_schemes

    every = list_schemes()
    if as_json:
        show_json([{"key": s.key, "name": s.name, "kind": s.kind, "summary": s.summary} for s in every])
        return
    show_table(
        [("Scheme", "left"), ("For", "left"), ("What it is for", "left")], [[s.key, s.kind, s.summary] for s in every]
    )
    say()
    say("Write one to a file with: satsuma new SCHEME")
