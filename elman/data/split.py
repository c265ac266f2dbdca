"""Which rows train, which choose, which judge: rows by what they contain, a series by time.

The same row falls on the same side whatever the order of the file, so that a file that is shuffled
again, or a run that is repeated elsewhere, is judged on the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from elman.data.large import MANY, alike, all_but, counted, drawn, places_of, salted, short
from elman.errors import OptionError

__all__ = [
    "Parts",
    "begin_of_last",
    "group_equal",
    "hold_out",
    "quota",
    "split_by_content",
]

Hashes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

MOST_HELD = 200_000
"""Rows of a part that is held out, at most: with as many an accuracy of 90 % is known to 0.13
points at 95 %, and what is judged lies in memory."""

_FEW = 20
"""Rows of a class that must be expected among those drawn; of a rarer class all are looked at."""


@dataclass(frozen=True)
class Parts:
    """The row numbers of each part, ascending; no row is in two."""

    train: npt.NDArray[np.int64]
    validation: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]


def split_by_content(
    hashes: Hashes,
    class_ids: npt.NDArray[np.integer],
    *,
    fraction: float,
    test: bool = True,
    place: Path | None = None,
) -> Parts:
    """Hold out a test part, and of what is left a validation part, each of the given share.

    Args:
        hashes, class_ids, fraction: as `hold_out` takes them.
        test: False where the test rows come from elsewhere; then all are left for the others.
        place: a folder for the numbers of many training rows, of which no part is then larger than
            `MOST_HELD`; without one all are held in memory.
    """
    if place is not None and len(hashes) > MANY:
        return _split_many(hashes, class_ids, fraction, place / "train-rows.i64", test=test)
    rest = np.arange(len(hashes))
    held = np.zeros(len(hashes), dtype=bool)
    if test:
        held = hold_out(hashes, class_ids, fraction=fraction, salt="test")
    tested, rest = rest[held], rest[~held]
    held = hold_out(hashes[rest], class_ids[rest], fraction=fraction, salt="validation")
    return Parts(rest[~held], rest[held], tested)


def _split_many(
    hashes: Hashes, class_ids: npt.NDArray[np.integer], fraction: float, path: Path, *, test: bool
) -> Parts:
    tested = np.zeros(0, np.int64)
    if test:
        tested = _hold_out_of_many(hashes, class_ids, fraction, "test", tested)
    validation = _hold_out_of_many(hashes, class_ids, fraction, "validation", tested)
    train = all_but(len(hashes), np.sort(np.concatenate([tested, validation])), path)
    return Parts(train, validation, tested)


def _hold_out_of_many(
    hashes: Hashes, class_ids: npt.NDArray[np.integer], fraction: float, salt: str, without: Ints
) -> Ints:
    """Return the rows to hold out: `hold_out` of twice as many, which the salted hashes draw."""
    share = 2 * min(fraction, MOST_HELD / len(hashes))
    # of a rare class all rows, so that some are held out
    rare = np.flatnonzero(counted(class_ids) * share < _FEW)
    some = np.union1d(drawn(hashes, share, salt), places_of(class_ids, rare))
    some = np.setdiff1d(some, without)
    held = some[hold_out(hashes[some], class_ids[some], fraction=0.5, salt=salt)]
    # a text that stands under a rare class and another was drawn for one of its rows alone
    return np.setdiff1d(alike(hashes, hashes[held]), without)


def begin_of_last(steps: int, *, fraction: float, at_least: int) -> int:
    """The first step of the last part of a series: that share of it, and so many steps at least."""
    return steps - max(at_least, round(fraction * steps))


def group_equal(hashes: Hashes) -> npt.NDArray[np.int64]:
    """Number the rows `(N,)` so that equal hashes `(N, 16)` have equal numbers 0, 1, 2 …

    Numbers follow the order of the hashes, not of the rows.
    """
    halves = np.ascontiguousarray(hashes).view(np.uint64)  # (N, 2)
    first, second = np.ascontiguousarray(halves[:, 0]), halves[:, 1]
    order = np.argsort(first)  # of equal hashes any order will do
    new = np.diff(first[order]) != 0
    if np.any(np.diff(second[order])[~new]):  # chance or a foe: alike in one half alone
        order = np.lexsort((second, first))
        new |= np.diff(second[order]) != 0
    groups = np.zeros(len(halves), dtype=np.int64)
    groups[order[1:]] = np.cumsum(new)
    return groups


def hold_out(
    hashes: Hashes,
    class_ids: npt.NDArray[np.integer],
    *,
    fraction: float,
    minimum_per_class: int = 1,
    salt: str = "",
) -> npt.NDArray[np.bool_]:
    """Choose the rows to hold out: of each class the given share, the smallest salted hashes first.

    Equal texts stay on one side, also when they stand under two labels; a group of equal texts
    larger than what is left to fill stays in training. A class never loses its last row.

    Args:
        hashes: `(N, 16)` content hashes of the rows.
        class_ids: `(N,)` class of each row.
        fraction: share of each class to hold out, between 0 and 1.
        minimum_per_class: rows to hold out of a class at least, where half of it allows that.
        salt: another word gives another part, for instance "test" and "validation".

    Returns:
        `(N,)` mask, True where held out.
    """
    if not 0 < fraction < 1:
        raise OptionError(f"fraction is {fraction}; expected a share between 0 and 1, such as 0.1")
    held = np.zeros(len(hashes), dtype=bool)
    if len(hashes) == 0:
        return held
    groups = group_equal(hashes)  # (N,)
    sizes = np.bincount(groups)  # (G,)
    first = np.zeros(len(sizes), dtype=np.int64)
    first[groups[::-1]] = np.arange(len(groups))[::-1]  # of several the last assignment stays
    strata = np.full(len(first), np.iinfo(np.int64).max)
    np.minimum.at(strata, groups, class_ids)
    rank = salted(short(hashes[first]), salt)
    order = np.lexsort((rank, strata))
    chosen = np.zeros(len(first), dtype=bool)
    for stratum in np.split(order, np.flatnonzero(np.diff(strata[order])) + 1):
        rows = int(sizes[stratum].sum())
        wanted = quota(rows, fraction, minimum_per_class)
        chosen[_fill(stratum, sizes[stratum], wanted)] = True
    held[:] = chosen[groups]
    return held


def quota(rows: int, fraction: float, minimum: int = 1) -> int:
    """Rows to hold out of a class of so many: its share, and never the last."""
    return min(max(int(fraction * rows + 0.5), min(minimum, rows // 2)), rows - 1)


def _fill(
    groups: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], quota: int
) -> npt.NDArray[np.int64]:
    """Take groups in order while they fit; one that is too large is passed over."""
    prefix = int(np.searchsorted(np.cumsum(sizes), quota, side="right"))
    left = quota - int(sizes[:prefix].sum())
    taken = list(range(prefix))
    for place in range(prefix + 1, len(groups)):
        if left == 0:
            break
        if sizes[place] <= left:
            taken.append(place)
            left -= int(sizes[place])
    return groups[taken]
