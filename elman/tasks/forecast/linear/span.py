"""Some times in the past at which regressions are judged by what came next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from elman.tasks.forecast.coding.channels import NO_CHANNELS, Channels
from elman.tasks.forecast.laid import Laid
from elman.tasks.forecast.linear.weights import Rows, Way, as_read, rows_of

__all__ = ["SEVERAL", "Span", "spans_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEVERAL = 5
"""Series from which on one has enough to learn from in the others."""
_SPANS = 3
_MOST_ROWS, _MOST_JUDGED = 8000, 2000


@dataclass(frozen=True)
class Span:
    """What is learnt before `cut`, and judged from there to `end`."""

    laid: Laid
    cut: Ints
    """`(S,)` values of each series."""
    end: Ints
    horizon: int
    season: int
    channels: Channels = NO_CHANNELS

    @property
    def several(self) -> bool:
        return len(self.laid) >= SEVERAL

    @cached_property
    def known(self) -> Laid:
        """All values up to the end."""
        return self.laid.before(self.end)

    @cached_property
    def positive(self) -> bool:
        """Whether logarithms can be read."""
        return bool(np.nanmin(self.known.values) > 0)

    @cached_property
    def unit(self) -> Floats:
        """`(S,)` the naive error of each series."""
        return self.known.moves(self.season)

    @property
    def room(self) -> int:
        """Values that a window may have, so that there is as much again to learn from."""
        cuts = self.cut[self.cut > 0]
        typical = int(np.median(cuts)) if len(cuts) else 1
        return typical - self.horizon if self.several else (typical - self.horizon) // 2

    def learnt(self, way: Way) -> Rows | None:
        """Return the rows that a way learns from."""
        past = as_read(self.known, way.logarithm).before(self.cut)
        begin = np.minimum(way.window, past.lengths // 2)
        origins = past.origins(self.horizon, way.window, begin).some(_MOST_ROWS)
        return rows_of(past, origins, way, self.horizon, self.season, self.channels)

    def asked(self, way: Way) -> Asked | None:
        """Return the rows by which it is judged."""
        read = as_read(self.known, way.logarithm)
        most = _MOST_JUDGED // 2 if self.several else _MOST_JUDGED
        origins = read.origins(self.horizon, way.window, np.maximum(self.cut, 1)).some(most)
        rows = rows_of(read, origins, way, self.horizon, self.season, self.channels)
        if rows is None:
            return None
        truth = rows.y * rows.scale + rows.centre
        return Asked(
            rows,
            np.exp(truth) if way.logarithm else truth,
            self.unit[origins.series][:, None],
            way.logarithm,
            self.several and self.positive,
        )


@dataclass(frozen=True)
class Asked:
    """Rows by which weights are judged."""

    rows: Rows
    truth: Floats
    units: Floats
    logarithm: bool
    shares: bool
    """Whether errors in shares of the values count as well."""

    def score(self, weights: Floats) -> float:
        """Return the mean error of a forecast by some weights.

        In units of the naive error of each series; of several series multiplied by that in shares
        of their values, as both count in the M4 competition (Makridakis 2020).
        """
        said = (self.rows.x @ weights) * self.rows.scale + self.rows.centre
        said = np.exp(np.minimum(said, 50)) if self.logarithm else said
        error = np.abs(said - self.truth)
        score = float(np.nanmean(error / self.units))
        if self.shares:
            score *= float(np.nanmean(error / (np.abs(said) + self.truth)))
        return score


def spans_of(laid: Laid, horizon: int, season: int) -> list[Span]:
    """Return the times at which regressions are judged.

    Args:
        laid: all that may be learnt from.
        horizon: steps ahead.
        season: steps in a season.
    """
    N = laid.lengths
    if len(laid) < SEVERAL:
        # late enough for windows of two seasons, with as many rows to learn from
        begin = np.minimum(max(4 * season, 4) + horizon, N - 2 * horizon)
        begin = np.maximum(begin, np.where(N > 3000, N // 2, 3 * N // 10))
    else:
        begin = N - np.maximum(N // 4, horizon)  # the others have rows to learn from
    begin = np.minimum(begin, N - horizon)
    count = _SPANS if len(laid) < SEVERAL else _SPANS - 1
    edges = np.linspace(begin, N - horizon, count + 1).astype(int)  # (count + 1, S)
    return [
        Span(laid, np.clip(cut, 0, N), np.clip(last + horizon, 0, N), horizon, season)
        for cut, last in pairwise(edges)
    ]
