"""The origins of a series as rows: the window before each, and what came after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.runtime.arrays import Steps
from elman.tasks.forecast.codec import Scale, SeriesCodec

__all__ = ["Origins", "at_origins"]

Floats = NDArray[np.float64]


class Origins(NamedTuple):
    """One row an origin."""

    steps: list[Steps]
    contexts: list[Scale]
    wanted: Floats
    """`(N, H)` what the network's outputs are trained to be: what the shortcut leaves over; NaN
    where nobody measured."""


def at_origins(values: Floats, codec: SeriesCodec, origins: Sequence[int]) -> Origins:
    """Cut windows and what followed out of a series.

    Args:
        values: `(N,)` of the series.
        codec: window, horizon and scaling.
        origins: how many values come before each forecast; a window ends there.
    """
    H, steps, contexts = codec.input.horizon, [], []
    wanted = np.zeros((len(origins), H))
    for row, origin in enumerate(origins):
        x, scale = codec.encode(values[max(origin - codec.window, 0) : origin])
        assert isinstance(scale, Scale)
        steps.append(x)
        contexts.append(scale)
        wanted[row] = scale.left_over(values[origin : origin + H])
    return Origins(steps, contexts, wanted)
