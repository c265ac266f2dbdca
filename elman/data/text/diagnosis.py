"""What was found in the data, as figures and in words; and what is refused for it.

Only rows shared by training and test are refused, because they make every later number untrue.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from elman.errors import DataError

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
            f"{self.duplicates:,} rows repeat another text; "
            f"{self.conflicting:,} texts stand under two labels",
        ]
        if self.test_source is not None:
            lines.append(f"{self.test_rows:,} test rows, {self.shared:,} of them also in training")
        if self.cut_share is not None and self.unknown_share is not None:
            lines.append(
                f"{self.cut_share:.1%} of words beyond the length limit, "
                f"{self.unknown_share:.1%} unknown to the vocabulary"
            )
        return lines


def check_overlap(diagnosis: Diagnosis, *, allow: bool) -> None:
    """Refuse a test file that repeats training rows, unless the user allows it."""
    if diagnosis.shared and not allow:
        pairs = ", ".join(f"line {mine} = {theirs}" for mine, theirs in diagnosis.shared_lines)
        raise DataError(
            f"{diagnosis.test_source}: {diagnosis.shared:,} of {diagnosis.test_rows:,} rows are "
            f"also in the training data {diagnosis.source} ({pairs}), so the test would flatter "
            "the model. Remove them from one of the files, or pass --allow-overlap."
        )
