"""What each step of a forecast depends on, found by moving one input at a time.

A forecaster that is off by a step, or that has seen the future, has good figures and is worth
nothing. So every fit is asked: does the first step follow the newest value, does nothing that is
not known yet move anything, does a stream say what the whole says?
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from elman.data.series.series import Series
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import series_codec_of

__all__ = ["alignment"]

_SAME = 1e-4
"""Of the scale of a window: what counts as no difference."""


def alignment(model: Model, series: Series) -> dict[str, Any]:
    """Return what the steps of the forecast after a series depend on.

    Args:
        model: a forecaster.
        series: with as many steps of covariates after its last value as the model reads, if it
            reads any.

    Returns:
        `lags`, for each step ahead how many steps before it the value lies that moves it most;
        `newest`, how far the first step moves with the newest value, as a share of that move;
        `sound`, whether nothing is wrong, and else `faults`, each in a sentence.
    """
    codec = series_codec_of(model)
    window, H = codec.window, codec.input.horizon
    values = series.values[-window:]
    there = np.flatnonzero(np.isfinite(values))
    encoded = codec.encode(series)
    context: Any = encoded.context
    by = 0.1 * (
        np.abs(values) if context.scaling.logarithm else np.full(len(values), context.scale)
    )
    each = [encoded]
    for place in there.tolist():
        other = series.values.copy()
        other[len(other) - len(values) + place] += by[place]
        each.append(codec.encode(replace(series, values=other)))
    numbers = model.numbers([e.steps for e in each], [e.context for e in each])
    steps = np.abs(numbers[1:] - numbers[0])  # (values, H)
    lags = (len(values) - there[steps.argmax(0)] + np.arange(H)).tolist()
    newest = float(steps[-1, 0] / by[there[-1]]) if by[there[-1]] else 0.0
    faults = []
    channels = codec.input.channels
    if series.beside is not None and not channels.known_ahead.all():
        beside = series.beside.copy()
        beside[len(series.values) :, ~channels.known_ahead] = 1e6
        planted = codec.encode(replace(series, beside=beside))
        if not np.array_equal(planted.steps, encoded.steps):
            faults.append("a past covariate of the steps to come changes the forecast")
    if newest == 0.0 and model.network.spec.recurrent:
        faults.append("the first step does not depend on the newest value")
    if not channels.width and np.isfinite(values).all():
        stream = model.stream()
        for value in values.tolist():
            stream.feed(value)
        streamed: Any = stream.prediction
        (whole,) = model.predict([values.tolist()])
        alone = np.array(whole.values)
        if np.abs(np.array(streamed.values) - alone).max() > _SAME * max(np.abs(alone).max(), 1e-9):
            faults.append("a stream of the values does not say what the whole says")
    return {"lags": lags, "newest": round(newest, 4), "sound": not faults, "faults": faults}
