"""Series for a saved forecaster: every origin of each, or random walks."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.series.calendar import Calendar
from elman.data.series.held import dated_table
from elman.data.series.panel import Panel
from elman.data.series.series import Series
from elman.data.tables.formats import open_table
from elman.errors import OptionError
from elman.judging.values.yardstick import ValueYardstick
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import SeriesCodec, series_codec_of
from elman.tasks.forecast.coding.scaling import Scaling
from elman.tasks.forecast.opponents import naive_opponents
from elman.tasks.forecast.options import ForecastOptions
from elman.tasks.forecast.origins import MOST_ORIGINS, at_origins, laid_of, yardstick_at
from elman.tasks.forecast.plan import panel_of
from elman.tasks.interface import Labelled

__all__ = ["end_of_training", "labelled_series", "panel_for", "random_walks", "unlike_training"]

Floats = NDArray[np.float64]


def unlike_training(panel: Panel, codec: SeriesCodec) -> tuple[str, ...]:
    """Say in what series that are to be continued are unlike those that were learnt from."""
    said, input = [], codec.input
    short = [series for series in panel if len(series.values) < input.window]
    if short:
        whose = f"{short[0].name}: " if len(panel) > 1 else ""
        others = f" (and {len(short) - 1} more are as short)" if len(short) > 1 else ""
        said.append(
            f"{whose}{len(short[0].values)} values, and the model reads {input.window}: it has not "
            f"learnt from so few, and a season they do not hold is lost{others}"
        )
    learnt, found = input.frequency, panel.frequency
    if "unknown" not in (learnt, found) and learnt != found:
        said.append(f"{panel.name} has {found} steps, and the model learnt from {learnt} ones")
    features = input.channels.features
    if features and panel.series[0].dated is None:
        said.append(
            f"{panel.name}: without dates, and the model reads the {', '.join(features)} of the "
            "first step to come: it counts as an average one"
        )
    new = [series.name for series in panel if codec.ends.of(series.name) is None]
    if new and len(codec.ends) > 1:
        more = f" and {len(new) - 1} more" if len(new) > 1 else ""
        said.append(f"{new[0]}{more}: not among the series that the model learnt from")
    return tuple(said)


def end_of_training(series: Series, codec: SeriesCodec) -> int | None:
    """Return how many values of a series were there when training ended; None if it is another.

    By its dates, or, where either has none, by the values that training ended with.
    """
    names = codec.ends.names
    if len(names) > 1 and series.name not in names:
        return None
    known = codec.recent(names.index(series.name) if len(names) > 1 else 0)
    N = len(series.values)
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


def panel_for(
    model: Model,
    data: Any,
    options: ForecastOptions,
    known: tuple[Calendar, int] | None = None,
    *,
    apart: bool = False,
) -> Panel:
    """Return series, from the columns the model was trained on where the data has them."""
    columns: Sequence[str] = ()
    if isinstance(data, (str, Path)):
        columns = open_table(data, **options.opening).columns
    elif (table := dated_table(data)) is not None:
        columns = table.columns
    found = series_codec_of(model).input.named(columns) if columns else {}
    covariates = found.pop("covariates", ())
    said = {name: column for name, column in found.items() if getattr(options, name) is None}
    return panel_of(data, dataclasses.replace(options, **said), covariates, known, apart=apart)


def labelled_series(data: Any, model: Model, options: ForecastOptions, place: Path) -> Labelled:
    """Roll the origin over whole series that the model need not have seen."""
    codec = series_codec_of(model)
    input, season = codec.input, codec.input.scaling.season
    panel, H = panel_for(model, data, options), input.horizon
    lengths = np.array([len(series.values) for series in panel])
    begin = np.minimum(max(input.window, season), lengths - H)
    if (begin < 1).all():
        raise OptionError(
            f"{panel.name}: {lengths.max()} values; a forecast {H} steps ahead needs at least "
            f"{H + 1}"
        )
    notes = [*panel.notes, *_too_short(panel, begin, H), *_seen(panel, codec, begin)]
    origins = laid_of(panel).origins(H, input.window, begin)
    if len(panel) > 1:
        origins = origins.some(MOST_ORIGINS)
    steps, contexts, wanted = at_origins(panel, codec, origins)
    windows = f"{len(steps)} windows of {panel.name}"
    return Labelled(
        said=panel.name,
        steps=steps,
        contexts=contexts,
        yardstick=yardstick_at(panel, origins, H, np.maximum(begin, 1), codec, contexts).deciding(
            codec.spread
        ),
        wanted=wanted.astype(np.float32),
        facts={"notes": notes},
        notes=(
            *notes,
            windows if len(panel) > 1 else f"{windows}, one value apart",
            *_step_said(codec),
        ),
        opponents=tuple(naive_opponents(panel, origins, H)),
    )


def _too_short(panel: Panel, begin: NDArray[np.int64], horizon: int) -> list[str]:
    """Say which series are not judged."""
    short = [series.name for series, n in zip(panel, begin.tolist(), strict=True) if n < 1]
    if not short:
        return []
    more = f" and {len(short) - 1} more" if len(short) > 1 else ""
    return [
        f"not judged, with fewer values than the {horizon + 1} that a forecast {horizon} steps "
        f"ahead needs: {short[0]}{more}"
    ]


def _seen(panel: Panel, codec: SeriesCodec, begin: NDArray[np.int64]) -> list[str]:
    """Say how many values were there when the model was trained."""
    ends = [end_of_training(series, codec) for series in panel]
    learnt = [n for n, first in zip(ends, begin.tolist(), strict=True) if n and n > first]
    if not learnt:
        return []
    values = sum(len(series.values) for series in panel)
    return [
        f"{sum(learnt)} of {values} values were there when the model was trained: what it says of "
        "them flatters it"
    ]


def random_walks(model: Model, rows: int, seed: int) -> Labelled:
    """Return windows of random walks; what follows them means nothing."""
    codec = series_codec_of(model)
    input, random = codec.input, np.random.default_rng(seed)
    walks = [np.cumsum(random.standard_normal(input.window)) for _ in range(rows)]
    beside = None
    if input.channels.width:  # all that is known at its mean
        beside = np.tile(input.channels.mean, (input.window + input.horizon, 1))
    encoded = [
        codec.encode(Series("", _like_values(walk, input.scaling), 1, beside=beside))
        for walk in walks
    ]
    nothing = np.zeros((rows, input.horizon))
    return Labelled(
        said=MADE_UP,
        steps=[x for x, _ in encoded],
        contexts=[scale for _, scale in encoded],
        yardstick=ValueYardstick(nothing, np.zeros(rows)),
        wanted=nothing,
        notes=(MADE_UP, *_step_said(codec)),
    )


def _step_said(codec: SeriesCodec) -> list[str]:
    """Say how many values a step of the network is, for who counts steps."""
    input, said = codec.input, []
    if input.segment > 1:
        said = [f"a step is {input.segment} values, of which so many times as many lie behind"]
    if behind := input.channels.behind(input.segment, input.horizon):
        said.append(
            f"the last {behind} step{'s' if behind > 1 else ''} hold what is known of the times to "
            "come, not values"
        )
    return said


def _like_values(walk: Floats, scaling: Scaling) -> Floats:
    """Return a walk beside which the floor is nothing, in units of the series."""
    walk = walk * 1e3 * scaling.floor
    return np.exp(walk - walk.mean()) if scaling.logarithm else walk
