"""The sounds of a folder or an index, as they are listed: none is opened yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from elman.data.signals.files import Files
from elman.data.tables.table import Reject

__all__ = ["Entry", "Listed"]


@dataclass(frozen=True)
class Entry:
    """One signal's row: where it stands, and what is said of it."""

    line: int
    """Of the index; of a folder the file's number."""
    file: str
    """As the index or the folder has it."""
    label: str | None
    group: str | None = None
    part: str = ""
    """`train`, `validation` or `test`; empty where nothing is said."""
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """The sounds of some data, and how they were found."""

    said: str
    source: str
    files: Files
    each: list[Entry | Reject]
    columns: tuple[str, ...] = ()
    group: str | None = None
    file: str | None = None
    """The column of files, of an index."""
    label: str | None = None
    """The column of labels."""
    notes: tuple[str, ...] = ()
    """What was left out."""
