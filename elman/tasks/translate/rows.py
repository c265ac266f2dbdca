"""Pairs of sentences, read and divided; nothing is learnt here but which side is which."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.parallel.columns import Sides, choose_sides
from elman.data.parallel.pairs import Pair, Pairs, read_files, read_table
from elman.data.parallel.sides import Languages, check_sides
from elman.data.split import Hashes, split_by_content
from elman.data.tables.formats import open_table
from elman.data.tables.held import table_of
from elman.errors import DataError, OptionError
from elman.tasks.translate.options import TranslateOptions
from elman.training.listener import Listener

__all__ = ["Read", "Rows", "hashes_of", "read", "read_pairs"]

_PART, _ENOUGH = 0.1, 1000
"""Share of the pairs that is held out for validation, and again to judge; and how many at most."""

_FEWEST = 20

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Read:
    """Pairs of a file or two, and what the two sides are called."""

    pairs: Pairs
    sides: Sides
    files: bool
    """Whether the sides are two files, not two columns."""


@dataclass(frozen=True)
class Rows:
    """All pairs, in parts.

    Args:
        read: the training file or files.
        pairs: theirs, then those of the test file.
        train: numbers of pairs to learn from.
        validation: to choose by.
        test: to judge on.
        test_called: what those are, in sentences.
        languages: which words speak for which side.
        notes: what a person should know.
    """

    read: Read
    pairs: Sequence[Pair]
    train: Ints
    validation: Ints
    test: Ints
    test_called: str
    languages: Languages
    notes: tuple[str, ...]

    def sources(self, rows: Ints) -> list[str]:
        """Return the sentences of some pairs."""
        return [self.pairs[row].source for row in rows]

    def targets(self, rows: Ints) -> list[str]:
        """Return the translations of some pairs."""
        return [self.pairs[row].target for row in rows]


def read_pairs(
    data: Any, target: str | None, options: TranslateOptions, known: Sides | None = None
) -> Read:
    """Read pairs as a file and one of its translations, or as a table or its like.

    Args:
        data: a path, a frame, columns, records, or a list of pairs.
        target: a file, or a column.
        options: `--text`, and how files are opened.
        known: the columns that a model was trained on, where the table has them.

    Raises:
        DataError: the data cannot be used as it is.
    """
    if isinstance(data, (str, Path)) and target is not None and Path(target).is_file():
        if options.text is not None:
            raise OptionError("--text names a column, and --target a file; leave --text out")
        paths = Path(data), Path(target)
        pairs = read_files(*paths, encoding=options.encoding)
        names = [path.name for path in paths]
        if names[0] == names[1]:  # de/train.txt, en/train.txt
            names = [f"{path.absolute().parent.name}/{path.name}" for path in paths]
        return Read(pairs, Sides(*names), files=True)
    if isinstance(data, (str, Path)):
        table = open_table(data, **options.opening)
        if table.format == "text":
            missing = "" if target is None else f" --target {target} is no file."
            raise DataError(
                f"{data}: lines of text without a second column.{missing} Name the file of their "
                "translations: --target FILE"
            )
    else:
        table = table_of(_as_columns(data)) or _no_table(data)
    text = options.text
    if known is not None and {*known} <= {*table.columns}:
        text, target = text or known.source, target or known.target
    sides = choose_sides(table, text, target)
    return Read(read_table(table, sides), sides, files=False)


def read(data: Any, options: TranslateOptions, listener: Listener) -> Rows:
    """Read the pairs and divide them; equal sources are in one part.

    Raises:
        DataError: the files cannot be used as they are, or have too few pairs.
    """
    found = read_pairs(data, options.target, options)
    pairs, notes = found.pairs.pairs, found.pairs.notes()
    listener.say(f"{found.pairs.called}: {len(pairs):,} pairs of sentences")
    other = None
    if options.test is not None:
        other = read_pairs(options.test, _test_target(options, found), options, found.sides)
        notes += other.pairs.notes()
    fraction = min(_PART, _ENOUGH / max(len(pairs), 1))
    hashes = hashes_of(pair.source for pair in pairs)
    parts = split_by_content(
        hashes, np.zeros(len(pairs), np.int64), fraction=fraction, test=other is None
    )
    languages = Languages.of(pairs[row] for row in parts.train)
    test, called = parts.test, f"{len(parts.test):,} pairs held out of {found.pairs.called}"
    notes.append(check_sides(languages, pairs, found.pairs.called, found.sides))
    if other is not None:
        notes.append(check_sides(languages, other.pairs.pairs, other.pairs.called, other.sides))
        notes.append(_shared(hashes, hashes_of(pair.source for pair in other.pairs.pairs), other))
        test = len(pairs) + np.arange(len(other.pairs.pairs))
        called = f"{len(test):,} pairs of {other.pairs.called}"
        pairs = [*pairs, *other.pairs.pairs]
    if min(len(parts.train), len(parts.validation), len(test)) < 1 or len(pairs) < _FEWEST:
        raise DataError(
            f"{found.pairs.called}: {len(pairs):,} pairs are too few to learn from, to choose by "
            "and to judge on. Expected thousands."
        )
    return Rows(
        read=found,
        pairs=pairs,
        train=parts.train,
        validation=parts.validation,
        test=test,
        test_called=called,
        languages=languages,
        notes=tuple(note for note in notes if note),
    )


def hashes_of(texts: Iterable[str]) -> Hashes:
    """Return what sentences are known by, `(N, 16)`."""
    digests = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16)


def _test_target(options: TranslateOptions, found: Read) -> str | None:
    if options.test_target is not None:
        return options.test_target
    if found.files:
        raise OptionError(
            f"--test {options.test}: expected --test-target FILE with its translations beside it, "
            "as --target is beside DATA"
        )
    return None


def _shared(hashes: Hashes, test: Hashes, other: Read) -> str:
    seen = {bytes(row) for row in hashes}
    shared = sum(bytes(row) in seen for row in test)
    if not shared:
        return ""
    return (
        f"{other.pairs.called}: {shared:,} of {len(test):,} sentences are in the training data as "
        "well, so the figures flatter"
    )


def _as_columns(data: Any) -> Any:
    """Turn a list of (sentence, translation) into columns; leave all else as it is."""
    if isinstance(data, (list, tuple)) and data:
        pair = data[0]
        if isinstance(pair, (list, tuple)) and len(pair) == 2:
            return {"source": [one[0] for one in data], "target": [one[1] for one in data]}
    return data


def _no_table(data: Any) -> Any:
    raise DataError(
        f"{data!r:.60}: expected a file, a table of two columns, or (sentence, translation) pairs"
    )
