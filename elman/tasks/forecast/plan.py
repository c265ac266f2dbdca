"""What is decided of a series before anything is trained: window, horizon, parts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from elman.data.series.held import dated_table
from elman.data.series.read import read_series
from elman.data.series.series import Series
from elman.data.series.values import MAX_MAGNITUDE
from elman.data.split import begin_of_last
from elman.errors import DataError, OptionError
from elman.tasks.forecast.options import ForecastOptions

__all__ = ["Plan", "SeriesData", "plan_of", "series_of"]

Floats = NDArray[np.float64]

SeriesData = str | Path | Series | Sequence[float]

_PART = 0.1
"""Share of the last values kept for the back-test."""


@dataclass(frozen=True)
class Plan:
    """A series, and how it is cut."""

    series: Series
    window: int | None
    """Values that a forecast reads, if somebody said so."""
    horizon: int
    begin: int
    """Values before the first origin of the back-test."""

    @property
    def past(self) -> Floats:
        """The values before the back-test, all that may be learnt from until it is over."""
        return np.asarray(self.series.values[: self.begin])

    @property
    def warnings(self) -> list[str]:
        """What a person should know before the figures."""
        season = self.series.season
        if self.window is not None and 1 < season > self.window:
            return [
                f"the window of {self.window} is shorter than the season of {season}; the "
                "seasonal naive forecast sees further back than the model"
            ]
        return []

    def digest(self, recipe: object) -> str:
        """Return a digest of the values, of how they are cut, and of what learns from them."""
        digest = hashlib.sha256(np.ascontiguousarray(self.series.values).data)
        digest.update(repr((self.window, self.horizon, self.begin, recipe)).encode())
        return digest.hexdigest()


def series_of(data: SeriesData, options: ForecastOptions) -> Series:
    """Return the series to learn, from a file, a `Series` or plain numbers."""
    if isinstance(data, Series):
        return data
    if isinstance(data, (str, Path)):
        columns = {"date": options.date, "value": options.value}
        return read_series(data, **columns, season=options.season, opening=options.opening)
    if (table := dated_table(data)) is not None:
        return read_series(table, date=options.date, value=options.value, season=options.season)
    try:
        values = np.asarray(data, np.float64)
    except (TypeError, ValueError):
        values = np.zeros((0, 0))
    if values.ndim != 1 or not (np.abs(values[~np.isnan(values)]) <= MAX_MAGNITUDE).all():
        raise DataError(
            "the given values: expected one series of finite numbers, none of them beyond "
            f"{MAX_MAGNITUDE:g}, oldest first"
        )
    return Series("the given values", values, options.season or 1)


def plan_of(series: Series, options: ForecastOptions) -> Plan:
    """Decide the parts.

    Raises:
        OptionError: horizon, window or holdout do not fit the series.
    """
    N, H = len(series.values), options.horizon
    if H < 1 or (options.window is not None and options.window < 1):
        raise OptionError("--horizon and --window are steps: whole numbers from 1 on")
    begin = begin_of_last(N, fraction=_PART, at_least=H)
    if options.holdout is not None:
        begin = N - options.holdout
    if N - begin < H:
        raise OptionError(f"--holdout {options.holdout} is less than the horizon of {H} steps")
    most = (begin - H) // 2
    if most < 2:
        raise DataError(
            f"{series.name}: {N} values are too few for {H} steps ahead and {N - begin} held out; "
            "shorten --horizon or --holdout"
        )
    window = options.window
    if window is not None and window > begin - H - 1:
        raise OptionError(
            f"--window {window}: {begin} values before the back-test leave room for "
            f"{begin - H - 1} at most"
        )
    return Plan(series, window, H, begin)
