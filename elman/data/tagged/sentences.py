"""Sentences of words, with or without a tag for each."""

from __future__ import annotations

from dataclasses import dataclass

from elman.data.tables.table import Reject

__all__ = ["Sentence", "Tagged"]


@dataclass(frozen=True)
class Sentence:
    """Words in their order, and what stands for each in the column of tags."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    """As many; none where they are not known."""
    line: int
    """Of its first word."""


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
