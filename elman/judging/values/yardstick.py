"""Forecasts judged at the origins of a rolling back-test (Tashman 2000): the smaller error wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from elman.judging.values.naive import naive_scale
from elman.judging.yardstick import Wording

__all__ = ["ValueYardstick", "rolling"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ValueYardstick:
    """Origins with the values that came after them.

    Args:
        truth: `(origins, horizon)`.
        scale: error of the naive forecast in the past; 0 where it made none, and then no MASE.
    """

    truth: Floats
    scale: float
    headline: ClassVar[str] = "mae"
    higher_is_better: ClassVar[bool] = False
    wording: ClassVar[Wording] = Wording(
        "the recurrent model's error", "% below that of", "% above that of", "origin"
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
        positive = bool((self.truth > 0).all())
        mae = float(error.mean())
        return {
            "mae": mae,
            "rmse": float(np.sqrt((error**2).mean())),
            "mape": float((error / self.truth).mean()) if positive else None,
            "mase": mae / self.scale if self.scale else None,
            "errors": error.mean(1).tolist(),
        }

    def details(self, numbers: Floats) -> dict[str, Any]:
        return {"origins": len(self.truth)}

    def points(self, numbers: Floats) -> Floats:
        return np.asarray(-np.abs(numbers - self.truth).mean(1))

    def intervals(self, points: Floats) -> dict[str, Any]:
        return {}


def rolling(values: Floats, begin: int, horizon: int, season: int) -> tuple[range, ValueYardstick]:
    """Return the origins `begin` … N - horizon of a series, and the yardstick for them.

    Args:
        values: `(N,)` the whole series.
        begin: the first origin, the number of values before it; MASE is scaled within these.
        horizon: steps ahead.
        season: steps in a season.
    """
    origins = range(begin, len(values) - horizon + 1)
    truth = np.stack([values[o : o + horizon] for o in origins])
    return origins, ValueYardstick(truth, naive_scale(values[:begin], season))
