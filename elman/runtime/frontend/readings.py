"""Rows of sensors as steps: what is missing carried forward and marked, long signals thinned out.

A value that is missing is the last one that was there; before the first it is unknown, which after
scaling is the mean of training. Of every `every` rows one step is made, their mean. So a stream,
which keeps the last values and the rows of an unfinished step, gives the steps of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Held", "Readings"]

Floats = NDArray[np.float32]


class Held(NamedTuple):
    """What a stream keeps."""

    last: Floats
    """`(C,)` the newest values, NaN of a channel that had none."""
    values: Floats
    """`(m, C)` the rows of the unfinished step, carried forward."""
    missing: NDArray[np.bool_]
    """`(m, C)` which of their values were missing."""


@dataclass(frozen=True)
class Readings:
    """The steps of one kind of sensors.

    Args:
        channels: C, values of a row.
        every: rows that make a step.
    """

    channels: int
    every: int = 1

    def begin(self) -> Held:
        """What is kept before the first row."""
        nothing = np.zeros((0, self.channels), np.float32)
        return Held(np.full(self.channels, np.nan, np.float32), nothing, nothing.astype(bool))

    def advance(self, held: Held, rows: Floats) -> tuple[Floats, Held]:
        """Return the steps that further rows `(n, C)` complete, `(T, 2 C)`, and what is kept.

        Of a step the first C numbers are means of values, NaN where there was none yet; the others
        are the shares that were missing.
        """
        lost = np.isnan(rows)
        wide = np.concatenate([held.last[None], rows])
        there = np.where(np.isnan(wide), 0, np.arange(len(wide))[:, None])
        carried = np.take_along_axis(wide, np.maximum.accumulate(there, axis=0), axis=0)
        values = np.concatenate([held.values, carried[1:]])
        missing = np.concatenate([held.missing, lost])
        steps = len(values) // self.every
        done = steps * self.every
        shape = (steps, self.every, self.channels)
        known = values[:done].reshape(shape)
        count = np.maximum((~np.isnan(known)).sum(axis=1), 1)
        mean = np.nansum(known, axis=1, dtype=np.float64) / count
        mean[np.isnan(known).all(axis=1)] = np.nan
        share = missing[:done].reshape(shape).mean(axis=1)
        kept = Held(carried[-1], values[done:], missing[done:])
        return np.concatenate([mean, share], axis=1).astype(np.float32), kept
