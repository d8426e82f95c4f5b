"""The process that reads files from strangers: `python -m satsuma.app.crm.imports.child`, a request on standard input,
the answer on standard output. It limits its own memory and time before it looks at anything.
"""

from __future__ import annotations

import errno
import json
import os
import re
import resource
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    request = json.load(sys.stdin)
    _limit(request["limits"])
    try:
        answer = _answer(request)
    except MemoryError:
        answer = {"limit": "memory_bytes"}
    except OSError as error:
        answer = _failure_below(error)
        if "out" in request:  # a part of it would take the last room
            Path(request["out"]).unlink(missing_ok=True)
    json.dump(answer, sys.stdout)


def _failure_below(error: OSError) -> dict[str, Any]:
    """The disk is full, or failed; what was read is not to blame. Polars gives the number in words alone."""
    told = re.search(r"os error (\d+)", str(error))
    number = error.errno or (int(told[1]) if told else 0)
    return {"limit": "unpacked_bytes"} if number == errno.EFBIG else {"errno": number}


def _limit(limits: dict[str, int]) -> None:
    """Standard error may not become a file without end; no core is dumped; no new process is started."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["unpacked_bytes"],) * 2)
    os.environ.setdefault("POLARS_MAX_THREADS", "2")


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    from satsuma.app.crm.imports.parsing import LimitPassedError, describe, error_facts, read
    from satsuma.app.crm.imports.wanted import Wanted
    from satsuma.domain.errors import SatsumaError
    from satsuma.tables import ReadOptions

    try:
        options = ReadOptions(**{**request["options"], "empty_words": tuple(request["options"].get("empty_words", ()))})
        path, limits = Path(request["path"]), request["limits"]
        if request["do"] == "describe":
            return {"answer": describe(path, options, limits)}
        wanted = [Wanted(**column) for column in request["wanted"]]
        return {"answer": read(path, options, wanted, limits, Path(request["out"]))}
    except LimitPassedError as passed:
        return {"limit": str(passed)}
    except SatsumaError as error:
        return {"error": error_facts(error)}


if __name__ == "__main__":
    main()
