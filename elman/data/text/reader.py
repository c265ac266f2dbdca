"""Files become a corpus: one pass over a table, in which whatever grows with it goes to disk.

Only the dictionary of different words stays in memory.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from elman.data.tables.formats import open_table
from elman.data.tables.table import Reject, Row, Rows, Table
from elman.data.text.classes import ClassNames, class_order
from elman.data.text.columns.cells import Split
from elman.data.text.columns.choose import Named, choose_columns, label_like
from elman.data.text.columns.columns import Columns, MissingTextError
from elman.data.text.corpus import NEW_CLASS, NO_LABEL, NO_TEXT, UNREADABLE, Corpus, Skips
from elman.data.text.leaks.columns import Tally
from elman.data.text.leaks.keys import GroupReader
from elman.data.text.lookup.word_types import joined_words
from elman.data.text.pairs import held, lists_in, pairs_table
from elman.data.text.spool import RowSpools, look_up
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["read_corpus", "texts_of"]

MAX_CLASSES = 1000
"""A label column with more values than this is taken for a mistake."""

MAX_REJECT_SHARE = 0.2
"""More unreadable rows than this, and the file is not what it is taken for."""

PROGRESS_ROWS = 1000

_TOGETHER = 16
"""Rows that were read one by one and are written together."""

_MOST_MET = 10_000
"""Different cells of labels that are remembered."""


def read_corpus(
    data: Any,
    directory: Path,
    *,
    text: Named = None,
    label: Named = None,
    split: Split | None = None,
    group: str | None = None,
    opening: Mapping[str, Any] | None = None,
    limit_rows: int | None = None,
    like: Corpus | None = None,
    progress: Callable[[int], None] | None = None,
) -> Corpus:
    """Read labelled texts into memory-mapped files.

    Args:
        data: a file or folder as `open_table` takes it; a frame, columns or records as `table_of`
            takes them; (X, y); or pairs of text and label or labels.
        directory: where the arrays go; each corpus needs its own.
        text, label, split, group: columns, as `choose_columns` takes them.
        opening: how the file is opened, as `open_table` takes it.
        limit_rows: stop after that many usable rows.
        like: the training corpus, for a test file: its columns, classes and word numbers are
            used again, words it does not have get numbers beyond; a row of a class it does not
            have is passed over and counted. It need not have the group.
        progress: is called with the number of rows read so far, every now and then.

    Raises:
        DataError: no usable row, too many unreadable ones, or labels that cannot be classes.
    """
    is_file = isinstance(data, (str, os.PathLike))
    table = open_table(data, **(opening or {})) if is_file else held(data)
    bare = isinstance(data, tuple) and table is not None and table.columns == ["text", "label"]
    if group is not None and (table is None or bare):
        raise OptionError(
            f'--group "{group}": texts and labels alone have no such column. Pass a file, a frame, '
            "a dict of columns, a list of dicts, or (X, y) where X is a frame."
        )
    if table is not None:
        if like is not None:
            known = like.columns
            text = text or (known.text if {*known.text} <= {*table.columns} else None)
            label = label or label_like(table, known, like.classes)
            split = known.split if split is None and len(known.labels) == 1 else split
            group = group if group in table.columns else None
        columns = choose_columns(table, text, label, split=split, group=group)
    else:
        table = pairs_table(data)
        columns = Columns(("text",), ("label",), "Texts and labels as given.", lists_in(data))
    return _CorpusReader(table, columns, Path(directory), like).read(limit_rows, progress)


def texts_of(path: str | os.PathLike[str], text: Named = None) -> Iterator[str]:
    """Yield the texts of a file, labels or not; rows that hold none are left out."""
    table = open_table(path)
    columns = choose_columns(table, text, need_label=False)
    for row in table.rows():
        with contextlib.suppress(ValueError):
            if isinstance(row, Row):
                yield columns.text_of(row)


class _CorpusReader:
    """One pass over a table: words and labels to numbers, numbers to disk."""

    def __init__(self, table: Table, columns: Columns, directory: Path, like: Corpus | None):
        self.table, self.columns, self.like, self.directory = table, columns, like, directory
        # "is not None", because a corpus of no rows is false
        words, classes = ([], ()) if like is None else (like.word_types, like.classes)
        self.classes = ClassNames(classes)
        self.multi_label = like is not None and like.multi_label
        self.source, self.skipped = str(table.path), Skips()
        self.rows = RowSpools(directory, words)
        self.waiting: list[tuple[Row, bytes, list[int]]] = []
        self.met: dict[object, tuple[list[str], list[int]]] = {}
        """By the cells of rows that were taken: their labels, and their numbers."""
        self.groups, self.tally = None, None
        if columns.group is not None:
            self.groups = GroupReader(columns.group, directory / "groups.u8")
        elif like is None:
            used = (*columns.text, *columns.labels)
            self.tally = Tally(name for name in table.columns if name not in used)

    def read(self, limit_rows: int | None, progress: Callable[[int], None] | None) -> Corpus:
        try:
            self._read_rows(limit_rows, progress)
        except BaseException:
            self.rows.abandon()
            if self.groups is not None:
                self.groups.keys.abandon()
            raise
        names = self.classes.names()
        classes = self.classes.known or tuple(sorted(set(names), key=class_order(names)))
        place = np.array([classes.index(name) for name in names], dtype=np.int64)
        return Corpus(
            source=self.source,
            tokens=self.rows.tokens.finish(),
            offsets=self.rows.offsets.finish(),
            word_types=self.rows.types.words(),
            labels=look_up(self.rows.labels.finish(), place, self.directory / "labels.i64"),
            label_offsets=self.rows.label_offsets.finish(),
            classes=classes,
            multi_label=self.multi_label,
            hashes=self.rows.hashes.finish().reshape(-1, 16),
            lines=self.rows.lines.finish(),
            skipped=self.skipped,
            columns=self.columns,
            notes=tuple(self.classes.notes()),
            groups=self.groups.finish() if self.groups else None,
            belonging=self.tally.found() if self.tally else (),
        )

    def _read_rows(self, limit_rows: int | None, progress: Callable[[int], None] | None) -> None:
        seen = told = 0
        for found in self.table.read():
            if isinstance(found, Rows) and limit_rows is None:
                seen += len(found)
                self._take_all(found)
            else:
                for row in found.each() if isinstance(found, Rows) else (found,):
                    seen += 1
                    self._take(row)
                    if len(self.rows) + len(self.waiting) == limit_rows:
                        break
            if progress and seen // PROGRESS_ROWS > told:
                told = seen // PROGRESS_ROWS
                progress(seen)
            if len(self.rows) + len(self.waiting) == limit_rows:
                break
        self._write_waiting()
        self._check(seen, len(self.rows))

    def _take_all(self, rows: Rows) -> None:
        """Add rows as `_take` does, those between whose labels were met before at once."""
        labels = [rows.columns[name] for name in self.columns.labels]
        keys: Iterable[object] = labels[0] if len(labels) == 1 else zip(*labels, strict=True)
        met = [self.met.get(key) for key in keys]
        texts = self.columns.texts_in(rows)
        words = joined_words(
            [text if text and known else "" for text, known in zip(texts, met, strict=True)]
        )
        odd = [n for n, found in enumerate(words) if not found]
        begin = 0
        for end in (*odd, len(rows)):
            if begin < end:
                self._write_waiting()
                part = slice(begin, end)
                again = [known for known in met[part] if known]
                for name, times in Counter(name for names, _ in again for name in names).items():
                    self.classes.again(name, times)
                cells = {name: column[part] for name, column in rows.columns.items()}
                numbers = [found for _, found in again]
                self._write(rows.lines[part], words[part], numbers, cells.__getitem__)
            if end < len(rows):
                for row in rows.each(slice(end, end + 1)):
                    self._take(row)
            begin = end + 1

    def _take(self, row: Row | Reject) -> None:
        """Add a row, or count why it is passed over."""
        if isinstance(row, Reject):
            return self.skipped.add(UNREADABLE, row)
        try:
            text, labels = self._text_of(row), self.columns.labels_of(row)
        except ValueError as fault:
            return self.skipped.add(UNREADABLE, Reject(row.line, str(fault), row.source))
        if labels is None:
            return self.skipped.add(NO_LABEL, row)
        (words,) = joined_words([text])
        if not words:
            return self.skipped.add(NO_TEXT, row)
        numbers = [self.classes.number(name) for name in labels]
        if None in numbers:
            new = labels[numbers.index(None)]
            return self.skipped.add(NEW_CLASS, Reject(row.line, f'class "{new:.40}"', row.source))
        return self._add(
            row, words, labels, list(dict.fromkeys(n for n in numbers if n is not None))
        )

    def _text_of(self, row: Row) -> str:
        """A missing text counts as an empty one."""
        try:
            return self.columns.text_of(row)
        except MissingTextError:
            return ""

    def _add(self, row: Row, words: bytes, labels: list[str], numbers: list[int]) -> None:
        if self.like is not None and len(numbers) != 1 and not self.multi_label:
            why = f"labels {', '.join(labels) or 'none'}; the training data has one in each row"
            raise DataError(f"{self.source}, line {row.line}: {why}.")
        self.multi_label |= len(numbers) != 1
        if len(self.classes) > MAX_CLASSES and self.like is None:
            raise self._not_a_label(f"more than {MAX_CLASSES:,} different values")
        cells = tuple(row.fields.get(name) for name in self.columns.labels)
        if len(self.met) < _MOST_MET and all(isinstance(cell, str) for cell in cells):
            self.met[cells[0] if len(cells) == 1 else cells] = labels, numbers
        self.waiting.append((row, words, numbers))
        if len(self.waiting) == _TOGETHER:
            self._write_waiting()

    def _write_waiting(self) -> None:
        if self.waiting:
            rows, words, numbers = zip(*self.waiting, strict=True)
            self.waiting, lines = [], [row.line for row in rows]
            self._write(lines, words, numbers, lambda name: [row.fields.get(name) for row in rows])

    def _write(
        self,
        lines: Sequence[int],
        words: Sequence[bytes],
        numbers: Sequence[list[int]],
        cells_of: Callable[[str], Sequence[object]],
    ) -> None:
        hashes = self.rows.add(lines, words, numbers)
        if self.groups is not None:
            self.groups.add(cells_of(self.groups.column), hashes)
        if self.tally is not None:
            watched = {column.name: cells_of(column.name) for column in self.tally.columns}
            self.tally.add(watched, numbers)

    def _check(self, seen: int, rows: int) -> None:
        """Refuse a file whose rows or labels are not what they are taken for."""
        rejects = self.skipped.counts.get(UNREADABLE, 0)
        if rejects > MAX_REJECT_SHARE * seen:
            why = (
                f"{rejects:,} of {seen:,} rows cannot be read ({'; '.join(self.skipped.examples)})"
            )
            raise DataError(f"{self.source}: {why}. Mend them, or save the file again.")
        if rows == 0 and (new := self.classes.strangers):
            raise DataError(
                f"{self.source}: no row has a class that training saw; they begin with "
                f"{self.skipped.examples[0]}. {did_you_mean(next(iter(new)), self.classes.known)} "
                "Is it another column? Name it with --label."
            )
        if rows == 0:
            why = f"no usable row among {seen:,} read{self.skipped.said()}"
            raise DataError(f"{self.source}: {why}. Expected text and label. {self.columns.said}")
        if self.like is None and len(set(self.classes.names())) < 2:
            (only,) = self.classes.names() or ["none"]
            raise self._not_a_label(f'only the value "{only}"')
        single = self.like is None and not self.multi_label
        if single and rows >= 8 and len(self.classes) > rows / 2:
            raise self._not_a_label(f"{len(self.classes):,} different values in {rows:,} rows")

    def _not_a_label(self, why: str) -> DataError:
        used = (*self.columns.text, *self.columns.labels)
        others = ", ".join(name for name in self.table.columns if name not in used)
        remedy = f" Is it another column? Name it with --label: {others}." if others else ""
        what = f'column "{self.columns.label}" has {why}'
        return DataError(f"{self.source}: {what}; expected classes of many rows each.{remedy}")
