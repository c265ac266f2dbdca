"""What is wrong with the data, said before any training.

But: it measures and warns; it changes nothing.
"""

from __future__ import annotations

import dataclasses
import shlex
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from elman.data.large import alike, buckets, counted, pieces, short
from elman.data.split import group_equal
from elman.data.text.corpus import NO_TEXT, Corpus, Skips
from elman.data.text.diagnosis import Diagnosis
from elman.figures import does

__all__ = ["examine", "left_out"]

RARE_SHARE, LOW_SHARE = 0.01, 0.05
"""A class below the first share of the rows is rare, below the second under-represented."""

FEW_ROWS = 10
"""A class of fewer rows can hardly be learnt, and not be judged."""

MAX_EXAMPLES, MAX_COLUMNS = 5, 3


def examine(corpus: Corpus, *, test: Corpus | None = None) -> Diagnosis:
    """Look at the labelled rows, and at what they share with a test file."""
    counts = counted(corpus.labels, kinds=len(corpus.classes))
    repeats = _Repeats.of(corpus)
    diagnosis = Diagnosis(
        source=corpus.source,
        rows=len(corpus),
        classes=dict(zip(corpus.classes, counts.tolist(), strict=True)),
        words=len(corpus.tokens),
        longest=_longest(corpus.offsets),
        empty=corpus.skipped.counts.get(NO_TEXT, 0),
        duplicates=repeats.repeated,
        conflicting=repeats.conflicting,
        skipped=dict(corpus.skipped.counts),
        warnings=[
            *left_out(corpus.source, corpus.skipped),
            *corpus.notes,
            *_class_warnings(corpus, counts),
        ],
    )
    if repeats.repeated:
        again = _lines_of(corpus, repeats.again)
        found = does(repeats.repeated, "row", "repeat")
        diagnosis.warnings.append(f"{found} the text of another row ({again})")
    if repeats.conflicting:
        where = _lines_of(corpus, repeats.where)
        diagnosis.warnings.append(
            f"{does(repeats.conflicting, 'text', 'stand')} under two labels or more ({where}); "
            "one of the labels is wrong, or the label needs more than the text"
        )
    diagnosis.warnings.extend(_belonging(corpus))
    if test is None:
        return diagnosis
    diagnosis.warnings.extend(left_out(test.source, test.skipped))
    shared, pairs = _shared(corpus, test)
    if shared:
        diagnosis.warnings.append(
            f"{shared:,} of {len(test):,} test rows are also in training; the test flatters"
        )
    both, named = _shared_groups(corpus, test)
    if both:
        diagnosis.warnings.append(
            f"{both:,} of {_groups_of(test):,} groups of the test file are also in training; the "
            "test flatters"
        )
    return dataclasses.replace(
        diagnosis,
        test_groups=_groups_of(test),
        shared_groups=both,
        shared_group_lines=named,
        test_source=test.source,
        test_rows=len(test),
        shared=shared,
        shared_lines=pairs,
    )


@dataclass
class _Repeats:
    """Texts that stand in several rows."""

    repeated: int = 0
    """Rows beyond the first of each text."""
    again: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """The first rows of a text that is repeated."""
    conflicting: int = 0
    """Texts that stand under several classes."""
    where: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """The first rows of such a text."""

    @classmethod
    def of(cls, corpus: Corpus) -> _Repeats:
        found = cls()
        for rows in buckets(corpus.hashes):
            groups = group_equal(corpus.hashes[rows])
            sizes = np.bincount(groups)
            found.repeated += len(rows) - len(sizes)
            found.again = _first_of(found.again, rows[sizes[groups] > 1])
            mixed = _mixed(groups, corpus.class_ids[rows])
            found.conflicting += len(mixed)
            found.where = _first_of(found.where, rows[np.isin(groups, mixed)])
        return found


def _first_of(rows: npt.NDArray[np.int64], more: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.sort(np.concatenate([rows, more]))[: MAX_EXAMPLES + 1]


def _mixed(
    groups: npt.NDArray[np.int64], class_ids: npt.NDArray[np.integer]
) -> npt.NDArray[np.int64]:
    """Numbers of the groups of equal texts that hold more than one class."""
    low = np.full(groups.max(initial=-1) + 1, np.iinfo(np.int64).max)
    high = np.full(len(low), -1)
    np.minimum.at(low, groups, class_ids)
    np.maximum.at(high, groups, class_ids)
    return np.flatnonzero(low != high)


def _longest(offsets: npt.NDArray[np.int64]) -> int:
    each = (offsets[piece.start : piece.stop + 1] for piece in pieces(len(offsets) - 1))
    return max(int(np.diff(part).max()) for part in each)


def _shared(corpus: Corpus, test: Corpus) -> tuple[int, list[tuple[int, int]]]:
    """How many test rows are in training, and the lines (test, training) of the first."""
    ours = alike(corpus.hashes, test.hashes)  # ascending, so the first of a text comes first
    kept, first = np.unique(short(corpus.hashes[ours]), return_index=True)
    wanted = short(test.hashes)
    place = np.minimum(np.searchsorted(kept, wanted), max(len(kept) - 1, 0))
    rows = np.flatnonzero(kept[place] == wanted) if len(kept) else place[:0]
    pairs = [
        (int(test.lines[n]), int(corpus.lines[ours[first[place[n]]]])) for n in rows[:MAX_EXAMPLES]
    ]
    return len(rows), pairs


def _groups_of(corpus: Corpus) -> int:
    return 0 if corpus.groups is None else len(corpus.groups.named)


def _shared_groups(corpus: Corpus, test: Corpus) -> tuple[int, list[tuple[str, int, int]]]:
    """How many groups of the test file are in training; name and lines (test, training) of some."""
    ours, theirs = corpus.groups, test.groups
    if ours is None or theirs is None:
        return 0, []
    both = np.isin(theirs.named, ours.named)
    shared = set(theirs.named[both].tolist())
    # by place in the test file, as far as names are kept
    first = [(key, name) for key, name in theirs.names.items() if key in shared][:MAX_EXAMPLES]

    def line(of: Corpus, keys: npt.NDArray[np.uint64], key: int) -> int:
        return int(of.lines[np.argmax(keys == np.uint64(key))])

    return len(shared), [
        (name, line(test, theirs.keys, key), line(corpus, ours.keys, key)) for key, name in first
    ]


def _belonging(corpus: Corpus) -> list[str]:
    """Say which columns look like what rows belong to, where none was named."""
    return [
        f'column "{found.column}" looks like what rows belong to: {found.values:,} values, '
        f"{found.rows_each:.1f} rows each; rows of one value are on both sides of a random split, "
        f"which flatters: --group {shlex.quote(found.column)} keeps them together"
        for found in corpus.belonging[:MAX_COLUMNS]
    ]


def _lines_of(corpus: Corpus, rows: npt.NDArray[np.intp]) -> str:
    shown = ", ".join(str(corpus.lines[row]) for row in rows[:MAX_EXAMPLES])
    return f"lines {shown}{', …' if len(rows) > MAX_EXAMPLES else ''}"


def left_out(source: str, skipped: Skips) -> list[str]:
    """Say how many rows were passed over, why, and which were the first; nothing if none."""
    if not skipped.total:
        return []
    examples = f" ({'; '.join(skipped.examples)})" if skipped.examples else ""
    return [f"{source}: {skipped.total:,} rows left out{skipped.said()}{examples}"]


def _class_warnings(corpus: Corpus, counts: npt.NDArray[np.int64]) -> list[str]:
    rows, K = len(corpus), len(counts)
    warnings = []
    few = [f'"{corpus.classes[k]}" {counts[k]}' for k in np.flatnonzero(counts < FEW_ROWS)]
    if few:
        more = f" and {len(few) - MAX_EXAMPLES} more" if len(few) > MAX_EXAMPLES else ""
        shown = ", ".join(few[:MAX_EXAMPLES]) + more
        warnings.append(f"classes of fewer than {FEW_ROWS} rows: {shown}")
    least = int(counts.argmin())
    share = counts[least] / rows
    # Of many classes each has a small share; it is small only beside an equal share, 1 / K.
    if share < min(LOW_SHARE, 0.5 / K):
        how = "rare" if share < RARE_SHARE else "under-represented"
        warnings.append(
            f'class "{corpus.classes[least]}" is {how}: {share:.2%} of the rows; look at the '
            "score of each class, not at accuracy alone"
        )
    if not corpus.multi_label and rows > 2 * K and _changes(corpus.labels) == K - 1:
        warnings.append(
            "the file is sorted by label; rows are shuffled for training, but the first part of "
            "the file alone would show only one class"
        )
    return warnings


def _changes(labels: npt.NDArray[np.int64]) -> int:
    """How often a row has another label than the one before."""
    each = (labels[max(piece.start - 1, 0) : piece.stop] for piece in pieces(len(labels)))
    return sum(int(np.count_nonzero(np.diff(part))) for part in each)
