"""Series laid end to end, and the windows that are cut out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.tasks.forecast.coding.scaling import bridged

__all__ = ["Laid", "Origins"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Origins(NamedTuple):
    """Places between two values of a series, from which what follows is foretold."""

    series: Ints
    """`(R,)` the number of the series, ascending."""
    at: Ints
    """`(R,)` how many of its values come before."""

    def some(self, most: int) -> Origins:
        """Return at most so many, evenly spread."""
        every = max(1, -(-len(self.at) // most))
        return Origins(self.series[::every], self.at[::every])


@dataclass(frozen=True)
class Laid:
    """Series laid end to end."""

    values: Floats
    """`(N,)` of all; NaN where one is missing."""
    edges: Ints
    """`(S + 1,)` where each begins, and where the last ends."""
    beside: Floats | None = None
    """`(N, width)` scaled covariates of the same steps."""
    clock: Floats | None = None
    """`(P, told)` what the dates tell of steps of the calendar that all series share."""
    starts: Ints | None = None
    """`(S,)` the row of the clock at which each begins."""

    @classmethod
    def of(cls, parts: Sequence[Floats], beside: Sequence[Floats] = ()) -> Laid:
        edges = np.concatenate([[0], np.cumsum([*map(len, parts)])])
        return cls(np.concatenate(parts), edges, np.concatenate(beside) if beside else None)

    def __len__(self) -> int:
        return len(self.edges) - 1

    @cached_property
    def lengths(self) -> Ints:
        """`(S,)` values of each."""
        return np.asarray(np.diff(self.edges))

    @cached_property
    def owner(self) -> Ints:
        """`(N,)` the series of each value."""
        return np.repeat(np.arange(len(self)), self.lengths)

    @cached_property
    def place(self) -> Ints:
        """`(N,)` the place of each value in its series."""
        return np.arange(len(self.values)) - self.edges[self.owner]

    def before(self, ends: Ints) -> Laid:
        """Return the first values of each, `(S,)` of them."""
        kept = self.place < ends[self.owner]
        beside = None if self.beside is None else self.beside[kept]
        edges = np.concatenate([[0], np.cumsum(ends)])
        return replace(self, values=self.values[kept], edges=edges, beside=beside)

    def mean_of(self, values: Floats) -> Floats:
        """Return the mean `(S,)` of `(N,)` in each series, leaving out NaN; NaN of nothing."""
        there = np.isfinite(values)
        owner = self.owner[there]
        total = np.bincount(owner, values[there], len(self))
        counts = np.bincount(owner, minlength=len(self))
        return np.asarray(
            np.divide(total, counts, out=np.full(len(self), np.nan), where=counts > 0)
        )

    def spread(self) -> Floats:
        """Return the standard deviation `(S,)` of each, 0 of nothing."""
        mean = self.mean_of(self.values)
        return np.asarray(
            np.sqrt(np.nan_to_num(self.mean_of((self.values - mean[self.owner]) ** 2)))
        )

    def moves(self, season: int) -> Floats:
        """Return the mean error `(S,)` of the naive forecast of each: the value a season before.

        One step before in a series that has no whole season; 1 where there is no error.
        """
        found = np.zeros(len(self))
        for steps in dict.fromkeys((season, 1)):
            before = np.concatenate([np.full(min(steps, len(self.values)), np.nan), self.values])
            step = np.abs(self.values - before[: len(self.values)])
            step[self.place < steps] = np.nan
            found = np.where(found > 0, found, np.nan_to_num(self.mean_of(step)))
        return np.asarray(np.where(found > 0, found, 1.0))

    def origins(
        self, horizon: int, window: int, begin: Ints | int, end: Ints | None = None
    ) -> Origins:
        """Return the origins that can be learnt from, or judged.

        Before and after each a value is there, in the window and within the horizon.

        Args:
            horizon: steps ahead.
            window: values before an origin that a forecast reads.
            begin: `(S,)` the first origin of each.
            end: `(S,)` values of each beyond which nothing is looked at; by default all.
        """
        last = self.lengths if end is None else np.minimum(end, self.lengths)
        first = np.broadcast_to(np.maximum(begin, 1), last.shape)
        at, owner = self.place, self.owner
        kept = np.flatnonzero((at >= first[owner]) & (at + horizon <= last[owner]))
        count = np.concatenate([[0], np.cumsum(np.isfinite(self.values))])
        from_ = np.maximum(kept - window, self.edges[owner[kept]])
        kept = kept[(count[kept + horizon] > count[kept]) & (count[kept] > count[from_])]
        return Origins(owner[kept], at[kept])

    def windows(self, origins: Origins, window: int, season: int) -> Floats:
        """Return the values before each origin `(R, L)`, with gaps bridged.

        What lies before the first value of a series is NaN.
        """
        begin = self.edges[origins.series]
        places = (begin + origins.at)[:, None] + np.arange(-window, 0)
        x = self.values[np.maximum(places, 0)]
        x[places < begin[:, None]] = np.nan
        there = np.minimum(origins.at, window)
        gaps = np.isnan(x).sum(1) > window - there
        for row in np.flatnonzero(gaps):
            x[row, window - there[row] :] = bridged(x[row, window - there[row] :], season)
        return np.asarray(x)

    def ahead(self, origins: Origins, horizon: int) -> Floats:
        """Return the values after each origin `(R, H)`; its series must have as many."""
        places = (self.edges[origins.series] + origins.at)[:, None] + np.arange(horizon)
        return np.asarray(self.values[places])

    def around(self, origins: Origins, before: int, ahead: int) -> Floats:
        """Return covariates of some steps before each origin and some after.

        Returns:
            `(R, before + ahead, width)`; those before the first value of a series are 0.
        """
        if self.beside is None:
            return np.zeros((len(origins.at), before + ahead, 0))
        begin = self.edges[origins.series]
        places = (begin + origins.at)[:, None] + np.arange(-before, ahead)
        found = self.beside[np.clip(places, 0, len(self.beside) - 1)]
        found[places < begin[:, None]] = 0.0
        return np.asarray(found)

    def told(self, origins: Origins) -> Floats:
        """Return what the dates tell `(R, told)` of the first step after each origin."""
        if self.clock is None or self.starts is None:
            return np.zeros((len(origins.at), 0))
        return np.asarray(self.clock[self.starts[origins.series] + origins.at])
