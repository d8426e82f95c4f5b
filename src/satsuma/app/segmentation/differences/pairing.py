"""Which parts of two segmentations are the same part. Called by everything in this package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from satsuma.domain.folding import fold

T = TypeVar("T")

Ids = tuple[Sequence[int | None], Sequence[int | None]]
"""What each segment is, before and after, lowest first: its id, or None for one that is nowhere stored yet."""


class Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


@dataclass(frozen=True, slots=True)
class Pairs(Generic[T]):
    """What is in both, in the order of the later one; what is gone, what is new; whether those in both stand in
    another order."""

    both: tuple[tuple[T, T], ...]
    gone: tuple[T, ...]
    new: tuple[T, ...]
    reordered: bool


def pair(before: Sequence[T], after: Sequence[T], key: Callable[[T], Hashable]) -> Pairs[T]:
    """Parts with the same key; of several with one key the first is the first, and so on."""
    return _paired(before, after, _numbered(map(key, before)), _numbered(map(key, after)))


def pair_named(before: Sequence[N], after: Sequence[N], ids: Ids | None = None) -> Pairs[N]:
    """Parts with the same id where ids are given, else with the same name; between the same neighbours, as many parts
    without their like on both sides are taken to be renamed."""
    if ids is not None and len(ids[0]) == len(before) and len(ids[1]) == len(after):
        return _paired(before, after, _identities(ids[0], "gone"), _identities(ids[1], "new"))
    old, new = _numbered(fold(part.name) for part in before), _numbered(fold(part.name) for part in after)
    return _paired(before, after, old, _with_renamed(old, new))


def _paired(before: Sequence[T], after: Sequence[T], old: list[Hashable], new: list[Hashable]) -> Pairs[T]:
    earlier = dict(zip(old, before, strict=True))
    common = [key for key in new if key in earlier]
    known = set(new)
    return Pairs(
        tuple((earlier[key], part) for key, part in zip(new, after, strict=True) if key in earlier),
        tuple(part for key, part in zip(old, before, strict=True) if key not in known),
        tuple(part for key, part in zip(new, after, strict=True) if key not in earlier),
        reordered=common != [key for key in old if key in known],
    )


def _numbered(keys: Iterable[Hashable]) -> list[Hashable]:
    seen: Counter[Hashable] = Counter()
    found: list[Hashable] = []
    for key in keys:
        found.append((key, seen[key]))
        seen[key] += 1
    return found


def _identities(ids: Sequence[int | None], side: str) -> list[Hashable]:
    return [(side, place) if id_ is None else id_ for place, id_ in enumerate(ids)]


def _with_renamed(old: list[Hashable], new: list[Hashable]) -> list[Hashable]:
    """The later keys, those of renamed parts replaced by the earlier ones."""
    gone, fresh = _between(old, set(new)), _between(new, set(old))
    renamed = {
        later: earlier
        for after, keys in fresh.items()
        if len(gone.get(after, ())) == len(keys)
        for earlier, later in zip(gone[after], keys, strict=True)
    }
    return [renamed.get(key, key) for key in new]


def _between(keys: list[Hashable], common: set[Hashable]) -> dict[Hashable, list[Hashable]]:
    """The keys that are not common, by the common one before them."""
    found: dict[Hashable, list[Hashable]] = {}
    before: Hashable = None
    for key in keys:
        if key in common:
            before = key
        else:
            found.setdefault(before, []).append(key)
    return found
