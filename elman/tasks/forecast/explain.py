"""Explain a forecast: what each past value of the window, and all that is known beside them, adds
to the next value.

The window's own mean and scale are held fixed, so a share says what it does that a value is off the
window's mean; what is not there is put at its mean. A covariate counts as one, at all its times,
and so does a calendar feature. All of the model is explained: the linear forecaster and the
recurrence beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from elman.attribution.explained import Shares
from elman.attribution.explanation import Explanation
from elman.attribution.removal import by_orders, one_by_one
from elman.attribution.saved_model import outputs_of, states_of
from elman.attribution.trajectory import Trajectory
from elman.data.series.phases import width_of
from elman.data.series.series import Series
from elman.runtime.model import Model
from elman.tasks.forecast.coding.codec import SeriesCodec

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["explain"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BASELINE = "all at the window's mean"


def explain(
    model: Model, series: Series | Sequence[float], *, gradients: bool = True
) -> Explanation:
    """Explain the forecast of the value that follows a series.

    Args:
        model: a forecaster.
        series: oldest first; the model reads the last `window` of them.
        gradients: whether to follow them too, which needs torch.

    Raises:
        OptionError: not a series of finite numbers.
    """
    codec = cast(SeriesCodec, model.codec)
    encoded = codec.encode(series)
    steps, context = np.asarray(encoded.steps), cast(Any, encoded.context)
    values = series.values if isinstance(series, Series) else np.asarray(series, np.float64)
    said = values[-codec.window :]
    T, size = len(said), steps.shape[1]
    each, others = _places(codec, T, steps.size)
    # a shortcut beside the network is linear in the window: what it takes of each value
    shortcut = np.zeros(steps.size)
    for row, at in zip(np.eye(T), each[:T], strict=True):
        shortcut[at] = codec.input.scaling.ahead(row, 1)[0]

    def score(windows: NDArray[np.float32]) -> Floats:
        """The next value after scaled windows `(N, places)`."""
        network = outputs_of(model, list(windows.reshape(len(windows), -1, size)))[:, 0]
        ahead = network + windows @ shortcut
        back = codec.input.scaling.back
        return np.asarray(back(ahead.astype(np.float64), context.centre, context.scale))

    def of_places(parts: list[Ints]) -> Floats:
        windows = np.zeros((len(parts), steps.size), np.float32)
        for window, part in zip(windows, parts, strict=True):
            at = np.concatenate([each[n] for n in part]) if len(part) else np.zeros(0, np.int64)
            window[at] = steps.ravel()[at]
        return score(windows)

    end = float(score(steps.astype(np.float32).reshape(1, -1))[0])
    below = codec.input.non_negative and end < 0
    shares = {
        "shapley": by_orders(of_places, len(each), baseline=_BASELINE),
        **({"gradients": _gradients(model, steps, each, shortcut, context)} if gradients else {}),
        "removed": one_by_one(of_places, len(each), end=end),
    }
    return Explanation(
        task=model.task,
        kind="value",
        words=(*(f"{value:g}" for value in said), *others),
        known=(True,) * len(each),
        answer=f"{end:.6g}",
        probability=None,
        score=end,
        score_name=f"the next {codec.input.value_column}, from the last {T} values"
        + (f" and {', '.join(others)}" if others else ""),
        shares=shares,
        trajectory=_trajectory(model, series, T, len(others)),
        states=states_of(model, steps),
        notes=(
            "A value that is not there is put at the mean of the window.",
            *(["The forecast itself is 0: no value it learnt from is below."] if below else []),
        ),
    )


def _places(codec: SeriesCodec, values: int, floats: int) -> tuple[list[Ints], list[str]]:
    """Return where among the floats of the steps each value stands, the oldest first, and then each
    covariate and feature; and the names of those."""
    input, channels = codec.input, codec.input.channels
    if input.scaling.shortcut != "none":
        return [np.array([floats - values + n]) for n in range(values)], []
    L, H, segment = input.window, input.horizon, input.segment
    zero = np.zeros(values, np.int64)
    at = channels.places(np.arange(-values, 0), zero, L, segment, H)
    found, names = [at[n : n + 1] for n in range(values)], []
    times, begin = np.arange(-L, channels.after(segment, H)), 1
    for one in channels.covariates:
        columns = np.arange(begin, begin + one.width)
        grid = [np.full(len(times), column) for column in columns]
        names.append(one.name)
        found.append(
            channels.places(np.tile(times, one.width), np.concatenate(grid), L, segment, H)
        )
        begin += one.width
    told, begin = channels.told_places(L, segment, H), 0
    for name in channels.features:
        names.append(f"{name} of the date" if name in names else name)
        found.append(told[begin : begin + width_of(name)])
        begin += width_of(name)
    return found, names


def _gradients(
    model: Model, steps: Floats, each: list[Ints], shortcut: Floats, context: Any
) -> Shares:
    import torch

    from elman.attribution.gradients import integrated_gradients
    from elman.attribution.vectors import module_of, vector_score

    module = module_of(model)
    scaling = cast(SeriesCodec, model.codec).input.scaling
    first = np.zeros(model.network.spec.outputs)
    first[0] = 1
    network = vector_score(module, first)
    taken = torch.as_tensor(shortcut)
    readers = len(module.members) + (module.linear is not None)

    def score(x: Tensor) -> Tensor:
        """All that read a step, members and the linear part, have the same, side by side."""
        read = x[:, :, 0].reshape(len(x), -1, steps.shape[1])
        ahead = network(read.repeat(1, 1, readers)) + x[:, :, 0] @ taken
        values = context.centre + context.scale * ahead
        return cast("Tensor", values.exp() if scaling.logarithm else values)

    x = torch.as_tensor(np.asarray(steps, np.float64)).reshape(-1, 1)  # (places, 1)
    path = integrated_gradients(score, torch.zeros_like(x), x[:, None])
    of_places = path.shares[:, 0].numpy()
    return path.told(np.array([of_places[at].sum() for at in each]), baseline=_BASELINE)


def _trajectory(
    model: Model, series: Series | Sequence[float], values: int, others: int
) -> Trajectory:
    """Return what is said after each of the last values; covariates change nothing any more."""
    horizon = cast(SeriesCodec, model.codec).input.horizon
    whole = series.values if isinstance(series, Series) else np.asarray(series, np.float64)
    N = len(whole)
    there = np.maximum(
        np.arange(N - values + 1, N + 1), int(np.flatnonzero(~np.isnan(whole))[0]) + 1
    )
    items: list[Any] = [
        series.until(n, horizon) if isinstance(series, Series) else whole[:n]
        for n in there.tolist()
    ]
    answers: list[Any] = model.predict(cast(Any, items))
    said = [forecast.values[0] for forecast in answers]
    scores = np.array(said + said[-1:] * others)
    return Trajectory(
        answers=tuple(f"{score:.6g}" for score in scores),
        scores=scores,
        probabilities=None,
        start=float(scores[0]),
        source="stream",
    )
