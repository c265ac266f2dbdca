"""Values to scaled windows, outputs to forecasts: what stands around a forecaster's network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.artifact import Artifact, decode
from elman.data.series.calendar import Calendar
from elman.data.series.held import dated_table
from elman.data.series.read import calendar_of, read_series
from elman.data.series.series import Series
from elman.data.series.values import MAX_MAGNITUDE
from elman.data.tables.held import column_values
from elman.errors import ArtifactError, DataError, OptionError
from elman.judging.values.answer import Forecast
from elman.runtime.codec import Encoded, Numbers
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.tasks.forecast.scaling import FLOORS, Scaling, bridged

__all__ = ["Scale", "SeriesCodec", "SeriesInput", "segments", "series_codec", "series_codec_of"]

Floats = NDArray[np.float64]

LARGEST = MAX_MAGNITUDE
"""Size of a value: as of a series that is learnt from."""

LONGEST = 2**20
"""Steps of a window, and of a season."""


@dataclass(frozen=True)
class SeriesInput:
    """The `input` section of a forecaster's model.json; `recent` is where the series stopped."""

    value_column: str
    window: int
    horizon: int
    scaling: Scaling
    frequency: str
    recent: tuple[float | None, ...]
    """None where a value is missing."""
    recent_dates: tuple[str, ...] = ()
    """Of models that were saved before they had a calendar."""
    kind: Literal["series"] = "series"
    calendar: Calendar | None = None
    first: int = 0
    """Steps of the calendar before the first recent value."""
    segment: int = 1
    """Values of a window that are one step of the network."""
    non_negative: bool = False
    """No value it learnt from is below 0, and no forecast is."""

    def recent_series(self) -> Series:
        """Return where the training series stopped, as a series that can be continued."""
        calendar, first = self.calendar, self.first
        if calendar is None and len(self.recent_dates) > 1:  # one says nothing of the next
            dates = self.recent_dates
            fit = calendar_of(dates, "date", lambda i: f'date {i + 1} ("{dates[i]}")')
            calendar, first = fit.calendar, 0
        values = np.array(self.recent, np.float64)
        return Series(self.value_column, values, self.scaling.season, calendar, first)


class Scale(NamedTuple):
    """What a window's forecast needs besides the network's outputs."""

    scaling: Scaling
    centre: float
    scale: float
    ahead: Floats
    """`(H,)` the shortcut's forecast, in the window's units."""
    dates: tuple[str, ...]
    """Of the values to come, where the series has dates."""

    def left_over(self, truth: Floats) -> Floats:
        """Return what the network's outputs would have to be for this truth `(H,)`."""
        return self.scaling.there(truth, self.centre, self.scale) - self.ahead

    def forecast(self, outputs: Floats) -> Floats:
        """Return what the network's outputs `(H,)` say, in units of the series."""
        return self.scaling.back(self.ahead + outputs, self.centre, self.scale)


@dataclass(frozen=True)
class SeriesCodec:
    """Values to scaled windows, outputs to forecasts. A stream keeps the newest window."""

    input: SeriesInput

    @property
    def window(self) -> int:
        return self.input.window

    def items_of(self, data: Any) -> Iterable[Any]:
        """Return the one series that a frame, or a column of numbers, is."""
        table = dated_table(data)
        if table is not None:
            value = self.input.value_column
            return [read_series(table, value=value if value in table.columns else None)]
        values = None if isinstance(data, (list, tuple)) else column_values(data)
        if values and all(isinstance(value, (int, float)) for value in values):
            return [values]
        return data  # type: ignore[no-any-return]

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
        horizon = self.input.horizon
        dates: tuple[str, ...] = ()
        if isinstance(item, Series):
            dates = () if item.calendar is None else item.coming(horizon)
            item = item.values
        try:
            values = np.asarray(item, np.float64)
        except (TypeError, ValueError):
            values = np.zeros((0, 0))
        if values.ndim != 1 or np.isinf(values).any() or not np.isfinite(values).any():
            raise OptionError(
                f"{item!r:.60}: expected one series, a list of at least one finite number, oldest "
                "first (nan where one is missing); predict takes a list of series"
            )
        if (large := values[np.abs(values) > LARGEST]).size:
            named = ", ".join(f"{value:g}" for value in large[:3])
            raise OptionError(
                f"{named}: beyond {LARGEST:g}, too large for a forecast. Use a larger unit."
            )
        window = values[-self.window :]
        if not np.isfinite(window).any():
            raise OptionError(
                f"none of the last {self.window} values is there; a forecast needs one at least"
            )
        x, centre, scale = self.input.scaling.scale(bridged(window, self.input.scaling.season))
        ahead = self.input.scaling.ahead(x, horizon)
        with np.errstate(over="ignore"):  # the network refuses what became infinite
            steps = segments(x, self.input.segment).astype(np.float32)
        return Encoded(steps, Scale(self.input.scaling, centre, scale, ahead, dates))

    def numbers(self, outputs: NDArray[np.floating[Any]], contexts: Sequence[Scale]) -> Numbers:
        rows = [c.forecast(o.astype(np.float64)) for o, c in zip(outputs, contexts, strict=True)]
        if not rows:
            return np.zeros((0, self.input.horizon))
        return np.maximum(rows, 0.0) if self.input.non_negative else np.stack(rows)

    def answers(self, numbers: Numbers, contexts: Sequence[Scale]) -> list[Forecast]:
        pairs = zip(numbers, contexts, strict=True)
        return [Forecast(tuple(row.tolist()), context.dates) for row, context in pairs]


def segments(x: Floats, size: int) -> Floats:
    """Return a window `(L,)` as steps `(T, size)`, with zeros before the first value."""
    lacks = -len(x) % size
    return np.concatenate([np.zeros(lacks), x]).reshape(-1, size)


def series_codec(saved: Artifact, spec: NetworkSpec) -> SeriesCodec:
    """Build the codec of a saved forecaster.

    Raises:
        ArtifactError: input and network do not fit together.
    """
    input = decode(SeriesInput, saved.input, "model.json: input")
    if (spec.vocabulary, spec.input_size, spec.outputs) != (0, input.segment, input.horizon):
        raise ArtifactError(
            f"model.json: network: {spec.outputs} outputs of {spec.input_size} inputs do not make "
            f"a forecast {input.horizon} steps ahead of {input.segment} value(s) a step"
        )
    scaling = input.scaling
    sane = 1 <= input.window <= LONGEST and 1 <= scaling.season <= LONGEST
    sane = sane and 0 <= scaling.least <= LARGEST and (scaling.least > 0 or not scaling.logarithm)
    if not sane or not FLOORS[0] <= scaling.floor <= FLOORS[1]:
        raise ArtifactError("model.json: input: window, season or floor is impossible")
    recent = np.array(input.recent, np.float64)
    large = np.abs(recent[np.isfinite(recent)]).max(initial=0) > LARGEST
    if not 1 <= len(recent) <= input.window or large or not np.isfinite(recent).any():
        raise ArtifactError(
            f"model.json: input.recent: expected 1 to {input.window} values up to {LARGEST:g}"
        )
    _check_dates(input)
    return SeriesCodec(input)


def _check_dates(input: SeriesInput) -> None:
    """Refuse dates that cannot be continued, which somebody would see only when asking."""
    if input.recent_dates and len(input.recent_dates) != len(input.recent):
        raise ArtifactError("model.json: input.recent_dates: not one date for each recent value")
    if input.calendar is not None and not input.calendar.known:
        raise ArtifactError("model.json: input.calendar: no form or zone that is known")
    try:
        input.recent_series().coming(input.horizon)
    except (DataError, ValueError) as error:
        raise ArtifactError(f"model.json: input: {error}") from error


def series_codec_of(model: Model) -> SeriesCodec:
    """Return the codec of a model that is known to be a forecaster."""
    assert isinstance(model.codec, SeriesCodec)
    return model.codec
