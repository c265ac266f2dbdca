"""Rows become memory-mapped arrays of word numbers, in one pass over the file.

Everything that grows with the file goes to disk while it is read: only the dictionary of different
words stays in memory. Row i is `tokens[offsets[i]:offsets[i + 1]]`.
But: nothing is dropped silently; each row that is passed over is counted in `Corpus.skipped`.
"""

from __future__ import annotations

import contextlib
import hashlib
import heapq
import itertools
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Row, Table
from elman.data.text.columns import Columns, choose_columns
from elman.data.text.words import SPECIAL_WORDS, Vocabulary, tokenize
from elman.errors import DataError, WorkError, did_you_mean

__all__ = ["Corpus", "Skips", "build_vocabulary", "encode_corpus", "read_corpus"]

MAX_CLASSES = 1000
"""A label column with more values than this is taken for a mistake."""

MAX_REJECT_SHARE = 0.2
"""More unreadable rows than this, and the file is not what it is taken for."""

PROGRESS_ROWS = 1000

CHUNK = 2**20
"""Numbers held before they go to disk, and worked on at a time."""

UNREADABLE, NO_LABEL, NO_TEXT = "unreadable row", "missing label", "empty text"

Ints = npt.NDArray[np.int32]
Pairs = Iterable[tuple[str, "str | Sequence[str]"]]


@dataclass
class Skips:
    """Rows passed over: how many for each reason, and where the first of them stand."""

    counts: dict[str, int] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    """The first five line numbers for each reason."""
    examples: list[str] = field(default_factory=list)
    """The first five unreadable rows: "line 7: 4 fields where the header has 3"."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def add(self, reason: str, row: Row | Reject) -> None:
        self.counts[reason] = self.counts.get(reason, 0) + 1
        lines = self.lines.setdefault(reason, [])
        if len(lines) < 5:
            lines.append(row.line)
        if isinstance(row, Reject) and len(self.examples) < 5:
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
    labels: Ints
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

    @classmethod
    def known(cls, classes: tuple[str, ...], columns: Columns, *, multi_label: bool) -> Corpus:
        """A corpus of no rows, to read others `like` when only the classes are known."""
        nothing, begin = np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64)
        hashes, lines = np.zeros((0, 16), dtype=np.uint8), begin[:0]
        return cls(
            "",
            nothing,
            begin,
            [],
            nothing,
            begin,
            classes,
            multi_label,
            hashes,
            lines,
            Skips(),
            columns,
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

    @cached_property
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
            return self.labels.astype(np.int64)
        return np.unique(self.indicator, axis=0, return_inverse=True)[1].reshape(-1)

    @cached_property
    def indicator(self) -> npt.NDArray[np.bool_]:
        """`(N, K)`: which classes each row has."""
        table = np.zeros((len(self), len(self.classes)), dtype=bool)
        table[np.repeat(np.arange(len(self)), np.diff(self.label_offsets)), self.labels] = True
        return table


def read_corpus(
    data: str | os.PathLike[str] | Pairs,
    directory: Path,
    *,
    text: str | None = None,
    label: str | None = None,
    limit_rows: int | None = None,
    like: Corpus | None = None,
    progress: Callable[[int], None] | None = None,
) -> Corpus:
    """Read labelled texts into memory-mapped files.

    Args:
        data: a file or folder as `open_table` takes it, or pairs of text and label or labels.
        directory: where the arrays go; each corpus needs its own.
        text, label: columns, as `choose_columns` takes them.
        limit_rows: stop after that many usable rows.
        like: the training corpus, for a test file: its columns, classes and word numbers are
            used again, words it does not have get numbers beyond, and a new class is an error.
        progress: is called with the number of rows read so far, every now and then.

    Raises:
        DataError: no usable row, too many unreadable ones, or labels that cannot be classes.
    """
    if isinstance(data, (str, os.PathLike)):
        table = open_table(data)
        if like is not None and {*like.columns.text, like.columns.label} <= {*table.columns}:
            text = text or ",".join(like.columns.text)
            label = label or like.columns.label
        columns = choose_columns(table, text, label)
    else:
        table = _pairs_table(data)
        columns = Columns(("text",), "label", "Texts and labels as given.")
    return _Reader(table, columns, Path(directory), like).read(limit_rows, progress)


def _pairs_table(pairs: Pairs) -> Table:
    def read() -> Iterator[Row | Reject]:
        for number, pair in enumerate(pairs, start=1):
            if not (isinstance(pair, (tuple, list)) and len(pair) == 2):
                raise DataError(f"row {number}: {pair!r:.60} is not a pair of text and label.")
            yield Row(number, {"text": pair[0], "label": pair[1]})

    return Table(Path("the given rows"), "pairs", ["text", "label"], read)


class _Numbers(dict[str, int]):
    """Numbers names in order of first appearance."""

    def __missing__(self, name: str) -> int:
        self[name] = number = len(self)
        return number


class _Spool:
    """An array that is written to disk while it grows, and mapped back when it is complete."""

    def __init__(self, path: Path, code: Literal["i", "q", "B"]) -> None:
        self.path, self.size, self.buffer = path, 0, array(code)
        # Written beside and moved into place: an older mapping of that name stays whole.
        self.part = path.with_name(f"{path.name}.part")
        with _disk(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file = open(self.part, "wb")  # noqa: SIM115  (closed by finish or abandon)

    def extend(self, numbers: Iterable[int]) -> int:
        """Append numbers; return how many there are now."""
        before = len(self.buffer)
        self.buffer.extend(numbers)
        self.size += len(self.buffer) - before
        if len(self.buffer) > CHUNK:
            self._flush()
        return self.size

    def _flush(self) -> None:
        with _disk(self.path):
            self.buffer.tofile(self.file)
        del self.buffer[:]

    def abandon(self) -> None:
        self.file.close()
        self.part.unlink(missing_ok=True)

    def finish(self) -> npt.NDArray[Any]:
        self._flush()
        with _disk(self.path):
            self.file.close()
            os.replace(self.part, self.path)
        code = self.buffer.typecode
        # an empty file cannot be mapped
        return np.memmap(self.path, code, mode="r") if self.size else np.zeros(0, dtype=code)


@contextlib.contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        why = f"cannot be written ({fault.strerror or fault}); free space or name another directory"
        raise WorkError(f"{path}: {why}.") from fault


class _Reader:
    """One pass over a table: words and labels to numbers, numbers to disk."""

    def __init__(self, table: Table, columns: Columns, directory: Path, like: Corpus | None):
        self.table, self.columns, self.like, self.directory = table, columns, like, directory
        # "is not None", because a corpus of no rows is false
        words, classes = ([], ()) if like is None else (like.word_types, like.classes)
        self.types = _Numbers(zip(words, itertools.count()))
        self.classes = _Numbers(zip(classes, itertools.count()))
        self.multi_label = like is not None and like.multi_label
        self.source, self.skipped = str(table.path), Skips()
        self.tokens = _Spool(directory / "tokens.i32", "i")
        self.offsets = _Spool(directory / "offsets.i64", "q")
        self.labels = _Spool(directory / "labels-seen.i32", "i")
        self.label_offsets = _Spool(directory / "label-offsets.i64", "q")
        self.hashes = _Spool(directory / "hashes.u8", "B")
        self.lines = _Spool(directory / "lines.i64", "q")

    def read(self, limit_rows: int | None, progress: Callable[[int], None] | None) -> Corpus:
        try:
            self._read_rows(limit_rows, progress)
        except BaseException:
            for spool in vars(self).values():
                if isinstance(spool, _Spool):
                    spool.abandon()
            raise
        names = list(self.classes)
        classes = tuple(names if self.like is not None else sorted(names, key=_class_order(names)))
        place = np.array([classes.index(name) for name in names], dtype=np.int32)
        return Corpus(
            source=self.source,
            tokens=self.tokens.finish(),
            offsets=self.offsets.finish(),
            word_types=list(self.types),
            labels=_look_up(self.labels.finish(), place, self.directory / "labels.i32"),
            label_offsets=self.label_offsets.finish(),
            classes=classes,
            multi_label=self.multi_label,
            hashes=self.hashes.finish().reshape(-1, 16),
            lines=self.lines.finish(),
            skipped=self.skipped,
            columns=self.columns,
        )

    def _read_rows(self, limit_rows: int | None, progress: Callable[[int], None] | None) -> None:
        seen = 0
        self.offsets.extend([0])
        self.label_offsets.extend([0])
        for row in self.table.rows():
            seen += 1
            found = row if isinstance(row, Reject) else self.columns.take(row)
            if isinstance(found, Reject):
                self.skipped.add(UNREADABLE, found)
            elif not found[1]:
                self.skipped.add(NO_LABEL, row)
            elif not (words := tokenize(found[0])):
                self.skipped.add(NO_TEXT, row)
            else:
                self._add(row.line, words, found[1])
            if progress and seen % PROGRESS_ROWS == 0:
                progress(seen)
            if self.lines.size == limit_rows:
                break
        self._check(seen, self.lines.size)

    def _add(self, line: int, words: list[str], labels: list[str]) -> None:
        if self.like is not None:
            where = f"{self.source}, line {line}"
            for name in labels:
                if name not in self.classes:
                    why = f'class "{name:.60}" does not occur in the training data'
                    raise DataError(f"{where}: {why}. {did_you_mean(name, self.classes)}")
            if len(labels) > 1 and not self.multi_label:
                why = f"labels {', '.join(labels)}; the training data has one in each row"
                raise DataError(f"{where}: {why}.")
        self.multi_label |= len(labels) > 1
        self.label_offsets.extend([self.labels.extend(map(self.classes.__getitem__, labels))])
        if len(self.classes) > MAX_CLASSES and self.like is None:
            raise self._not_a_label(f"more than {MAX_CLASSES:,} different values")
        self.offsets.extend([self.tokens.extend(map(self.types.__getitem__, words))])
        self.hashes.extend(hashlib.blake2b(" ".join(words).encode(), digest_size=16).digest())
        self.lines.extend([line])

    def _check(self, seen: int, rows: int) -> None:
        """Refuse a file whose rows or labels are not what they are taken for."""
        rejects = self.skipped.counts.get(UNREADABLE, 0)
        if rejects > MAX_REJECT_SHARE * seen:
            why = (
                f"{rejects:,} of {seen:,} rows cannot be read ({'; '.join(self.skipped.examples)})"
            )
            raise DataError(f"{self.source}: {why}. Mend them, or save the file again.")
        if rows == 0:
            why = f"no usable row among {seen:,} read{self.skipped.said()}"
            raise DataError(f"{self.source}: {why}. Expected text and label. {self.columns.said}")
        if self.like is None and len(self.classes) == 1:
            raise self._not_a_label(f'only the value "{next(iter(self.classes))}"')
        single = self.like is None and not self.multi_label
        if single and rows >= 8 and len(self.classes) > rows / 2:
            raise self._not_a_label(f"{len(self.classes):,} different values in {rows:,} rows")

    def _not_a_label(self, why: str) -> DataError:
        used = (*self.columns.text, self.columns.label)
        others = ", ".join(name for name in self.table.columns if name not in used)
        remedy = f" Is it another column? Name it with --label: {others}." if others else ""
        what = f'column "{self.columns.label}" has {why}'
        return DataError(f"{self.source}: {what}; expected classes of many rows each.{remedy}")


def _class_order(names: Sequence[str]) -> Callable[[str], Any]:
    """By number where all are whole numbers, so that 10 comes after 9; else by letters."""
    numeric = all(name.removeprefix("-").isdecimal() and len(name) < 19 for name in names)
    return (lambda name: (int(name), name)) if numeric else str


def _look_up(numbers: Ints, table: Ints, path: Path) -> Ints:
    """`table[numbers]`, from disk to disk."""
    spool = _Spool(path, "i")
    for start in range(0, len(numbers), CHUNK):
        spool.extend(array("i", table[numbers[start : start + CHUNK]].tobytes()))
    return spool.finish()


def build_vocabulary(
    corpus: Corpus, rows: npt.NDArray[np.bool_], *, max_words: int, min_count: int
) -> Vocabulary:
    """Count the words of some rows and keep the most frequent.

    Args:
        rows: `(N,)` mask of the rows to count: the training rows, never those held out.
        max_words: size of the vocabulary at most, the two special words included.
        min_count: a word that occurs less often is left out.
    """
    counts = np.zeros(len(corpus.word_types), dtype=np.int64)
    for start in range(0, len(corpus.tokens), CHUNK):
        chunk = corpus.tokens[start : start + CHUNK]
        row = np.searchsorted(corpus.offsets, np.arange(start, start + len(chunk)), side="right")
        counts += np.bincount(chunk[rows[row - 1]], minlength=len(counts))
    kept = np.flatnonzero(counts >= max(min_count, 1))
    ranked = zip((-counts[kept]).tolist(), (corpus.word_types[id] for id in kept), strict=True)
    words = heapq.nsmallest(max(max_words - len(SPECIAL_WORDS), 0), ranked)
    return Vocabulary((*SPECIAL_WORDS, *(word for _, word in words)))


def encode_corpus(corpus: Corpus, vocabulary: Vocabulary, directory: Path) -> Ints:
    """Write the ids of all words `(words,)`, with the corpus's own offsets, and map them."""
    table = vocabulary.encode(corpus.word_types)
    return _look_up(corpus.tokens, table, Path(directory) / "encoded.i32")
