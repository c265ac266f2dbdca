"""What is decided of series before anything is trained: window, horizon, parts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from elman.data.series.calendar import Calendar
from elman.data.series.covariates import Covariate
from elman.data.series.held import dated_table
from elman.data.series.panel import Panel
from elman.data.series.read import read_panel
from elman.data.series.series import Series
from elman.data.series.values import MAX_MAGNITUDE
from elman.data.split import begin_of_last
from elman.errors import DataError, OptionError
from elman.tasks.forecast.coding.channels import Channels, channels_of
from elman.tasks.forecast.coding.features import features_of
from elman.tasks.forecast.laid import Laid
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.origins import laid_of

__all__ = ["Plan", "SeriesData", "panel_of", "plan_of"]

SeriesData = str | Path | Series | Panel | Sequence[float]

_PART = 0.1
"""Share of the last values kept for the back-test."""


@dataclass(frozen=True)
class Plan:
    """Series, and how they are cut."""

    panel: Panel
    window: int | None
    """Values that a forecast reads, if somebody said so."""
    horizon: int
    begin: tuple[int, ...]
    """Values of each before the first origin of the back-test; all of one that is too short."""
    features: tuple[str, ...] = ()
    """Of the dates, read beside the values."""
    on_trial: bool = False
    """Whether nobody asked for them, so that they are read only if the past says they help."""

    @cached_property
    def channels(self) -> Channels:
        """How covariates are read, by what the past has of them."""
        known = [
            s.beside[:n]
            for s, n in zip(self.panel, self.begin, strict=True)
            if s.beside is not None
        ]
        return channels_of(self.panel.covariates, known, self.panel.season, self.features)

    @cached_property
    def laid(self) -> Laid:
        """All values, end to end."""
        return laid_of(self.panel, self.channels)

    @cached_property
    def past(self) -> Laid:
        """The values before the back-test, all that may be learnt from until it is over."""
        return self.laid.before(np.array(self.begin))

    @property
    def warnings(self) -> list[str]:
        """What a person should know before the figures."""
        season = self.panel.season
        if self.window is not None and 1 < season > self.window:
            return [
                f"the window of {self.window} is shorter than the season of {season}; the "
                "seasonal naive forecast sees further back than the model"
            ]
        return []

    def digest(self, recipe: object) -> str:
        """Return a digest of the values, of how they are cut, and of what learns from them."""
        digest = hashlib.sha256(np.ascontiguousarray(self.laid.values).data)
        digest.update(np.ascontiguousarray(self.laid.edges).data)
        if self.laid.beside is not None:
            digest.update(np.ascontiguousarray(self.laid.beside).data)
        digest.update(repr(self.features).encode())
        if self.laid.clock is not None:
            digest.update(np.ascontiguousarray(self.laid.clock).data)
            digest.update(np.ascontiguousarray(self.laid.starts).data)
        digest.update(repr((self.window, self.horizon, self.begin, recipe)).encode())
        return digest.hexdigest()


def panel_of(
    data: Any,
    options: ForecastOptions,
    covariates: Sequence[Covariate] | None = None,
    known: tuple[Calendar, int] | None = None,
    *,
    apart: bool = False,
) -> Panel:
    """Return the series to learn, from a file, a frame, a `Series` or plain numbers.

    Args:
        data: what holds them.
        options: the columns.
        covariates: as a model has learnt them, in place of the options.
        known: the calendar of the dates, and the step that it is known to go on after.
        apart: whether what cannot be read of a table is left out of it, series by series.
    """
    if isinstance(data, Panel):
        return data
    if isinstance(data, Series):
        return Panel((data,))
    columns: dict[str, Any] = {"date": options.date, "value": options.value, "id": options.id}
    columns["covariates"] = covariates if covariates is not None else options.covariates
    columns |= {"known": known, "apart": apart}
    if isinstance(data, (str, Path)):
        return read_panel(data, **columns, season=options.season, opening=options.opening)
    if (table := dated_table(data)) is not None:
        return read_panel(table, **columns, season=options.season)
    try:
        values = np.asarray(data, np.float64)
    except (TypeError, ValueError):
        values = np.zeros((0, 0))
    if values.ndim != 1 or not (np.abs(values[~np.isnan(values)]) <= MAX_MAGNITUDE).all():
        raise DataError(
            "the given values: expected one series of finite numbers, none of them beyond "
            f"{MAX_MAGNITUDE:g}, oldest first"
        )
    return Panel((Series("the given values", values, options.season or 1),))


def plan_of(panel: Panel, options: ForecastOptions) -> Plan:
    """Decide the parts.

    Raises:
        OptionError: horizon, window or holdout do not fit the series, or there are no dates.
        DataError: no series is long enough.
    """
    H = options.horizon
    if any(series.calendar != panel.series[0].calendar for series in panel):
        raise DataError(
            f"{panel.name} have dates of different calendars. Give all one calendar, and say with "
            "`first` how many of its steps come before each."
        )
    if H < 1 or (options.window is not None and options.window < 1):
        raise OptionError("--horizon and --window are steps: whole numbers from 1 on")
    if options.holdout is not None and options.holdout < H:
        raise OptionError(f"--holdout {options.holdout} is less than the horizon of {H} steps")
    begins = [_begin(len(series.values), H, options.holdout) for series in panel]
    if all(begin is None for begin in begins):
        longest = max(panel, key=lambda series: len(series.values))
        N = len(longest.values)
        held = options.holdout or max(H, round(_PART * N))
        raise DataError(
            f"{longest.name}: {N} values are too few for {H} steps ahead and {held} held out; "
            "shorten --horizon or --holdout"
        )
    most = max(begin for begin in begins if begin is not None)
    window = options.window
    if window is not None and window > most - H - 1:
        raise OptionError(
            f"--window {window}: {most} values before the back-test leave room for "
            f"{most - H - 1} at most"
        )
    whole = [len(series.values) for series in panel]
    begin = tuple(n if b is None else b for b, n in zip(begins, whole, strict=True))
    features = features_of(options, panel, most)
    return Plan(panel, window, H, begin, features, options.calendar is None)


def _begin(values: int, horizon: int, holdout: int | None) -> int | None:
    """Return how many values of a series come before its back-test; None if it is too short."""
    begin = begin_of_last(values, fraction=_PART, at_least=horizon)
    if holdout is not None:
        begin = values - holdout
    return begin if (begin - horizon) // 2 >= 2 else None
