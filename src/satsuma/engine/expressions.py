"""The building blocks of expressions: chains of conditions, halving, balanced sums. Called by `compiler`.

They are written for both Polars and Narwhals, which share their words, and keep expressions flat: planners and
parsers dislike depth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any, TypeVar

Ops = Any
"""The module `narwhals` or `polars`: `col`, `lit`, `when`, the whole types."""
Expr = Any
"""An expression of that module."""
Frame = Any
"""A lazy frame that takes such expressions."""
Branch = tuple[Expr, Expr]

MOST_CHAINED = 8
"""Conditions in one chain or alternatives in one condition; more are halved. Narwhals nests chains in SQL, and SQLite
gives up at a hundred levels."""

WHOLE_TYPES = ((-(2**7), 2**7 - 1, "Int8"), (-(2**15), 2**15 - 1, "Int16"), (-(2**31), 2**31 - 1, "Int32"))


@dataclass(frozen=True, slots=True)
class Term:
    """A whole-number expression, and the least and the most it can be."""

    expression: Expr
    least: int
    most: int

    @property
    def type(self) -> str:
        return whole_type(self.least, self.most)


def whole_type(least: int, most: int) -> str:
    """The smallest whole type that holds both. 200 parameters × 10 × 1000 points fit 32 bits by far."""
    return next(name for low, high, name in WHOLE_TYPES if low <= least and most <= high)


@lru_cache(maxsize=4096)
def whole(ops: Ops, number: int, number_type: str) -> Expr:
    """The number as a literal. Kept, because Polars makes a column of each: that was half of the time to compile 200
    parameters of 50 ranges."""
    return ops.lit(number, getattr(ops, number_type))


Item = TypeVar("Item")


def balanced(operator: Callable[[Item, Item], Item], items: Sequence[Item]) -> Item:
    """The items combined as a balanced tree: a chain of 200 would be 200 levels deep, and slow to plan or too deep."""
    while len(items) > 1:
        pairs = [operator(left, right) for left, right in zip(items[::2], items[1::2], strict=False)]
        items = [*pairs, items[-1]] if len(items) % 2 else pairs
    return items[0]


def one_of(column: Expr, codes: Sequence[int]) -> Expr:
    """Whether the column holds one of the whole numbers, given ascending. Neighbours become one range."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    if len(runs) > MOST_CHAINED:
        return column.is_in(codes)
    return reduce(or_, [_in_run(column, first, last) for first, last in runs])


def _in_run(column: Expr, first: int, last: int) -> Expr:
    return column == first if first == last else (column >= first) & (column <= last)


def choose(ops: Ops, branches: Sequence[Branch], otherwise: Expr) -> Expr:
    """The value of the first branch whose condition holds. Many branches are halved, to stay flat."""
    if not branches:
        return otherwise
    if len(branches) > MOST_CHAINED:
        half = len(branches) // 2
        in_first = balanced(or_, [condition for condition, _ in branches[:half]])
        first = choose(ops, branches[: half - 1], branches[half - 1][1])
        return choose(ops, [(in_first, first)], choose(ops, branches[half:], otherwise))
    chain = ops
    for condition, value in branches:
        chain = chain.when(condition).then(value)
    return chain.otherwise(otherwise)


def split(ops: Ops, below: Callable[[Any], Expr], cuts: Sequence[Any], literals: Sequence[Expr]) -> Expr:
    """The literal of the range between the cuts, found by halving: 50 ranges are 6 levels deep, where a chain of 49
    conditions would overflow SQLite's parser."""
    if not cuts:
        return literals[0]
    half = len(cuts) // 2
    return choose(
        ops,
        [(below(cuts[half]), split(ops, below, cuts[:half], literals[: half + 1]))],
        split(ops, below, cuts[half + 1 :], literals[half + 1 :]),
    )
