"""What stored results should be, and where they are not: the rules about pins, objections and frozen contacts, over
whole columns. Called by `services.results`, which writes the differences, and by `services.verifying`.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from satsuma.app.segmentation.scoring import COMPUTED, CONTACT, SCORE
from satsuma.engine.compiler import PRESENT

ROW, SEGMENT, VERSION = "row", "segment", "version"
STORED = {
    CONTACT: pl.Int64(),
    ROW: pl.Int64(),
    SEGMENT: pl.Int64(),
    COMPUTED: pl.Int64(),
    SCORE: pl.Int32(),
    PRESENT: pl.Int32(),
    VERSION: pl.Int64(),
}
"""The columns of stored results, `ROW` being the assignment's id."""
RESULT = (SEGMENT, COMPUTED, SCORE, PRESENT)
PINNED = "pinned"
FRESH, BEFORE = "_fresh", "_before"
THERE, IS_OTHER, ENDED = "there", "is_other", "ended"
"""Columns of differences: whether the contact has a result at all, whether the result is another (if not, only its
version is), and whether it is one because a pin has ended: who leaves does so for another reason."""


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What people decided about single contacts: `pins` that hold, as contact and segment, those that `ended`, and who
    `objected` or is `frozen`."""

    pins: pl.DataFrame
    ended: pl.DataFrame
    objected: pl.Series
    frozen: pl.Series


_NOBODY = pl.Series([], dtype=pl.Int64)
_NO_PINS = pl.DataFrame(schema={CONTACT: pl.Int64(), PINNED: pl.Int64()})
NO_EXCEPTIONS = Exceptions(_NO_PINS, _NO_PINS, _NOBODY, _NOBODY)


def differences(
    fresh: pl.DataFrame, stored: pl.DataFrame, exceptions: Exceptions, *, version_before: int | None = None
) -> pl.DataFrame:
    """The contacts whose stored result is not what it should be: `CONTACT`, `ROW` (null: none is stored), what it
    should be (`RESULT`, `VERSION`), what it is (the same with `_before`), `THERE`, `IS_OTHER` and `ENDED`.

    `fresh` and `stored` hold all contacts that are looked at: who is not in `fresh` must have no result. A result that
    a frozen contact keeps from the version before the present one is noted as `version_before`'s.
    """
    kept = {name: f"{name}{BEFORE}" for name in (*RESULT, VERSION)}
    new = {name: f"{name}{FRESH}" for name in (COMPUTED, SCORE, PRESENT)}
    pairs = fresh.lazy().rename(new).join(stored.lazy().rename(kept), on=CONTACT, how="full", coalesce=True)
    pairs = _with_pins(pairs, exceptions)
    there, objected = pl.col(new[SCORE]).is_not_null(), _is_in(exceptions.objected)
    profiled, frozen = there & ~objected, _is_in(exceptions.frozen) & pl.col(kept[COMPUTED]).is_not_null()
    should = {
        name: pl.when(profiled).then(pl.when(frozen).then(pl.col(kept[name])).otherwise(pl.col(new[name])))
        for name in new
    }
    should[SEGMENT] = pl.when(profiled).then(pl.coalesce(PINNED, should[COMPUTED]))
    should[VERSION] = pl.when(profiled & frozen).then(pl.coalesce(kept[VERSION], pl.lit(version_before, pl.Int64)))
    judged = pairs.with_columns(
        *(value.alias(name) for name, value in should.items()), there.alias(THERE), pl.col(ENDED) & profiled
    )
    is_other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(kept[name])) for name in RESULT)
    is_other = is_other | (pl.col(THERE) != pl.col(ROW).is_not_null())
    differs = judged.with_columns(is_other.alias(IS_OTHER)).filter(
        pl.col(IS_OTHER) | pl.col(VERSION).ne_missing(pl.col(kept[VERSION]))
    )
    names = [CONTACT, ROW, *RESULT, VERSION, *kept.values(), THERE, IS_OTHER, ENDED]
    return differs.select(names).sort(CONTACT).collect()


def _with_pins(pairs: pl.LazyFrame, exceptions: Exceptions) -> pl.LazyFrame:
    """With `PINNED`, the segment that a pin gives, and `ENDED`. Joined only where there are any: most have none."""
    if exceptions.pins.is_empty():
        pairs = pairs.with_columns(pl.lit(None, pl.Int64).alias(PINNED))
    else:
        pairs = pairs.join(exceptions.pins.lazy(), on=CONTACT, how="left")
    if exceptions.ended.is_empty():
        return pairs.with_columns(pl.lit(value=False).alias(ENDED))
    ended = exceptions.ended.lazy().rename({PINNED: "_ended"})
    held = pl.col(f"{SEGMENT}{BEFORE}") == pl.col("_ended")
    return pairs.join(ended, on=CONTACT, how="left").with_columns(held.fill_null(value=False).alias(ENDED))


def _is_in(contacts: pl.Series) -> pl.Expr:
    return pl.lit(value=False) if contacts.is_empty() else pl.col(CONTACT).is_in(contacts.implode())
