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
from elman.data.split import Hashes, hold_out
from elman.data.tables.formats import nearest_file, open_table
from elman.data.tables.held import table_of
from elman.errors import DataError, OptionError
from elman.judging.texts.bleu import set_apart
from elman.tasks.translate.options import TranslateOptions
from elman.training.listener import Listener

__all__ = ["Read", "Rows", "hashes_of", "read", "read_pairs", "said_of_tokens"]

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
    data: Any,
    target: str | None,
    options: TranslateOptions,
    known: Sides | None = None,
    flag: str = "--target",
) -> Read:
    """Read pairs as a file and one of its translations, or as a table or its like.

    Args:
        data: a path, a frame, columns, records, or a list of pairs.
        target: a file, or a column.
        options: `--text`, and how files are opened.
        known: the columns that a model was trained on, where the table has them.
        flag: the option that names the target.

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
        table = open_table(data, otherwise="text", **options.opening)
        if table.format == "text" and target is not None:
            raise DataError(f"{flag} {target}: no such file.{nearest_file(Path(target))}")
        if table.format == "text":
            raise DataError(
                f"{data}: lines of text without a second column. Name the file of their "
                f"translations: {flag} FILE"
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
    called = found.pairs.called
    pairs, notes = list(found.pairs.pairs), found.pairs.notes()
    listener.say(f"{called}: {len(pairs):,} pairs of sentences")
    hashes, left = hashes_of(pair.source for pair in pairs), np.arange(len(pairs))
    parts: dict[str, Ints] = {}
    others: list[Read] = []
    judged = ""
    for name in ("test", "validation"):
        if getattr(options, name) is None:
            held = _held_out(hashes[left], name)
            parts[name], left = left[held], left[~held]
            judged = judged or f"{len(parts[name]):,} pairs held out of {called}"
            continue
        other = read_pairs(
            getattr(options, name),
            _beside(options, name, found),
            options,
            found.sides,
            f"--{name}-target",
        )
        others.append(other)
        notes += [*other.pairs.notes(), _shared(hashes, other)]
        parts[name] = len(pairs) + np.arange(len(other.pairs.pairs))
        pairs += other.pairs.pairs
        judged = judged or f"{len(parts[name]):,} pairs of {other.pairs.called}"
    languages = Languages.of(pairs[row] for row in left)
    for one in (found, *others):
        notes.append(check_sides(languages, one.pairs.pairs, one.pairs.called, one.sides))
    notes.append(said_of_tokens(found, *others))
    if min(map(len, (left, *parts.values()))) < 1 or len(pairs) < _FEWEST:
        raise DataError(
            f"{called}: {len(pairs):,} pairs are too few to learn from, to choose by and to judge "
            "on. Expected thousands."
        )
    return Rows(
        read=found,
        pairs=pairs,
        train=left,
        validation=parts["validation"],
        test=parts["test"],
        test_called=judged,
        languages=languages,
        notes=tuple(note for note in notes if note),
    )


def said_of_tokens(*read: Read) -> str:
    """Return the warning that translations were cut into words beforehand, or nothing."""
    cut = [one.pairs.called for one in read if set_apart([pair.target for pair in one.pairs.pairs])]
    if not cut:
        return ""
    return (
        f"{', '.join(cut)}: the translations look tokenized, with a space before the full stop. "
        "BLEU of them is not to be set beside BLEU of plain text. Detokenize them first if you can."
    )


def hashes_of(texts: Iterable[str]) -> Hashes:
    """Return what sentences are known by, `(N, 16)`."""
    digests = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16)


def _held_out(hashes: Hashes, salt: str) -> NDArray[np.bool_]:
    """Return which sentences are held out for a part."""
    fraction = min(_PART, _ENOUGH / max(len(hashes), 1))
    return hold_out(hashes, np.zeros(len(hashes), np.int64), fraction=fraction, salt=salt)


def _beside(options: TranslateOptions, name: str, found: Read) -> str | None:
    """Return where the translations of a further file are."""
    target: str | None = getattr(options, f"{name}_target")
    if target is not None:
        return target
    if found.files:
        raise OptionError(
            f"--{name} {getattr(options, name)}: expected --{name}-target FILE with its "
            "translations beside it, as --target is beside DATA"
        )
    return found.sides.target


def _shared(hashes: Hashes, other: Read) -> str:
    """Say how much of a further file is in the training data."""
    seen = {bytes(row) for row in hashes}
    theirs = hashes_of(pair.source for pair in other.pairs.pairs)
    shared = sum(bytes(row) in seen for row in theirs)
    if not shared:
        return ""
    return (
        f"{other.pairs.called}: {shared:,} of {len(theirs):,} sentences are in the training data "
        "as well, so the figures flatter"
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
