"""A rolling-origin back-test of forecasts beside the naive ones (Tashman 2000).

The origin walks through the last part of a series; at each the forecast sees all values before it
and is judged on the H values after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.bootstrap import block_interval

__all__ = ["NAIVE", "SEASONAL", "backtest", "series_verdict"]

Floats = NDArray[np.float64]

NAIVE, SEASONAL = "naive", "seasonal naive"


def backtest(
    predict: Callable[[list[Floats]], Sequence[Any]],
    values: Floats,
    begin: int,
    horizon: int,
    window: int,
    season: int,
) -> dict[str, Any]:
    """Judge `predict` and the naive forecasts at the origins `begin` … N - horizon.

    Args:
        predict: past values of each origin (the last `window` of them) → forecasts with `values`.
        values: `(N,)` the whole series.
        begin: the first origin, the number of values before it.
        horizon: steps ahead.
        window: past values handed to `predict`.
        season: steps in a season; 1 leaves the seasonal naive forecast out.

    Returns:
        `origins`, `metrics`, `baselines` by name, each also with `errors`, the mean absolute error
        of each origin. MASE is scaled by the naive forecast (seasonal where there is a season) one
        step ahead within the first `begin` values (Hyndman & Koehler 2006); MAPE is None where a
        value is not positive.
    """
    origins = range(begin, len(values) - horizon + 1)
    truth = np.stack([values[o : o + horizon] for o in origins])  # (O, H)
    forecasts = predict([values[max(o - window, 0) : o] for o in origins])
    past = values[:begin]
    steps = season if season < begin else 1
    scale = float(np.abs(past[steps:] - past[:-steps]).mean()) if begin > steps else 0.0
    judge = _Judge(truth, scale)
    named = {NAIVE: np.stack([np.full(horizon, values[o - 1]) for o in origins])}
    if 1 < season <= begin:
        ahead = np.arange(horizon) % season
        named[SEASONAL] = np.stack([values[o - season : o][ahead] for o in origins])
    return {
        "origins": len(origins),
        "metrics": judge(np.array([np.asarray(f.values) for f in forecasts])),
        "baselines": {name: judge(forecast) for name, forecast in named.items()},
    }


class _Judge:
    def __init__(self, truth: Floats, scale: float) -> None:
        self.truth, self.scale = truth, scale

    def __call__(self, forecast: Floats) -> dict[str, Any]:
        error = np.abs(forecast - self.truth)
        positive = bool((self.truth > 0).all())
        mae = float(error.mean())
        return {
            "mae": mae,
            "rmse": float(np.sqrt((error**2).mean())),
            "mape": float((error / self.truth).mean()) if positive else None,
            "mase": mae / self.scale if self.scale else None,
            "errors": error.mean(1).tolist(),
        }


def series_verdict(
    metrics: dict[str, Any], baselines: dict[str, dict[str, Any]], horizon: int
) -> str:
    """Say whether the recurrent model beats the better naive forecast, and how sure that is.

    Neighbouring origins share most of their values, so the interval comes from resampling blocks
    of 2·horizon origins (moving-block bootstrap, Künsch 1989); fewer than two blocks give none.
    """
    name, best = min(baselines.items(), key=lambda item: float(item[1]["mae"]))
    if best["mae"] == 0:
        return f"Use {name}: it makes no error at all here."
    gain = 1 - metrics["mae"] / best["mae"]
    said = f"{abs(gain):.1%} {'below' if gain >= 0 else 'above'} the error of {name}"
    ours, theirs = np.array(metrics["errors"]), np.array(best["errors"])
    block = 2 * horizon
    if len(ours) < 2 * block:
        origins = "one origin is" if len(ours) == 1 else f"{len(ours)} origins are"
        sure = f"{origins} too few to say how sure that is"
        use = "" if gain > 0 else f"; use {name}"
        return f"The recurrent model's error is {said}{use}; {sure}."
    low, high = block_interval(ours - theirs, block)
    interval = f"95 % interval of the difference {low:+.4g} to {high:+.4g}"
    if high < 0:
        return f"The recurrent model's error is {said}, more than chance explains ({interval})."
    if low > 0:
        return f"Use {name}: the recurrent model's error is {said} ({interval})."
    return f"No difference that chance does not explain: {said} ({interval}); {name} will do."
