"""What is wrong with the data, said before any training.

But: it measures and warns; it changes nothing. Only rows shared by training and test are refused,
by `check_overlap`, because they make every later number untrue.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from elman.data.split import group_equal
from elman.data.text.corpus import CHUNK, NO_TEXT, Corpus, Skips
from elman.data.text.words import UNKNOWN
from elman.errors import DataError

__all__ = ["Diagnosis", "check_overlap", "examine", "measure_coverage"]

RARE_SHARE, LOW_SHARE = 0.01, 0.05
"""A class below the first share of the rows is rare, below the second under-represented."""

FEW_ROWS = 10
"""A class of fewer rows can hardly be learnt, and not be judged."""

LOSS_SHARE = 0.1
"""Share of words cut off or unknown that calls for a warning."""

MAX_EXAMPLES = 5


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found. Shares are None until `measure_coverage` has run."""

    source: str
    rows: int
    classes: dict[str, int]
    """Rows of each class."""
    words: int
    """Words of all rows together."""
    longest: int
    """Words of the longest row."""
    empty: int
    """Rows passed over because they hold no word."""
    duplicates: int
    """Rows that repeat the text of another row."""
    conflicting: int
    """Different texts that stand under two labels or more."""
    skipped: dict[str, int]
    """Rows passed over, by reason."""
    test_source: str | None = None
    test_rows: int = 0
    shared: int = 0
    """Rows of the test file whose text is also in training."""
    shared_lines: list[tuple[int, int]] = field(default_factory=list)
    """Line in the test file and line in the training file of the first such rows."""
    cut_share: float | None = None
    """Share of words lost to the length limit."""
    unknown_share: float | None = None
    """Share of words that the vocabulary does not hold."""
    warnings: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain data for a json file; the warnings are told beside it, not in it."""
        found = dataclasses.asdict(self)
        del found["warnings"]
        return found

    def lines(self) -> list[str]:
        """What was found, for a person; warnings apart."""
        sizes = [f"{name:.40} {n:,} ({n / self.rows:.1%})" for name, n in self.classes.items()]
        more = [f"… {len(sizes) - 10} more"] if len(sizes) > 12 else []
        shown = sizes[:10] + more if more else sizes
        lines = [
            f"{self.rows:,} rows, {len(sizes)} classes: {', '.join(shown)}",
            f"{self.words:,} words, {self.words / self.rows:.0f} a row, {self.longest:,} at most",
            f"{self.duplicates:,} rows repeat another text; "
            f"{self.conflicting:,} texts stand under two labels",
        ]
        if self.test_source is not None:
            lines.append(f"{self.test_rows:,} test rows, {self.shared:,} of them also in training")
        if self.cut_share is not None and self.unknown_share is not None:
            lines.append(
                f"{self.cut_share:.1%} of words beyond the length limit, "
                f"{self.unknown_share:.1%} unknown to the vocabulary"
            )
        return lines


def examine(corpus: Corpus, *, test: Corpus | None = None) -> Diagnosis:
    """Look at the labelled rows, and at what they share with a test file."""
    counts = np.bincount(corpus.labels, minlength=len(corpus.classes))
    groups = group_equal(corpus.hashes)
    repeated = len(corpus) - int(groups.max()) - 1
    conflicting = _conflicting(groups, corpus.class_ids)
    diagnosis = Diagnosis(
        source=corpus.source,
        rows=len(corpus),
        classes=dict(zip(corpus.classes, counts.tolist(), strict=True)),
        words=len(corpus.tokens),
        longest=int(corpus.lengths.max()),
        empty=corpus.skipped.counts.get(NO_TEXT, 0),
        duplicates=repeated,
        conflicting=len(conflicting),
        skipped=dict(corpus.skipped.counts),
        warnings=_skip_warnings(corpus.source, corpus.skipped) + _class_warnings(corpus),
    )
    if repeated:
        again = _lines_of(corpus, np.flatnonzero(np.bincount(groups)[groups] > 1))
        diagnosis.warnings.append(f"{repeated:,} rows repeat the text of another row ({again})")
    if len(conflicting):
        where = _lines_of(corpus, np.flatnonzero(np.isin(groups, conflicting)))
        diagnosis.warnings.append(
            f"{len(conflicting):,} texts stand under two labels or more ({where}); "
            "one of the labels is wrong, or the label needs more than the text"
        )
    if test is None:
        return diagnosis
    diagnosis.warnings.extend(_skip_warnings(test.source, test.skipped))
    shared, pairs = _shared(corpus, test)
    if shared:
        diagnosis.warnings.append(
            f"{shared:,} of {len(test):,} test rows are also in training; the test flatters"
        )
    return dataclasses.replace(
        diagnosis,
        test_source=test.source,
        test_rows=len(test),
        shared=shared,
        shared_lines=pairs,
    )


def measure_coverage(
    diagnosis: Diagnosis,
    encoded: npt.NDArray[np.int32],
    offsets: npt.NDArray[np.int64],
    *,
    max_length: int,
    rows: npt.NDArray[np.bool_] | None = None,
) -> Diagnosis:
    """Add what the model will not see: words beyond the length limit and unknown ones.

    Args:
        diagnosis: from `examine`; a new one is returned.
        encoded: `(words,)` vocabulary ids of all rows.
        offsets: `(N + 1,)` where each row begins.
        max_length: words of a row that the model reads.
        rows: `(N,)` mask of the rows to measure; best those the vocabulary was not made from.
    """
    lengths = np.diff(offsets)
    mask = np.ones(len(lengths), dtype=bool) if rows is None else rows
    unknown = 0
    for start in range(0, len(encoded), CHUNK):
        places = np.flatnonzero(encoded[start : start + CHUNK] == UNKNOWN) + start
        unknown += int(mask[np.searchsorted(offsets, places, side="right") - 1].sum())
    words = max(int(lengths[mask].sum()), 1)
    cut_share = float(np.maximum(lengths[mask] - max_length, 0).sum() / words)
    unknown_share = unknown / words
    warnings = list(diagnosis.warnings)
    if cut_share > LOSS_SHARE:
        cut = float((lengths[mask] > max_length).mean())
        warnings.append(
            f"{cut_share:.1%} of the words are beyond the limit of {max_length:,} words a row "
            f"({cut:.1%} of the rows are cut)"
        )
    if unknown_share > LOSS_SHARE:
        warnings.append(
            f"{unknown_share:.1%} of the words are unknown to the vocabulary; a larger vocabulary "
            "or more rows would help"
        )
    return dataclasses.replace(
        diagnosis, cut_share=cut_share, unknown_share=unknown_share, warnings=warnings
    )


def check_overlap(diagnosis: Diagnosis, *, allow: bool) -> None:
    """Refuse a test file that repeats training rows, unless the user allows it."""
    if diagnosis.shared and not allow:
        pairs = ", ".join(f"line {mine} = {theirs}" for mine, theirs in diagnosis.shared_lines)
        raise DataError(
            f"{diagnosis.test_source}: {diagnosis.shared:,} of {diagnosis.test_rows:,} rows are "
            f"also in the training data {diagnosis.source} ({pairs}), so the test would flatter "
            "the model. Remove them from one of the files, or pass --allow-overlap."
        )


def _conflicting(
    groups: npt.NDArray[np.int64], class_ids: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Numbers of the groups of equal texts that hold more than one class."""
    low = np.full(groups.max() + 1, np.iinfo(np.int64).max)
    high = np.full(groups.max() + 1, -1)
    np.minimum.at(low, groups, class_ids)
    np.maximum.at(high, groups, class_ids)
    return np.flatnonzero(low != high)


def _shared(corpus: Corpus, test: Corpus) -> tuple[int, list[tuple[int, int]]]:
    """How many test rows are in training, and the lines (test, training) of the first."""
    groups = group_equal(np.concatenate([corpus.hashes, test.hashes]))
    first = np.full(groups.max() + 1, -1)
    first[groups[: len(corpus)][::-1]] = np.arange(len(corpus))[::-1]
    twins = first[groups[len(corpus) :]]  # (N of test,): the training row, or -1
    rows = np.flatnonzero(twins >= 0)
    pairs = [(int(test.lines[n]), int(corpus.lines[twins[n]])) for n in rows[:MAX_EXAMPLES]]
    return len(rows), pairs


def _lines_of(corpus: Corpus, rows: npt.NDArray[np.intp]) -> str:
    shown = ", ".join(str(corpus.lines[row]) for row in rows[:MAX_EXAMPLES])
    return f"lines {shown}{', …' if len(rows) > MAX_EXAMPLES else ''}"


def _skip_warnings(source: str, skipped: Skips) -> list[str]:
    if not skipped.total:
        return []
    examples = f" ({'; '.join(skipped.examples)})" if skipped.examples else ""
    return [f"{source}: {skipped.total:,} rows left out{skipped.said()}{examples}"]


def _class_warnings(corpus: Corpus) -> list[str]:
    counts = np.bincount(corpus.labels, minlength=len(corpus.classes))
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
    changes = int(np.count_nonzero(np.diff(corpus.class_ids)))
    if not corpus.multi_label and rows > 2 * K and changes == K - 1:
        warnings.append(
            "the file is sorted by label; rows are shuffled for training, but the first part of "
            "the file alone would show only one class"
        )
    return warnings
