"""Forecasts judged at the origins of a rolling back-test (Tashman 2000): the smaller error wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from elman.errors import DataError
from elman.judging.values.naive import naive_scale
from elman.judging.yardstick import Wording

__all__ = ["ValueYardstick", "measured", "rolling"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ValueYardstick:
    """Origins with the values that came after them.

    Args:
        truth: `(origins, horizon)`, NaN where nobody measured; each origin has one at least.
        scale: error of the naive forecast in the past; 0 where it made none, and then no MASE.
    """

    truth: Floats
    scale: float
    headline: ClassVar[str] = "mae"
    higher_is_better: ClassVar[bool] = False
    wording: ClassVar[Wording] = Wording(
        "the recurrent model's error",
        "% below that of",
        "% above that of",
        "origin",
        ("takes {:.1f} % off the error of", "adds {:.1f} % to the error of"),
        ("{:.1f} % less error", "{:.1f} % more error"),
    )

    @property
    def block(self) -> int:
        """Neighbouring origins share most of their values."""
        return 2 * int(self.truth.shape[1])

    def __len__(self) -> int:
        return len(self.truth)

    def deciding(self, output: object) -> ValueYardstick:
        return self

    def figures(self, numbers: Floats) -> dict[str, Any]:
        """Return MAE, RMSE, MAPE (None where a value is not positive), MASE (None without scale).

        `errors` are the mean absolute errors of each origin.
        """
        error = np.abs(numbers - self.truth)
        there = np.isfinite(self.truth)
        positive = bool((self.truth[there] > 0).all())
        mae = float(error[there].mean())
        return {
            "mae": mae,
            "rmse": float(np.sqrt((error[there] ** 2).mean())),
            "mape": float((error[there] / self.truth[there]).mean()) if positive else None,
            "mase": mae / self.scale if self.scale else None,
            "errors": np.nanmean(error, axis=1).tolist(),
        }

    def details(self, numbers: Floats) -> dict[str, Any]:
        missing = int(np.isnan(self.truth).sum())
        return {"origins": len(self.truth)} | ({"not_measured": missing} if missing else {})

    def points(self, numbers: Floats) -> Floats:
        return np.asarray(-np.nanmean(np.abs(numbers - self.truth), axis=1))

    def intervals(self, points: Floats) -> dict[str, Any]:
        return {}


def measured(values: Floats, horizon: int, begin: int, window: int) -> list[int]:
    """Return the origins from `begin` on that can be learnt from, or judged.

    Before and after each a value is there, in the window and within the horizon.

    Args:
        values: `(N,)` the whole series, NaN where nobody measured.
        horizon: steps ahead.
        begin: the first origin, the number of values before it.
        window: values before an origin that a forecast reads.
    """
    count = np.concatenate([[0], np.cumsum(np.isfinite(values))])
    return [
        o
        for o in range(begin, len(values) - horizon + 1)
        if count[o + horizon] > count[o] > count[max(o - window, 0)]
    ]


def rolling(
    values: Floats, begin: int, horizon: int, season: int, window: int
) -> tuple[list[int], ValueYardstick]:
    """Return the origins `begin` … N - horizon of a series, and the yardstick for them.

    Args:
        values: `(N,)` the whole series, NaN where nobody measured.
        begin: the first origin, the number of values before it; MASE is scaled within these.
        horizon: steps ahead.
        season: steps in a season.
        window: values before an origin that a forecast reads.

    Raises:
        DataError: nothing is measured from `begin` on.
    """
    origins = measured(values, horizon, begin, window)
    if not origins:
        raise DataError(
            f"none of the {len(values) - begin} values to judge by is there; hold out more"
        )
    truth = np.stack([values[o : o + horizon] for o in origins])
    return origins, ValueYardstick(truth, naive_scale(values[:begin], season))
