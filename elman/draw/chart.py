"""A series and what may follow it, drawn with characters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fan", "chart"]

Floats = NDArray[np.float64]

_PAST, _AHEAD, _BANDS = "•", "●", "░▒"
"""Values that were, values that are foretold, and the intervals around them, the widest first."""


@dataclass(frozen=True)
class Fan:
    """What is drawn of one forecast."""

    name: str
    past: Sequence[float]
    """Values before it; NaN where one is missing."""
    ahead: Sequence[float]
    bands: Sequence[tuple[str, Sequence[float], Sequence[float]]]
    """Of each interval its name, lower and upper ends, the widest first."""
    labels: Sequence[str]
    """Of all values, past and ahead."""

    @property
    def range(self) -> tuple[float, float]:
        """The least and the largest of all that is drawn."""
        parts = [self.past, self.ahead, *(end for _, *ends in self.bands for end in ends)]
        every = np.concatenate([np.asarray(part, np.float64) for part in parts])
        return float(np.nanmin(every)), float(np.nanmax(every))

    def said(self, value: float) -> str:
        """Write a value of the axis with the digits that tell it from others."""
        low, high = self.range
        size = max(abs(low), abs(high))
        digits = 4 if high == low else max(4, 3 + math.ceil(math.log10(size / (high - low))))
        return f"{value:.{min(digits, 17)}g}"


def chart(fan: Fan, *, width: int = 80, height: int = 11) -> list[str]:
    """Return a chart as lines: a column a value, or every so many where there are more.

    Args:
        fan: what is drawn.
        width: characters of a line.
        height: lines of the chart, without its axis.
    """
    low, high = fan.range
    names = [fan.said(value) for value in np.linspace(high, low, height).tolist()]
    margin = max(map(len, names))
    P, N = len(fan.past), len(fan.past) + len(fan.ahead)
    room = max(width - margin - 2, 8)
    picked = np.unique(np.round(np.linspace(0, N - 1, min(N, room))).astype(int))
    wide = max(min(room // N, 2), 1)  # characters of a value

    def rows_of(values: Sequence[float], before: int) -> Floats:
        """Return the row of each picked value, 0 on top; NaN where there is none."""
        whole = np.full(N, np.nan)
        whole[before : before + len(values)] = values
        return np.asarray((high - whole[picked]) / ((high - low) or 1.0) * (height - 1))

    grid = [[" "] * wide * len(picked) for _ in range(height)]
    for character, (_, lower, upper) in zip(_BANDS[-len(fan.bands) :], fan.bands, strict=False):
        for n, (bottom, top) in enumerate(zip(rows_of(lower, P), rows_of(upper, P), strict=True)):
            if np.isfinite(bottom + top):
                for row in range(round(float(top)), round(float(bottom)) + 1):
                    grid[row][wide * n : wide * (n + 1)] = [character] * wide
    for character, values, before in ((_PAST, fan.past, 0), (_AHEAD, fan.ahead, P)):
        for n, row in enumerate(rows_of(values, before)):
            if np.isfinite(row):
                grid[round(float(row))][wide * n] = character
    lines = [
        f"{names[n] if n % 5 == 0 else '':>{margin}} │{''.join(row).rstrip()}"
        for n, row in enumerate(grid)
    ]
    return [
        *lines,
        " " * (margin + 1) + "└" + "─" * wide * len(picked),
        _axis(fan, picked, wide, margin),
    ]


def _axis(fan: Fan, picked: NDArray[np.int64], wide: int, margin: int) -> str:
    """Return the labels of the first value, the last, and, if there is room, the last known."""
    known, last = int(np.searchsorted(picked, max(len(fan.past) - 1, 0))), len(picked) - 1
    line = [" "] * (margin + 2 + wide * len(picked))
    for place in dict.fromkeys((0, last, known)):
        label = fan.labels[picked[place]]
        end = margin + 2 + wide * place + 1
        begin = max(end - len(label), 0) if place else end - 1
        if not "".join(line[max(begin - 1, 0) : begin + len(label) + 1]).strip():
            line[begin : begin + len(label)] = label
    return "".join(line).rstrip()
