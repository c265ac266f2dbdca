"""Explain a forecast: what each past value of the window adds to the next value.

The window's own mean and scale are held fixed, so a share says what it does that a value is off the
window's mean; values that are not there are put at the mean. The shortcut of the forecast (last
value, or season) is part of what is explained.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from elman.attribution.explained import Shares
from elman.attribution.explanation import Explanation
from elman.attribution.gradients import integrated_gradients
from elman.attribution.removal import by_orders, one_by_one
from elman.attribution.saved_model import module_of, outputs_of, states_of, vector_score
from elman.attribution.trajectory import Trajectory
from elman.runtime.model import Model
from elman.tasks.forecast.codec import SeriesCodec

__all__ = ["explain"]

Floats = NDArray[np.float64]

_BASELINE = "all at the window's mean"


def explain(model: Model, series: Sequence[float]) -> Explanation:
    """Explain the forecast of the value that follows a series.

    Args:
        model: a forecaster.
        series: oldest first; the model reads the last `window` of them.

    Raises:
        OptionError: not a series of finite numbers.
    """
    codec = cast(SeriesCodec, model.codec)
    steps, found = codec.encode(series)
    context: Any = found
    scaling, T = codec.input.scaling, len(steps)
    # the shortcut is linear in the window: what it takes of each step
    shortcut = np.array([scaling.ahead(row, 1)[0] for row in np.eye(T)])

    def score(windows: NDArray[np.float32]) -> Floats:
        """The next value after scaled windows `(N, T, 1)`."""
        ahead = outputs_of(model, list(windows))[:, 0] + windows[:, :, 0] @ shortcut
        return np.asarray(context.centre + context.scale * ahead.astype(np.float64))

    def of_places(parts: list[NDArray[np.int64]]) -> Floats:
        windows = np.zeros((len(parts), *steps.shape), np.float32)
        for window, places in zip(windows, parts, strict=True):
            window[places] = steps[places]
        return score(windows)

    whole = np.asarray(steps, np.float32)[None]
    end = float(score(whole)[0])
    shares = {
        "shapley": by_orders(of_places, T, baseline=_BASELINE),
        "gradients": _gradients(model, steps, shortcut, context),
        "removed": one_by_one(of_places, T, end=end),
    }
    said = [float(v) for v in np.asarray(series, np.float64)[-T:]]
    return Explanation(
        task=model.task,
        kind="value",
        words=tuple(f"{value:g}" for value in said),
        known=(True,) * T,
        answer=f"{end:.6g}",
        probability=None,
        score=end,
        score_name=f"the next {codec.input.value_column}, from the last {T} values",
        shares=shares,
        trajectory=_trajectory(model, said),
        states=states_of(model, steps),
        notes=("A value that is not there is put at the mean of the window.",),
    )


def _gradients(model: Model, steps: Any, shortcut: Floats, context: Any) -> Shares:
    module = module_of(model)
    first = np.zeros(model.network.spec.outputs)
    first[0] = 1
    network = vector_score(module, first)
    taken = torch.as_tensor(shortcut)

    def score(x: Tensor) -> Tensor:
        """The members' inputs are one and the same, side by side."""
        ahead = network(x.expand(-1, -1, len(module.members))) + x[:, :, 0] @ taken
        return cast(Tensor, context.centre + context.scale * ahead)

    x = torch.as_tensor(np.asarray(steps, np.float64))  # (T, 1)
    path = integrated_gradients(score, torch.zeros_like(x), x[:, None])
    return path.told(path.shares[:, 0].numpy(), baseline=_BASELINE)


def _trajectory(model: Model, values: Sequence[float]) -> Trajectory:
    stream = model.stream()
    scores = np.array([stream.feed(value).values[0] for value in values])
    return Trajectory(
        answers=tuple(f"{score:.6g}" for score in scores),
        scores=scores,
        probabilities=None,
        start=float(scores[0]),
        source="stream",
    )
