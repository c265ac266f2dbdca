"""Where tagged sentences come from: column files, tables, and what a program holds."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from elman.data.tables.formats import open_table
from elman.data.tables.held import table_of
from elman.data.tables.lines import SAMPLE_LINES, read_lines
from elman.data.tables.table import Reject, Table
from elman.data.tagged.columns import read_columns
from elman.data.tagged.layout import ENDINGS, looks_tagged
from elman.data.tagged.sentences import Sentence, Tagged, gathered
from elman.data.tagged.tables import read_table
from elman.errors import DataError, OptionError
from elman.tasks.tag.options import TagOptions

__all__ = ["has_columns", "is_column_file", "pairs_of", "read_tagged"]

TABLES = (".csv", ".jsonl", ".ndjson", ".json", ".parquet", ".pq")
"""Endings of tables, which are no column files whatever stands in them."""

HELD = Path("the given data")


def read_tagged(
    data: Any, options: TagOptions, column: str | None = None, text: str | None = None
) -> Tagged:
    """Read sentences with their tags.

    Args:
        data: a path; a frame or columns; (X, y) with a list of words and of tags for each sentence;
            (X, y, documents); or sentences, each a list of (word, tag).
        options: which columns.
        column: that of the tags where the options name none.
        text: that of the words.

    Raises:
        DataError: nothing could be read; it names the line.
        OptionError: there is no such column, or the data is none of these.
    """
    if not isinstance(data, (str, Path)):
        held = table_of(data)
        return _held(data) if held is None else _table(held, options, column, text)
    path = Path(data)
    if is_column_file(path, options.encoding):
        if options.text is not None:
            raise OptionError(f"--text: {path} has a word a line, and no column of sentences")
        return _columns(path, options, column)
    return _table(open_table(path, **options.opening), options, column, text)


def _table(table: Table, options: TagOptions, column: str | None, text: str | None) -> Tagged:
    words = options.text or (text if text in table.columns else None)
    return read_table(table, words, options.column or (column if column in table.columns else None))


def is_column_file(path: Path, encoding: str | None) -> bool:
    """Say whether a file has a word a line."""
    try:
        if not path.is_file():
            return False
        lines = [line for _, line in itertools.islice(read_lines(path, encoding), SAMPLE_LINES)]
    except (DataError, OSError, ValueError):
        return False
    return has_columns(path, lines)


def has_columns(path: Path, lines: Sequence[str]) -> bool:
    """Say by its name and its first lines whether a file has a word a line."""
    endings = {*path.suffixes}
    if not lines or endings & {*TABLES}:
        return False
    return bool(endings & {*ENDINGS}) or looks_tagged(lines)


def _columns(path: Path, options: TagOptions, column: str | None) -> Tagged:
    """Read a column file, with the tags of a model's column where it has such a one."""
    if options.column is None and column is not None:
        try:
            return read_columns(path, column, options.encoding)
        except OptionError:
            pass  # another layout: its own column of tags is told from it
    return read_columns(path, options.column, options.encoding)


def pairs_of(data: Any) -> tuple[Sequence[Any], Sequence[Any]] | None:
    """Return (X, y) of what a program holds, or of its (X, y, documents): words and tags of each
    sentence; None of no such."""
    if isinstance(data, tuple) and len(data) in (2, 3) and all(map(_is_nested, data[:2])):
        return data[0], data[1]
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)) and data:
        first = data[0]
        if _is_nested(data) and all(_is_pair(word) for word in first) and len(first):
            return (
                [[word for word, _ in sentence] for sentence in data],
                [[tag for _, tag in sentence] for sentence in data],
            )
    return None


def _held(data: Any) -> Tagged:
    found, documents = pairs_of(data), None
    if found is not None and isinstance(data, tuple) and len(data) == 3:
        documents = [str(document) for document in data[2]]
    if found is None:
        raise OptionError(
            f"{data!r:.60} holds no tagged sentences; expected (X, y), a list of words and a list "
            "of tags for each sentence, or sentences that are lists of (word, tag)"
        )
    X, y = found
    for others, what in ((y, "tags"), (X if documents is None else documents, "documents")):
        if len(X) != len(others):
            raise DataError(f"{len(X):,} sentences and {what} of {len(others):,}; expected as many")
    numbers = {name: n for n, name in enumerate(dict.fromkeys(documents or ()), start=1)}

    def each() -> Any:
        for n, (words, tags) in enumerate(zip(X, y, strict=True), start=1):
            words, tags = [_text(word) for word in words], [_text(tag) for tag in tags]
            if len(words) != len(tags):
                yield Reject(n, f"{len(words)} words and {len(tags)} tags")
            elif "" in words or "" in tags:
                yield Reject(n, "an empty word" if "" in words else "an empty tag")
            elif words:
                document = 0 if documents is None else numbers[documents[n - 1]]
                yield Sentence(tuple(words), tuple(tags), n, document)

    said = f"{len(X):,} sentences"
    tagged = gathered(HELD, each(), said=said, column="", expected="as many tags as words")
    return dataclasses.replace(tagged, whole=documents is not None)


def _text(value: Any) -> str:
    """Return a word or a tag; nothing where it is missing."""
    missing = value is None or (isinstance(value, float) and value != value)
    return "" if missing else str(value).strip()


def _is_nested(data: Any) -> bool:
    """Say whether data is a sequence of sequences that are no texts."""
    if isinstance(data, (str, bytes)) or not hasattr(data, "__len__") or not len(data):
        return False
    first = next(iter(data))
    return not isinstance(first, (str, bytes)) and hasattr(first, "__len__")


def _is_pair(word: Any) -> bool:
    return (
        isinstance(word, (tuple, list))
        and len(word) == 2
        and all(isinstance(part, str) for part in word)
    )
