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
from elman.tasks.forecast.codec import SeriesInput, series_codec_of
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.origins import at_origins
from elman.tasks.forecast.plan import series_of
from elman.tasks.forecast.scaling import Scaling
from elman.tasks.interface import Labelled, Opponent

__all__ = [
    "end_of_training",
    "labelled_series",
    "naive_opponents",
    "random_walks",
    "series_for",
    "unlike_training",
]

Floats = NDArray[np.float64]


def unlike_training(series: Series, input: SeriesInput) -> tuple[str, ...]:
    """Say in what a series that is to be continued is unlike the one that was learnt from."""
    said = []
    if len(series.values) < input.window:
        said.append(
            f"{len(series.values)} values, and the model reads {input.window}: it has not learnt "
            "from so few, and a season they do not hold is lost"
        )
    learnt, found = input.frequency, series.frequency
    if "unknown" not in (learnt, found) and learnt != found:
        said.append(f"{series.name} has {found} steps, and the model learnt from {learnt} ones")
    return tuple(said)


def end_of_training(series: Series, input: SeriesInput) -> int | None:
    """Return how many values of a series were there when training ended; None if it is another.

    By its dates, or, where either has none, by the values that training ended with.
    """
    known, N = input.recent_series(), len(series.values)
    if known.calendar is not None and series.calendar is not None:
        last = known.date(len(known.values) - 1)
        return next((n + 1 for n in range(N - 1, -1, -1) if series.date(n) == last), None)
    size = len(known.values)
    for end in range(N, size - 1, -1):
        if np.array_equal(series.values[end - size : end], known.values, equal_nan=True):
            return end
    return None


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
    notes = [*series.notes]
    seen = end_of_training(series, input)
    if seen is not None and seen > begin:
        notes.append(
            f"{min(seen, N)} of {N} values were there when the model was trained: what it says of "
            "them flatters it"
        )
    origins, yardstick = rolling(series.values, begin, H, season, input.window)
    steps, contexts, wanted = at_origins(series.values, codec, origins)
    return Labelled(
        said=series.name,
        steps=steps,
        contexts=contexts,
        yardstick=yardstick,
        wanted=wanted.astype(np.float32),
        facts={"notes": notes},
        notes=(*notes, f"{len(steps)} windows of {series.name}, one value apart"),
        opponents=tuple(naive_opponents(series.values, origins, H, season)),
    )


def random_walks(model: Model, rows: int, seed: int) -> Labelled:
    """Return windows of random walks; what follows them means nothing."""
    codec = series_codec_of(model)
    input, random = codec.input, np.random.default_rng(seed)
    walks = [np.cumsum(random.standard_normal(input.window)) for _ in range(rows)]
    encoded = [codec.encode(_like_values(walk, input.scaling)) for walk in walks]
    nothing = np.zeros((rows, input.horizon))
    return Labelled(
        said=MADE_UP,
        steps=[x for x, _ in encoded],
        contexts=[scale for _, scale in encoded],
        yardstick=ValueYardstick(nothing, 0.0),
        wanted=nothing,
        notes=(MADE_UP,),
    )


def _like_values(walk: Floats, scaling: Scaling) -> Floats:
    """Return a walk beside which the floor is nothing, in units of the series."""
    walk = walk * 1e3 * scaling.floor
    return np.exp(walk - walk.mean()) if scaling.logarithm else walk


def naive_opponents(
    values: Floats, origins: Sequence[int], horizon: int, season: int
) -> Iterator[Opponent]:
    """Yield the naive forecasts at some origins."""
    for name, numbers in naive_forecasts(values, origins, horizon, season).items():
        yield Opponent(name, name, lambda numbers=numbers: numbers)  # type: ignore[misc]
