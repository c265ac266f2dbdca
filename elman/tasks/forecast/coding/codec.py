"""Values to scaled windows, outputs to forecasts: what stands around a forecaster's network."""

from __future__ import annotations

import dataclasses
import logging
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.series.dated import calendar_of
from elman.data.series.held import dated_table
from elman.data.series.panel import Panel
from elman.data.series.read import read_panel
from elman.data.series.series import Series
from elman.data.tables.held import column_values
from elman.errors import OptionError
from elman.judging.values.answer import Forecast, Interval
from elman.runtime.arrays import Steps
from elman.runtime.codec import Encoded, Numbers
from elman.runtime.model import Model
from elman.tasks.forecast.coding.ends import Ends
from elman.tasks.forecast.coding.further import MOST_STEPS, gone_on
from elman.tasks.forecast.coding.input import Scale, SeriesInput
from elman.tasks.forecast.coding.intervals import LEVELS, NOT_KNOWN, Spread
from elman.tasks.forecast.coding.windows import WANTED, read_window

__all__ = [
    "SeriesCodec",
    "series_codec_of",
]

Floats = NDArray[np.float64]

_log = logging.getLogger("elman.data")


@dataclass(frozen=True)
class SeriesCodec:
    """Values to scaled windows, outputs to forecasts. A stream keeps the newest window."""

    input: SeriesInput
    ends: Ends
    spread: Spread = NOT_KNOWN
    levels: tuple[float, ...] = LEVELS
    """Of the intervals around a forecast, in per cent."""
    steps: int | None = None
    """That a forecast reaches; None are those it was trained for."""

    @property
    def window(self) -> int:
        return self.input.window

    def recent(self, n: int = 0) -> Series:
        """Return where a training series stopped, as a series that can be continued."""
        end, calendar, first = self.ends[n], self.input.calendar, self.ends.first[n]
        dates = self.input.recent_dates
        if calendar is None and len(dates) > 1:  # one says nothing of the next
            fit = calendar_of(dates, "date", lambda i: f'date {i + 1} ("{dates[i]}")')
            calendar, first = fit.calendar, 0
        beside = end.beside(self.input.channels.width)
        return Series(end.name, end.values, self.input.scaling.season, calendar, first, beside)

    def items_of(self, data: Any) -> Iterable[Any]:
        """Return the series that a frame is, or the one that a column of numbers is."""
        if isinstance(data, Panel):
            return data
        table = dated_table(data)
        if table is not None:
            panel = read_panel(table, **self.input.named(table.columns))
            if panel.left_out:
                _log.warning("%s", panel.left_out_said)
            return panel
        values = None if isinstance(data, (list, tuple)) else column_values(data)
        if values and all(isinstance(value, (int, float)) for value in values):
            return [values]
        return data  # type: ignore[no-any-return]

    @property
    def carries(self) -> Floats:
        return np.zeros(0)

    def carried(self, context: object) -> object:
        return context

    def parse(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise OptionError(f'"{text}" is not a number; this model takes values')
        return value

    def encode(self, item: Series | Sequence[float] | Floats, after: object = None) -> Encoded:
        """Read the last `window` values of a series; what came before does not matter."""
        encoded = self.read(item)
        if not isinstance(item, Series) or item.calendar is None:
            return encoded
        context: Any = encoded.context
        return Encoded(encoded.steps, context._replace(dates=item.coming(self.input.horizon)))

    def read(self, item: Series | Sequence[float] | Floats) -> Encoded:
        """Return what `encode` returns, without the dates of the steps to come."""
        if not isinstance(item, Series):
            try:
                values = np.asarray(item, np.float64)
            except (TypeError, ValueError):
                raise OptionError(f"{WANTED}, found what is no list of numbers") from None
            item = Series("", values, self.input.scaling.season)
        end = self.ends.of(item.name)
        learnt = None if end is None else (end.floor, end.lowest)
        told = self.input.channels.told_of(item)
        return Encoded(*read_window(self.input, item, learnt, len(self.ends) > 1, told))

    def check_ahead(self, series: Series) -> None:
        """See that what has to be known of the steps to come is there, and that they have dates.

        Raises:
            InputError: it is not, or they have none.
        """
        H = self.input.horizon
        steps = H if self.steps is None else -(-self.steps // H) * H
        if self.steps is not None and self.input.channels.width:
            self.input.channels.need(series.name, series.beside, len(series.values), steps)
        series.date(len(series.values) + steps - 1)

    def newest(self, steps: Steps) -> float:
        """Return the last value of a window, in its units."""
        behind = self.input.channels.behind(self.input.segment, self.input.horizon)
        return float(steps[-1 - behind, self.input.segment - 1])

    def numbers(self, outputs: NDArray[np.floating[Any]], contexts: Sequence[Scale]) -> Numbers:
        rows = [c.forecast(o.astype(np.float64)) for o, c in zip(outputs, contexts, strict=True)]
        return np.reshape(rows, (len(rows), self.input.horizon))

    def answers(self, numbers: Numbers, contexts: Sequence[Scale]) -> list[Forecast]:
        bounds = self.bounds(numbers, contexts, self.spread, self.levels)
        return [
            Forecast(
                tuple(row.tolist()),
                context.dates,
                context.name,
                {
                    f"{level:g}": Interval(tuple(low[n].tolist()), tuple(high[n].tolist()))
                    for level, (low, high) in bounds.items()
                },
            )
            for n, (row, context) in enumerate(zip(numbers, contexts, strict=True))
        ]

    def reaching(self, steps: int) -> SeriesCodec:
        if not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
            raise OptionError(f"{steps} steps ahead: expected a whole number, 1 to {MOST_STEPS:,}")
        return dataclasses.replace(self, steps=steps)

    def further(
        self,
        items: Sequence[Any],
        answers: Sequence[Forecast],
        answered: Callable[[Sequence[Any]], Sequence[Forecast]],
    ) -> Sequence[Forecast]:
        if self.steps is None:
            return answers
        for item in items if self.input.channels.width else ():
            self.check_ahead(item)
        return gone_on(items, answers, answered, self.steps)

    def bounds(
        self,
        numbers: Numbers,
        contexts: Sequence[Scale],
        spread: Spread,
        levels: Sequence[float],
    ) -> dict[float, tuple[Numbers, Numbers]]:
        """Return the lower and upper ends `(N, H)` of the interval of each level."""
        found, pairs = {}, list(zip(numbers, contexts, strict=True))
        for level in levels if spread.known else ():
            low, high = (
                np.reshape([c.moved(row, by) for row, c in pairs], numbers.shape)
                for by in spread.moved(level)
            )
            found[level] = (low, high)
        return found

    def residuals(self, numbers: Numbers, truth: Floats, contexts: Sequence[Scale]) -> Floats:
        """Return by how much the truth lay above each forecast `(N, H)`, in units of the window."""
        rows = [
            c.scaling.there(t, c.centre, c.scale) - c.scaling.there(said, c.centre, c.scale)
            for said, t, c in zip(numbers, truth, contexts, strict=True)
        ]
        return np.asarray(np.reshape(rows, numbers.shape))


def series_codec_of(model: Model) -> SeriesCodec:
    """Return the codec of a model that is known to be a forecaster."""
    assert isinstance(model.codec, SeriesCodec)
    return model.codec
