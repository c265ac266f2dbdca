"""A series for a saved forecaster: every origin of one, or random walks."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.series.series import Series
from elman.data.tables.formats import open_table
from elman.errors import OptionError
from elman.judging.values.naive import naive_forecasts
from elman.judging.values.yardstick import ValueYardstick, rolling
from elman.runtime.model import Model
from elman.tasks.forecast.codec import series_codec_of
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.origins import at_origins
from elman.tasks.forecast.plan import series_of
from elman.tasks.interface import Labelled, Opponent

__all__ = ["labelled_series", "naive_opponents", "random_walks", "series_for"]

Floats = NDArray[np.float64]

MADE_UP = (
    "No DATA given, and a model does not record its own: these windows are random walks. They show "
    "what it could remember, not what it does with a real series."
)


def series_for(model: Model, data: Any, options: ForecastOptions) -> Series:
    """Return a series, from the column the model was trained on where the file has it."""
    column = series_codec_of(model).input.value_column
    if (
        options.value is None
        and isinstance(data, (str, Path))
        and column in open_table(data, **options.opening).columns
    ):
        options = dataclasses.replace(options, value=column)
    return series_of(data, options)


def labelled_series(data: Any, model: Model, options: ForecastOptions, place: Path) -> Labelled:
    """Roll the origin over a whole series that the model need not have seen."""
    codec = series_codec_of(model)
    input, season = codec.input, codec.input.scaling.season
    series = series_for(model, data, options)
    N, H = len(series.values), input.horizon
    begin = min(max(input.window, season), N - H)
    if begin < 1:
        raise OptionError(
            f"{series.name}: {N} values; a forecast {H} steps ahead needs at least {H + 1}"
        )
    origins, yardstick = rolling(series.values, begin, H, season, input.window)
    steps, contexts, wanted = at_origins(series.values, codec, origins)
    return Labelled(
        said=series.name,
        steps=steps,
        contexts=contexts,
        yardstick=yardstick,
        wanted=wanted.astype(np.float32),
        facts={"notes": list(series.notes)},
        notes=(*series.notes, f"{len(steps)} windows of {series.name}, one value apart"),
        opponents=tuple(naive_opponents(series.values, origins, H, season)),
    )


def random_walks(model: Model, rows: int, seed: int) -> Labelled:
    """Return windows of random walks; what follows them means nothing."""
    codec = series_codec_of(model)
    input, random = codec.input, np.random.default_rng(seed)
    walks = [np.cumsum(random.standard_normal(input.window)) for _ in range(rows)]
    encoded = [codec.encode(walk * 1e3 * input.scaling.floor) for walk in walks]
    nothing = np.zeros((rows, input.horizon))
    return Labelled(
        said=MADE_UP,
        steps=[x for x, _ in encoded],
        contexts=[scale for _, scale in encoded],
        yardstick=ValueYardstick(nothing, 0.0),
        wanted=nothing,
        notes=(MADE_UP,),
    )


def naive_opponents(
    values: Floats, origins: Sequence[int], horizon: int, season: int
) -> Iterator[Opponent]:
    """Yield the naive forecasts at some origins."""
    for name, numbers in naive_forecasts(values, origins, horizon, season).items():
        yield Opponent(name, name, lambda numbers=numbers: numbers)  # type: ignore[misc]
