"""Numbers at even steps, with or without dates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Series"]


@dataclass(frozen=True)
class Series:
    """Numbers at even steps."""

    name: str
    dates: tuple[str, ...] | None
    """One a value, as written in the file; None where the file has no dates."""
    values: np.ndarray
    """`(N,)` float64, finite."""
    season: int
    """Steps until the series repeats; 1 means no season."""
    frequency: str
    """One of SEASONS, or "unknown"."""
    notes: tuple[str, ...]
    """What was chosen, filled or left out: whoever reads the file for a user passes them on."""
