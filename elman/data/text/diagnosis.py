"""What was found in the data, as figures and in words; and what is refused for it.

Only rows shared by training and test are refused, because they make every later number untrue.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from elman.data.text.leaks.grouped import Grouped
from elman.errors import DataError
from elman.figures import does

__all__ = ["Diagnosis", "check_overlap"]


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found. Shares are None until `measure_coverage` has run."""

    source: str
    rows: int
    classes: dict[str, int]
    """Rows of each class."""
    words: int
    """Words of all rows together."""
    longest: int
    """Words of the longest row."""
    empty: int
    """Rows passed over because they hold no word."""
    duplicates: int
    """Rows that repeat the text of another row."""
    conflicting: int
    """Different texts that stand under two labels or more."""
    skipped: dict[str, int]
    """Rows passed over, by reason."""
    test_source: str | None = None
    test_rows: int = 0
    shared: int = 0
    """Rows of the test file whose text is also in training."""
    shared_lines: list[tuple[int, int]] = field(default_factory=list)
    """Line in the test file and line in the training file of the first such rows."""
    test_groups: int = 0
    """Groups of the test file."""
    shared_groups: int = 0
    """Those of them that are also in training."""
    shared_group_lines: list[tuple[str, int, int]] = field(default_factory=list)
    """Name, line in the test file and line in the training file of the first such groups."""
    grouped: Grouped | None = None
    """The groups of the training file, where a column was named."""
    near: int | None = None
    """Held-out rows that are nearly a training row of the same class."""
    cut_share: float | None = None
    """Share of words lost to the length limit."""
    unknown_share: float | None = None
    """Share of words that the vocabulary does not hold."""
    warnings: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain data for a json file; the warnings are told beside it, not in it."""
        found = dataclasses.asdict(self)
        del found["warnings"]
        return found

    def lines(self) -> list[str]:
        """What was found, for a person; warnings apart."""
        sizes = [f"{name:.40} {n:,} ({n / self.rows:.1%})" for name, n in self.classes.items()]
        more = [f"… {len(sizes) - 10} more"] if len(sizes) > 12 else []
        shown = sizes[:10] + more if more else sizes
        lines = [
            f"{self.rows:,} rows, {len(sizes)} classes: {', '.join(shown)}",
            f"{self.words:,} words, {self.words / self.rows:.0f} a row, {self.longest:,} at most",
            f"{does(self.duplicates, 'row', 'repeat')} another text; "
            f"{does(self.conflicting, 'text', 'stand')} under two labels",
        ]
        if self.grouped is not None:
            lines.extend(self.grouped.lines())
        if self.test_source is not None:
            lines.append(f"{self.test_rows:,} test rows, {self.shared:,} of them also in training")
        if self.test_groups:
            lines.append(
                f"{self.test_groups:,} groups in the test file, {self.shared_groups:,} of them "
                "also in training"
            )
        if self.near:
            lines.append(f"rows held out that are nearly a training row: {self.near:,}")
        if self.cut_share is not None and self.unknown_share is not None:
            lines.append(
                f"{self.cut_share:.1%} of words beyond the length limit, "
                f"{self.unknown_share:.1%} unknown to the vocabulary"
            )
        return lines


def check_overlap(diagnosis: Diagnosis, *, allow: bool) -> None:
    """Refuse a test file that repeats training rows or groups, unless the user allows it."""
    if diagnosis.shared and not allow:
        pairs = ", ".join(f"line {mine} = {theirs}" for mine, theirs in diagnosis.shared_lines)
        raise DataError(
            f"{diagnosis.test_source}: {diagnosis.shared:,} of {diagnosis.test_rows:,} rows are "
            f"also in the training data {diagnosis.source} ({pairs}), so the test would flatter "
            "the model. Remove them from one of the files, or pass --allow-overlap."
        )
    if diagnosis.shared_groups and not allow:
        lines = diagnosis.shared_group_lines
        shown = ", ".join(f'"{name:.40}" in line {mine} = {theirs}' for name, mine, theirs in lines)
        raise DataError(
            f"{diagnosis.test_source}: {diagnosis.shared_groups:,} of {diagnosis.test_groups:,} "
            f"groups of the test file are also in the training data {diagnosis.source} ({shown}), "
            "so the test would flatter the model. Leave their rows out of one of the files, or "
            "pass --allow-overlap."
        )
