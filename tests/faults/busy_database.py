"""Somebody saves a contact while another process has SQLite's only write lock, shortly and for longer than anybody
waits; prints what the pages answer.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from support.faults import answer, end_of, in_child, open_installation, start_child
from support.outages import browser, first_run, words

WAITS_SECONDS = 2.0
"""How long a save waits here. In an installation it is thirty seconds: too long for a test."""


def main() -> None:
    folder = open_installation()
    assert in_child(first_run) == 0
    from django.db import connection

    options = connection.settings_dict["OPTIONS"]
    assert options["timeout"] == 30
    options["timeout"] = WAITS_SECONDS
    answer({"shortly": saved_beside_a_writer(folder, 1.0), "for_long": saved_beside_a_writer(folder, 30.0)})


def saved_beside_a_writer(folder: Path, seconds: float) -> dict[str, object]:
    from satsuma.app.crm.models import Contact

    client, begun = browser(), folder / "begun"
    before = Contact.objects.count()

    def write() -> None:
        from django.db import transaction

        with transaction.atomic():
            begun.touch()
            time.sleep(seconds)

    writer = start_child(write)
    while not begun.exists():
        time.sleep(0.01)
    read = [client.get(address).status_code for address in ("/companies/", "/deals/", "/jobs/")]
    response = client.post("/companies/new/", {"name": "Acme", "version": "0", "base": "{}"})
    kept = Contact.objects.count() - before
    os.kill(writer, 9)
    end_of(writer)
    begun.unlink()
    found = {"read": read, "said": words(response), "kept": kept}
    again = client.post("/companies/new/", {"name": "Acme", "version": "0", "base": "{}", "anyway": "on"})
    return {**found, "again": again.status_code}


main()
