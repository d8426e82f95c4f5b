"""Has publishing fail at each write in turn, or every n-th: on a disk that has room for so many pages and no more, or
where the n-th write of a file is an error. Looks at what is there, makes room, and tries again; then the same for
re-scoring everybody. Prints what was stored, and what was told.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from support.faults import answer, in_child, let_leases_end, open_installation
from support.outages import Disk
from support.republishing import (
    assert_right,
    counts,
    set_up,
    start_publishing_next,
    start_rescoring_changed,
    stored,
)

if TYPE_CHECKING:
    from satsuma.app.jobs.models import Run

PAGE = 4096
Try = Callable[[int], int]
"""Works in a process of its own while there is room for so many pages; gives the exit code."""


def on_the_disk(disk: Disk) -> Try:
    from satsuma.app.jobs.worker import do_waiting_runs

    def work(pages: int) -> int:
        with disk.full(but=pages * PAGE):
            return in_child(do_waiting_runs)

    return work


def in_files(disk: Disk) -> Try:
    """The system lets no file grow beyond so many pages: what SQLite calls an I/O error, in the middle of a statement
    too, since it may keep only five pages in memory. Its journal begins anew before each try."""
    from satsuma.app.jobs.worker import do_waiting_runs

    def limited(pages: int) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = 5")
        resource.setrlimit(resource.RLIMIT_FSIZE, (pages * PAGE, resource.RLIM_INFINITY))
        do_waiting_runs()

    def work(pages: int) -> int:
        disk.give_back_journal()
        return in_child(lambda: limited(pages))

    return work


def seen() -> list[Any]:
    """What people see, and for when they are told that it is so."""
    from satsuma.app.segmentation.models import Segmentation

    return [stored(), *counts(), str(Segmentation.objects.values_list("scored_at", "scored_on", "stale_since").get())]


def sweep(start: Callable[[], Run], work: Try, first: int, stride: int) -> list[dict[str, Any]]:
    from django.db import transaction

    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.worker import do_waiting_runs

    def take_up() -> None:
        let_leases_end()
        Run.objects.update(due_at=None)
        do_waiting_runs()
        assert_right()

    found, pages, is_done = [], first - stride, False
    while not is_done:
        pages += stride
        with transaction.atomic():
            run = start()
        before, counted = seen(), counts()
        code = work(pages)
        meanwhile = seen()
        run.refresh_from_db()
        is_done = run.state == "done"
        tried = [run.state, (run.error or {}).get("message")]
        right = in_child(take_up) == 0
        more = [after - until for until, after in zip(counted, counts(), strict=True)]
        run.refresh_from_db()
        found.append(
            {"pages": pages, "code": code, "tried": tried, "is_old": before == meanwhile,
             "is_new": meanwhile[0] == stored() != before[0], "more": more, "ended": run.state, "right": right}
        )  # fmt: skip
    return found


def main() -> None:
    disk = Disk(open_installation())
    assert in_child(set_up) == 0
    how, first, stride = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    work = {"disk": on_the_disk, "files": in_files}[how](disk)
    answer(
        {
            "publishing": sweep(start_publishing_next, work, first, stride),
            "rescoring": sweep(start_rescoring_changed, work, first, stride),
        }
    )


main()
