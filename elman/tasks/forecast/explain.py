"""Explain a forecast: what each past value of the window adds to the next value.

The window's own mean and scale are held fixed, so a share says what it does that a value is off the
window's mean; values that are not there are put at the mean. All of the model is explained: the
linear forecaster and the recurrence beside it.
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
from elman.tasks.forecast.coding.codec import SeriesCodec

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
    said = np.asarray(series, np.float64)[-codec.window :]
    T, size = len(said), steps.shape[1]
    before = steps.size - T  # places of the first step that no value is in
    # a shortcut beside the network is linear in the window: what it takes of each value
    shortcut = np.array([codec.input.scaling.ahead(row, 1)[0] for row in np.eye(T)])

    def score(windows: NDArray[np.float32]) -> Floats:
        """The next value after scaled windows `(N, places)`."""
        network = outputs_of(model, list(windows.reshape(len(windows), -1, size)))[:, 0]
        ahead = network + windows[:, before:] @ shortcut
        back = codec.input.scaling.back
        return np.asarray(back(ahead.astype(np.float64), context.centre, context.scale))

    def of_places(parts: list[NDArray[np.int64]]) -> Floats:
        windows = np.zeros((len(parts), steps.size), np.float32)
        for window, places in zip(windows, parts, strict=True):
            window[before + places] = steps.ravel()[before + places]
        return score(windows)

    end = float(score(np.asarray(steps, np.float32).reshape(1, -1))[0])
    below = codec.input.non_negative and end < 0
    shares = {
        "shapley": by_orders(of_places, T, baseline=_BASELINE),
        "gradients": _gradients(model, steps, shortcut, context),
        "removed": one_by_one(of_places, T, end=end),
    }
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
        trajectory=_trajectory(model, said.tolist()),
        states=states_of(model, steps),
        notes=(
            "A value that is not there is put at the mean of the window.",
            *(["The forecast itself is 0: no value it learnt from is below."] if below else []),
        ),
    )


def _gradients(model: Model, steps: Any, shortcut: Floats, context: Any) -> Shares:
    module = module_of(model)
    scaling = cast(SeriesCodec, model.codec).input.scaling
    first = np.zeros(model.network.spec.outputs)
    first[0] = 1
    network = vector_score(module, first)
    taken = torch.as_tensor(shortcut)
    size, before = steps.shape[1], steps.size - len(shortcut)
    readers = len(module.members) + (module.linear is not None)

    def score(x: Tensor) -> Tensor:
        """All that read a step, members and the linear part, have the same, side by side."""
        read = x[:, :, 0].reshape(len(x), -1, size)
        ahead = network(read.repeat(1, 1, readers)) + x[:, before:, 0] @ taken
        values = context.centre + context.scale * ahead
        return cast(Tensor, values.exp() if scaling.logarithm else values)

    x = torch.as_tensor(np.asarray(steps, np.float64)).reshape(-1, 1)  # (places, 1)
    path = integrated_gradients(score, torch.zeros_like(x), x[:, None])
    return path.told(path.shares[before:, 0].numpy(), baseline=_BASELINE)


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
