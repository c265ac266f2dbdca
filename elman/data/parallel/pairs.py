"""Pairs of sentences: of two files whose lines belong together, or of two columns of a table.

Texts are brought to NFC as they are read, so that letters that look the same are: a reference is
judged by what a translator says, which is NFC, and copies of a sentence are known as copies.
But: lines are not aligned; a line too many in one file shifts all that follow, so files of unequal
length are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from elman.data.parallel.columns import Sides
from elman.data.tables.lines import read_lines
from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError

__all__ = ["LONGEST", "Pair", "Pairs", "pairs_of", "read_files", "read_table"]

LONGEST = 2000
"""Characters of a sentence; what is longer is a text of many."""

_SHOWN = 5

_HALF = re.compile("[\ud800-\udfff]")


class Pair(NamedTuple):
    """A sentence and its translation, and where they stand."""

    line: int
    source: str
    target: str


@dataclass
class Pairs:
    """What was read."""

    called: str
    """Where from, in sentences: "train.de and train.en"."""
    pairs: list[Pair] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    """Of the first few thousand that could not be used, line and reason."""
    skipped: Counter[str] = field(default_factory=Counter)
    """How many could not be used, by reason."""
    copies: int = 0
    """Pairs that came before, word for word; they are kept."""
    equal: list[int] = field(default_factory=list)
    """Lines whose two sides are the same text; they are kept."""

    def notes(self) -> list[str]:
        """Return what a person should know of what was read."""
        found = []
        for reason, count in self.skipped.items():
            lines = [reject.line for reject in self.rejects if reject.reason == reason]
            found.append(f"{self.called}: {count:,} left out, {reason} ({listed(lines)})")
        if self.copies:
            found.append(f"{self.called}: {self.copies:,} pairs stand there more than once")
        if self.equal:
            found.append(
                f"{self.called}: the two sides of {len(self.equal):,} pairs are the same text "
                f"({listed(self.equal)})"
            )
        return found


_KEPT_REJECTS = 10_000


def read_files(source: Path, target: Path, *, encoding: str | None = None) -> Pairs:
    """Read two files, line by line.

    Raises:
        DataError: a file cannot be read, one has more lines than the other, or no pair is left.
    """
    if _same_file(source, target):
        raise DataError(
            f"{source} and --target {target} are one file; expected a file of sentences, and one "
            "of their translations"
        )
    lines = zip_longest(read_lines(source, encoding), read_lines(target, encoding))

    def both() -> Iterator[tuple[int, str, str]]:
        for number, (one, other) in enumerate(lines, start=1):
            if one is None or other is None:
                rest = 1 + sum(1 for _ in lines)
                short, long = (source, target) if one is None else (target, source)
                raise DataError(
                    f"{short} has {number - 1:,} lines and {long} has {number - 1 + rest:,}; line "
                    f"n of one must be the translation of line n of the other. Look for a line "
                    f"that was split or lost, or export both anew."
                )
            yield number, one[1], other[1]

    names = (source.name, target.name) if source.name != target.name else (source, target)
    return pairs_of(both(), called=f"{names[0]} and {names[1]}", names=names)


def read_table(table: Table, sides: Sides) -> Pairs:
    """Read two columns of a table.

    Raises:
        DataError: no pair is left.
    """
    rejects: list[Reject] = []

    def both() -> Iterator[tuple[int, str, str]]:
        for row in table.rows():
            if not isinstance(row, Row):
                rejects.append(row)
                continue
            cells = [row.fields.get(column) for column in sides]
            yield row.line, *("" if cell is None else str(cell) for cell in cells)  # type: ignore[misc]

    quoted = [f'"{column}"' for column in sides]
    found = pairs_of(both(), called=str(table.path), names=quoted)
    found.rejects += rejects[: max(_KEPT_REJECTS - len(found.rejects), 0)]
    found.skipped.update(reject.reason for reject in rejects)
    return found


def pairs_of(
    rows: Iterator[tuple[int, str, str]], *, called: str, names: Sequence[object]
) -> Pairs:
    """Gather pairs, and what cannot be used of them.

    Args:
        rows: line, source and target.
        called: where they come from, in sentences.
        names: of the two sides.

    Raises:
        DataError: no pair is left.
    """
    found, seen = Pairs(called), set[int]()
    for line, *both in rows:
        source, target = (" ".join(unicodedata.normalize("NFC", text).split()) for text in both)
        if reason := _unusable(source, target, names):
            found.skipped[reason] += 1
            if len(found.rejects) < _KEPT_REJECTS:
                found.rejects.append(Reject(line, reason))
            continue
        key = hash((source, target))
        found.copies += key in seen
        seen.add(key)
        if source == target:
            found.equal.append(line)
        found.pairs.append(Pair(line, source, target))
    if not found.pairs:
        why = "; ".join(f"{count:,} {reason}" for reason, count in found.skipped.items())
        raise DataError(f"{called}: no pair of sentences is left ({why or 'there are no lines'})")
    return found


def listed(lines: Sequence[int]) -> str:
    """Return the first of some lines for a person: "lines 3, 8, …"."""
    shown = ", ".join(f"{line:,}" for line in lines[:_SHOWN])
    more = ", …" if len(lines) > _SHOWN else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{more}"


def _unusable(source: str, target: str, names: Sequence[object]) -> str:
    """Return why a pair cannot be used, or nothing."""
    empty = [str(name) for name, text in zip(names, (source, target), strict=True) if not text]
    if empty:
        return f"empty in {' and '.join(empty)}"
    if "\0" in source or "\0" in target:
        return "holds a NUL byte"
    if _HALF.search(source) or _HALF.search(target):
        return "holds half a character, a lone surrogate"
    if max(len(source), len(target)) > LONGEST:
        return f"longer than {LONGEST:,} characters"
    return ""


def _same_file(source: Path, target: Path) -> bool:
    try:
        return source.samefile(target)
    except OSError:
        return False  # whoever reads it says what is wrong
