"""Fields become numbers; the few that are missing are filled in."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from elman.errors import DataError

__all__ = ["MAX_MAGNITUDE", "MISSING", "Where", "fill", "is_number", "parse_values"]

MAX_FILLED_SHARE = 0.05
MAX_MAGNITUDE = 1e100
"""Larger numbers overflow as soon as something squares them."""

MISSING = {"", "na", "n/a", "nan", "null", "none", "?"}

Where = Callable[[int], str]
"""Names the place of the i-th row in a message."""


def is_number(text: str) -> bool:
    try:
        return "_" not in text and math.isfinite(float(text))
    except ValueError:
        return False


def parse_values(fields: Sequence[str], column: str, where: Where) -> np.ndarray:
    """Numbers, NaN where a value is missing, `(N,)`."""
    numbers = np.full(len(fields), np.nan)
    for i, field in enumerate(fields):
        if field.lower() in MISSING:
            continue
        if not is_number(field):
            raise DataError(
                f'{where(i)}: "{field[:40]}" in column "{column}" is no finite number. Write it '
                "like 1234.5 (no thousands separator, no unit), or leave it empty if it is missing."
            )
        numbers[i] = float(field)
        if abs(numbers[i]) > MAX_MAGNITUDE:
            raise DataError(
                f'{where(i)}: {field[:40]} in column "{column}" is beyond {MAX_MAGNITUDE:g}. '
                "Use a larger unit."
            )
    return numbers


def fill(
    path: Path,
    numbers: np.ndarray,
    positions: np.ndarray,
    dates: tuple[str, ...] | None,
    notes: list[str],
) -> np.ndarray:
    """Interpolate missing values and the steps between `positions`; refuse more than a few."""
    present = np.isfinite(numbers)
    steps = np.arange(positions[-1] + 1)
    blank, skipped = int((~present).sum()), len(steps) - len(positions)
    if blank + skipped > MAX_FILLED_SHARE * len(steps):
        raise DataError(
            f"{path}: {blank} values and {skipped} dates are missing out of {len(steps)} steps; at "
            f"most {MAX_FILLED_SHARE:.0%} are filled in. Complete the file, or leave out the date "
            "column if its rows are to count as evenly spaced (business days, for example)."
        )
    if blank:
        notes.append(f"{blank} missing values were filled by linear interpolation")
    if skipped and dates is not None:
        first = dates[int(np.setdiff1d(steps, positions)[0])]
        notes.append(f"{skipped} missing dates were filled by linear interpolation, first {first}")
    filled: np.ndarray = np.interp(steps, positions[present], numbers[present])
    return filled  # (N,)
