"""One series as the inside of the forecaster takes it."""

from __future__ import annotations

import numpy as np

from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.tasks.forecast.coding.codec import SeriesCodec
from elman.tasks.forecast.coding.ends import ends_of
from elman.tasks.forecast.coding.input import SeriesInput
from elman.tasks.forecast.coding.scaling import Scaling
from elman.tasks.forecast.laid import Laid, Origins
from elman.tasks.forecast.origins import laid_of, yardstick_at

__all__ = ["at", "codec_for", "laid", "panel", "rolling"]


def panel(values, season=1, name="x"):
    return Panel((Series(name, np.asarray(values, np.float64), season),))


def laid(values):
    return Laid.of([np.asarray(values, np.float64)])


def at(places):
    """Origins of the first series."""
    return Origins(np.zeros(len(places), np.int64), np.array(places))


def codec_for(values, window, horizon, scaling=None, name="x"):
    one = panel(values, name=name)
    scaling = scaling or Scaling(1.0, "none", 1)
    input = SeriesInput(name, window, horizon, scaling, "unknown")
    return SeriesCodec(input, ends_of(one, window, [scaling.floor]))


def rolling(values, begin, horizon, season, window):
    """All origins from `begin` on, and the yardstick for them."""
    one, codec = panel(values, season), codec_for(values, window, horizon)
    origins = laid_of(one).origins(horizon, window, begin)
    return origins.at.tolist(), yardstick_at(one, origins, horizon, [begin], codec, [])
