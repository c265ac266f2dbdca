"""How far off forecasts are: the quantiles of what they left over on values held out.

A conformal interval (Vovk, Gammerman & Shafer 2005): nothing is assumed of how errors are spread,
but that they will be as they were. Errors are in units of the window, so a series that moves more
has wider intervals. Quantiles are ordered, for they are those of one sample.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from elman.errors import ArtifactError, OptionError

__all__ = ["LEVELS", "NOT_KNOWN", "Spread", "levels_of", "spread_of"]

Floats = NDArray[np.float64]

LEVELS = (80.0, 95.0)
"""Of the intervals that are given unasked, in per cent."""

_SHARES = (0.005, 0.01, 0.025, 0.05, *(k / 20 for k in range(2, 19)), 0.95, 0.975, 0.99, 0.995)
_LARGEST = 1e6
"""Of a quantile, in units of a window."""
_FEW = 20
"""Values from which nobody can tell whether a forecast is too high or too low."""
_OWN = 30
"""Stretches from which each step ahead has quantiles of its own."""


@dataclass(frozen=True)
class Spread:
    """The `output` section of a forecaster's model.json."""

    shares: tuple[float, ...] = ()
    """Ascending, between 0 and 1; none of models that give no intervals."""
    quantiles: tuple[tuple[float, ...], ...] = ()
    """For each step ahead the quantile of each share: by how much the truth lay above."""

    @property
    def known(self) -> bool:
        return bool(self.shares)

    def moved(self, level: float) -> tuple[Floats, Floats]:
        """Return how far below and above the forecast an interval reaches, `(H,)` each."""
        tail = (1 - level / 100) / 2
        rows = [np.interp([tail, 1 - tail], self.shares, row) for row in self.quantiles]
        low, high = np.array(rows).T
        return low, high

    def check(self, horizon: int) -> None:
        """Refuse what are no quantiles.

        Raises:
            ArtifactError: they are not ascending, or not those of every step.
        """
        if not self.known and not self.quantiles:
            return
        rows = (self.shares, *self.quantiles)
        whole = len(self.quantiles) == horizon and len({*map(len, rows)}) == 1
        if not whole or not all(list(row) == sorted(row) for row in rows):
            raise ArtifactError(
                f"model.json: output: expected ascending quantiles of {horizon} steps"
            )
        sane = 0 < self.shares[0] <= self.shares[-1] < 1
        if not sane or max(abs(v) for row in self.quantiles for v in row) > _LARGEST:
            raise ArtifactError("model.json: output: shares or quantiles are impossible")


NOT_KNOWN = Spread()
"""Of models that give no intervals."""


def levels_of(text: str) -> tuple[float, ...]:
    """Read levels as they are typed, as "80,95".

    Raises:
        OptionError: a level is no number, or not one that intervals can have.
    """
    levels = []
    for part in text.split(","):
        try:
            level = float(part)
        except ValueError:
            level = math.nan
        if not 1 <= level <= 99:
            raise OptionError(
                f'--level "{text}": "{part.strip()}" is no level; expected numbers from 1 to 99, '
                "in per cent, such as 80,95"
            )
        levels.append(level)
    return tuple(dict.fromkeys(levels))


def spread_of(residuals: Floats, block: int) -> Spread:
    """Return the quantiles of what forecasts left over.

    Args:
        residuals: `(R, H)` in units of the window, NaN where nobody measured.
        block: neighbouring rows that hang together.

    With few independent stretches all steps ahead share the shape of one distribution, each with
    its own size; and extreme quantiles lie further out, as of a sample so small.
    """
    H = residuals.shape[1]
    kept = residuals[np.isfinite(residuals).any(1)] if residuals.size else residuals
    if not len(kept):
        return Spread()
    stretches = max(len(kept) / block, 1.0)
    size = _size(kept, H)
    pooled = _quantiles((kept / size)[np.isfinite(kept)], len(kept) + H / 2)
    rows = []
    for step in range(H):
        own = kept[:, step][np.isfinite(kept[:, step])]
        if stretches >= _OWN and len(own) >= _OWN:
            rows.append(_quantiles(own, 2 * stretches))
        else:
            rows.append(pooled * size[step])
    bounded = np.clip(rows, -_LARGEST, _LARGEST)
    return Spread(_SHARES, tuple(tuple(row) for row in bounded.tolist()))


def _size(residuals: Floats, horizon: int) -> Floats:
    """Return the mean error of each step `(H,)`, a little smoothed over its neighbours."""
    total = np.nan_to_num(np.abs(residuals)).sum(0)
    count = np.isfinite(residuals).sum(0).astype(float)
    width = 1 + 2 * (horizon // 8)
    kernel = np.ones(width)
    near = np.convolve(total, kernel, "same")[:horizon]
    found = near / np.maximum(np.convolve(count, kernel, "same")[:horizon], 1)
    whole = total.sum() / max(count.sum(), 1)
    return np.asarray(np.where(found > 0, found, whole or 1.0))


def _quantiles(sample: Floats, independent: float) -> Floats:
    """Return the quantiles of a sample that is worth so many independent values.

    That of a share s above one half is that of s (1 + 1/n), and so for those below, as of a
    conformal interval; beyond the largest value it goes on by as much as the share is beyond 1.
    """
    if independent < _FEW:  # as far above as below
        sample = np.concatenate([sample, -sample])
    middle, shares = float(np.median(sample)), np.array(_SHARES)
    tail = np.minimum(shares, 1 - shares)
    wider = np.where(shares == 0.5, 0.5, (1 - tail) * (1 + 1 / independent))
    beyond = np.maximum(wider - 1, 0)
    inside = np.clip(np.where(shares > 0.5, wider, 1 - wider), 0, 1)
    found = middle + (np.quantile(sample, inside) - middle) * (1 + 4 * beyond)
    return np.asarray(np.maximum.accumulate(found))
