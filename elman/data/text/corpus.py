"""A labelled set of texts as memory-mapped arrays of word numbers.

Row i is `tokens[offsets[i]:offsets[i + 1]]`.
But: nothing is dropped silently; each row that was passed over is counted in `Corpus.skipped`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from elman.data.tables.table import Reject, Row
from elman.data.text.columns.columns import Columns
from elman.data.text.leaks.columns import Belonging
from elman.data.text.leaks.keys import Groups

__all__ = ["NEW_CLASS", "NO_LABEL", "NO_TEXT", "UNREADABLE", "Corpus", "Ints", "Skips"]

UNREADABLE, NO_LABEL, NO_TEXT = "unreadable row", "missing label", "empty text"
NEW_CLASS = "class that training never saw"

Ints = npt.NDArray[np.int32]


@dataclass
class Skips:
    """Rows passed over: how many for each reason, and where the first of them stand."""

    counts: dict[str, int] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    """The first five line numbers for each reason."""
    examples: list[str] = field(default_factory=list)
    """The first five reasons of unreadable rows: "line 7: 4 fields where the header has 3"."""
    reasons: set[str] = field(default_factory=set)
    """Those that `examples` shows."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def add(self, reason: str, row: Row | Reject) -> None:
        self.counts[reason] = self.counts.get(reason, 0) + 1
        lines = self.lines.setdefault(reason, [])
        if len(lines) < 5:
            lines.append(row.line)
        if isinstance(row, Reject) and len(self.examples) < 5 and row.reason not in self.reasons:
            self.reasons.add(row.reason)
            self.examples.append(f"{row.source or f'line {row.line}'}: {row.reason}")

    def said(self) -> str:
        """ "; skipped: 2 × missing label (line 5, 9)", or nothing."""
        parts = (
            f"{count:,} × {reason} (line {', '.join(map(str, self.lines[reason]))})"
            for reason, count in self.counts.items()
        )
        return f"; skipped: {', '.join(parts)}" if self.counts else ""


@dataclass(frozen=True)
class Corpus:
    """A labelled set of texts: N rows of words as numbers, on disk."""

    source: str
    """The file's name, for messages."""
    tokens: Ints
    """`(words,)` of all rows, one after the other: each a place in `word_types`."""
    offsets: npt.NDArray[np.int64]
    """`(N + 1,)` where each row begins in `tokens`."""
    word_types: list[str]
    """The different words, in order of first appearance."""
    labels: npt.NDArray[np.int64]
    """`(labels,)` of all rows: each a place in `classes`."""
    label_offsets: npt.NDArray[np.int64]
    """`(N + 1,)` where each row begins in `labels`."""
    classes: tuple[str, ...]
    multi_label: bool
    hashes: npt.NDArray[np.uint8]
    """`(N, 16)` of the words of each row: equal for equal texts."""
    lines: npt.NDArray[np.int64]
    """`(N,)` where each row stands in the file."""
    skipped: Skips
    columns: Columns
    notes: tuple[str, ...] = ()
    """What the reader took for the same."""
    groups: Groups | None = None
    """Of the column that says which rows belong together, where one was named."""
    belonging: tuple[Belonging, ...] = ()
    """Columns that look like one, where none was named."""

    @classmethod
    def known(cls, classes: tuple[str, ...], columns: Columns, *, multi_label: bool) -> Corpus:
        """A corpus of no rows, to read others `like` when only the classes are known."""
        nothing, begin = np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64)
        return cls(
            source="",
            tokens=nothing,
            offsets=begin,
            word_types=[],
            labels=begin[:0],
            label_offsets=begin,
            classes=classes,
            multi_label=multi_label,
            hashes=np.zeros((0, 16), dtype=np.uint8),
            lines=begin[:0],
            skipped=Skips(),
            columns=columns,
        )

    @property
    def said(self) -> str:
        """Which columns were chosen, as a sentence."""
        return self.columns.said

    @property
    def targets(self) -> npt.NDArray[np.int64]:
        """What is to be learnt: class numbers `(N,)`, or for several labels `(N, K)` of 0 and 1."""
        return self.indicator.astype(np.int64) if self.multi_label else self.class_ids

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Words of each row `(N,)`."""
        return np.diff(self.offsets)

    def row(self, index: int) -> Ints:
        """The words of one row `(T,)`, as places in `word_types`."""
        return self.tokens[self.offsets[index] : self.offsets[index + 1]]

    @cached_property
    def class_ids(self) -> npt.NDArray[np.int64]:
        """The class of each row `(N,)`; with several labels a row, the number of its label set."""
        if not self.multi_label:
            return self.labels
        return np.unique(self.indicator, axis=0, return_inverse=True)[1].reshape(-1)

    @cached_property
    def indicator(self) -> npt.NDArray[np.bool_]:
        """`(N, K)`: which classes each row has."""
        table = np.zeros((len(self), len(self.classes)), dtype=bool)
        table[np.repeat(np.arange(len(self)), np.diff(self.label_offsets)), self.labels] = True
        return table
