"""Held-out texts that are almost a training text: an edit, a quoted reply, a notice that is reused.

A text is the set of its runs of three words. A held-out text is nearly a training text if most of
its runs stand in that one too; Broder's containment, counted in full where there is time for it
and else over a sample of the rows. Runs that many rows have in common are phrases, of which texts
are made that have nothing to do with each other: they speak for no pair.
But: what stands in very many rows is therefore not found. A text of fewer than eight words is not
nearly anything; nor is one of another class, from which no answer can be copied.

References:
    Broder, "On the resemblance and containment of documents", 1997.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from elman.data.large import drawn_words

__all__ = ["Near", "near_duplicates"]

_RUN = 3
"""Words of a run."""

_FEWEST = 6
"""Runs that two texts must have in common, phrases not counted: eight words on end, or more."""

_ALIKE = 0.6
"""Share of a text's runs from which it is nearly another: one word in eight may differ."""

_PHRASE, _FEW, _ONE_IN = 30, 5, 200
"""Training rows that may have a run in common before it is a phrase: one in two hundred, within
these bounds."""

_MOST_WORDS, _MOST_PAIRS = 5_000_000, 4_000_000
"""Words looked at, a fifth of them held out; pairs of rows that share a run, followed up."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Near:
    """What was found.

    Pairs come by falling likeness.
    """

    held: Ints
    """`(P,)` the held-out rows that are nearly a training row, each once."""
    like: Ints
    """`(P,)` the training row that each is most like."""
    share: npt.NDArray[np.float64]
    """`(P,)` how much of each is in that one."""
    looked_at: Ints
    """Held-out rows that were looked at."""
    whole: bool
    """Whether all training rows were."""


def near_duplicates(
    tokens: npt.NDArray[np.int32],
    offsets: Ints,
    hashes: npt.NDArray[np.uint8],
    class_ids: Ints,
    *,
    train: Ints,
    held: Ints,
) -> Near:
    """Find the held-out rows that are nearly a training row of the same class.

    Args:
        tokens, offsets: `(words,)` and `(N + 1,)`, rows of word numbers.
        hashes: `(N, 16)` of the rows; of too many, those with the smallest are looked at.
        class_ids: `(N,)`; two texts that differ by the "not" that counts give nothing away.
        train: row numbers.
        held: row numbers.
    """
    some_held = drawn_words(hashes, offsets, held, _MOST_WORDS // 5, "near")
    some_train = drawn_words(hashes, offsets, train, _MOST_WORDS - _MOST_WORDS // 5, "near")
    mine, my_rows = _runs(tokens, offsets, some_held)
    wanted, place = np.unique(mine, return_inverse=True)
    other, their_rows = _runs(tokens, offsets, some_train, wanted)
    frequency = np.bincount(other, minlength=len(wanted))
    most = min(max(len(some_train) // _ONE_IN, _FEW), _PHRASE)
    limit = _limit(np.bincount(place, minlength=len(wanted)), frequency, most)
    phrase = frequency > limit
    keep, keep_other = ~phrase[place], ~phrase[other]
    place, my_rows = place[keep], my_rows[keep]
    runs = np.bincount(my_rows, minlength=len(some_held))  # that count, of each held-out row
    # the training rows of each run, one run after the other
    their_rows = their_rows[keep_other][np.argsort(other[keep_other], kind="stable")]
    frequency[phrase] = 0
    begins, many = (np.cumsum(frequency) - frequency)[place], frequency[place]
    source = np.repeat(np.arange(len(place)), many)
    within = np.arange(len(source)) - np.repeat(np.cumsum(many) - many, many)
    pairs = my_rows[source] * len(some_train) + their_rows[begins[source] + within]
    pairs, common = np.unique(pairs, return_counts=True)
    a, b = np.divmod(pairs, max(len(some_train), 1))
    share = common / np.maximum(runs[a], 1)
    same = class_ids[some_held[a]] == class_ids[some_train[b]]
    found = np.flatnonzero((common >= _FEWEST) & (share >= _ALIKE) & same)
    # the best of each held-out row; of equals the first
    found = found[np.lexsort((b[found], -share[found], a[found]))]
    found = found[np.unique(a[found], return_index=True)[1]]
    found = found[np.argsort(-share[found], kind="stable")]
    whole = len(some_train) == len(train)
    return Near(some_held[a[found]], some_train[b[found]], share[found], some_held, whole)


def _limit(mine: Ints, theirs: Ints, most: int) -> int:
    """In how many training rows a run may stand, at most so many, lest there be too many pairs."""
    pairs = np.bincount(np.minimum(theirs, most + 1), weights=mine * theirs, minlength=most + 2)
    return max(int(np.searchsorted(np.cumsum(pairs[:-1]), _MOST_PAIRS, side="right")) - 1, 1)


def _runs(
    tokens: npt.NDArray[np.int32],
    offsets: Ints,
    rows: Ints,
    wanted: npt.NDArray[np.uint64] | None = None,
) -> tuple[npt.NDArray[Any], Ints]:
    """The different runs of some rows, as hashes, and the place of the row of each in `rows`.

    If some are `wanted`, an ascending array, only those, as places there.
    """
    runs = [np.zeros(0, np.uint64 if wanted is None else np.int64)]
    places = [np.zeros(0, np.int64)]
    lengths = np.maximum(offsets[rows + 1] - offsets[rows] - _RUN + 1, 0)  # runs of each row
    table = None if wanted is None else _table(wanted)
    step = 0
    while step < len(rows):
        # some rows at a time, so that memory does not grow with the words
        ahead = np.cumsum(lengths[step : step + 20_000])
        stop = step + max(int(np.searchsorted(ahead, 500_000, side="right")), 1)
        many = lengths[step:stop]
        place = np.repeat(np.arange(step, stop), many)
        at = np.arange(len(place)) - np.repeat(np.cumsum(many) - many, many)
        at += np.repeat(offsets[rows[step:stop]], many)
        hashed: npt.NDArray[Any] = np.zeros(len(at), np.uint64)
        for k in range(_RUN):
            hashed = _mixed(hashed + tokens[at + k].astype(np.uint64))
        if wanted is not None and table is not None:
            maybe = table[(hashed >> np.uint64(40)).astype(np.int64)]
            hashed, place = hashed[maybe], place[maybe]
            # the last stands for all that are larger
            there = np.searchsorted(wanted[:-1], hashed)
            sure = np.flatnonzero(wanted[there] == hashed) if len(wanted) else there[:0]
            hashed, place = there[sure], place[sure]
        order = np.lexsort((hashed, place))
        hashed, place = hashed[order], place[order]
        new = np.ones(len(hashed), bool)
        new[1:] = (hashed[1:] != hashed[:-1]) | (place[1:] != place[:-1])
        runs.append(hashed[new])
        places.append(place[new])
        step = stop
    return np.concatenate(runs), np.concatenate(places)


def _table(wanted: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Which beginnings of 24 bits some hash has: tells most of the others apart at once."""
    table = np.zeros(2**24, bool)
    table[(wanted >> np.uint64(40)).astype(np.int64)] = True
    return table


def _mixed(z: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """A step of splitmix64."""
    z = z * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(32))) * np.uint64(0xBF58476D1CE4E5B9)
    return z ^ (z >> np.uint64(29))
