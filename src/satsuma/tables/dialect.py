"""Which delimiter a text file has. Called by `delimited` with the file's beginning."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from satsuma.domain.errors import InputError
from satsuma.tables.options import BLANKS
from satsuma.tables.records import is_blank, iterate_records

SAMPLE_BYTES = 256 * 1024
SAMPLE_RECORDS = 200
CANDIDATES = ("\t", ";", "|", ",")
"""The first wins a tie: each row of a file parted by semicolons may have a decimal comma, hardly the reverse."""
LEAST_EVEN = 0.5
"""Share of the records that must agree on a width before a delimiter is believed."""


def recognise_delimiter(utf8: bytes) -> str:
    """The candidate that cuts most records into the same number of cells; a comma if none cuts half of them."""
    best = max(CANDIDATES, key=lambda delimiter: evenness(utf8, delimiter))
    if evenness(utf8, best) >= LEAST_EVEN:
        return best
    return BLANKS if _is_parted_by_blanks(utf8) else ","


def evenness(utf8: bytes, delimiter: str) -> float:
    """Share of the sample's records that have the most common width above one cell, 0 to 1."""
    widths = [len(record) for record in sample_records(utf8, delimiter) if not is_blank(record)]
    several = Counter(width for width in widths if width > 1)
    return several.most_common(1)[0][1] / len(widths) if several else 0.0


def sample_records(utf8: bytes, delimiter: str) -> list[list[str]]:
    """The first records, as far as they can be read; one that the sample cuts off is left out."""
    whole = len(utf8) <= SAMPLE_BYTES
    sample = utf8 if whole else utf8[:SAMPLE_BYTES].decode("utf-8", "ignore").encode()
    records: list[list[str]] = []
    try:
        records.extend(islice(iterate_records(sample, delimiter, ""), SAMPLE_RECORDS))
    except InputError:
        return records
    return records if whole or len(records) in (1, SAMPLE_RECORDS) else records[:-1]


def _is_parted_by_blanks(utf8: bytes) -> bool:
    """Every line has as many words, at least two, and columns are lined up: a run of blanks or a leading one."""
    lines = [
        line for line in utf8[:SAMPLE_BYTES].decode("utf-8", "ignore").splitlines()[:SAMPLE_RECORDS] if line.strip()
    ]
    widths = {len(line.split()) for line in lines}
    lined_up = all(re.search(r"^ |\S  +\S", line) for line in lines)
    return len(widths) == 1 and min(widths) > 1 and lined_up
