"""Sentences of words, with or without a tag for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from elman.data.tables.table import Reject
from elman.errors import DataError

__all__ = ["Sentence", "Tagged", "gathered"]


@dataclass(frozen=True)
class Sentence:
    """Words in their order, and what stands for each in the column of tags."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    """As many; none where they are not known."""
    line: int
    """Of its first word."""
    document: int = 0
    """Which one of the file it is of, from 1; 0 where the file tells none apart."""


@dataclass(frozen=True)
class Tagged:
    """The sentences of a file."""

    sentences: tuple[Sentence, ...]
    rejects: tuple[Reject, ...] = ()
    """Sentences that could not be read, each with the line and what is wrong there."""
    said: str = ""
    """What the file was taken for, for a person."""
    column: str = ""
    """The column of tags, as it is called."""
    text: str = ""
    """That of the words, in a table."""
    whole: bool = False
    """Whether somebody said of each sentence which document it is of, so that they stay whole."""


def gathered(
    path: Path,
    each: Iterable[Sentence | Reject | None],
    *,
    said: str,
    column: str,
    expected: str,
    text: str = "",
) -> Tagged:
    """Return what was read of a file, sentence by sentence; None is nothing.

    Raises:
        DataError: no sentence could be read; it names the first line and what is wrong there.
    """
    found: list[Sentence] = []
    rejects: list[Reject] = []
    for one in each:
        if isinstance(one, Reject):
            rejects.append(one)
        elif one is not None:
            found.append(one)
    if not found:
        first = rejects[0] if rejects else Reject(1, "no word")
        raise DataError(
            f"{path}, line {first.line}: {first.reason}; no sentence could be read. Expected "
            f"{expected}."
        )
    return Tagged(tuple(found), tuple(rejects), said, column, text)
