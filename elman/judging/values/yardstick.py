"""Forecasts judged at the origins of a rolling back-test (Tashman 2000): the smaller error wins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from elman.judging.yardstick import Wording

__all__ = ["Bounds", "ValueYardstick"]

Floats = NDArray[np.float64]

Bounds = Callable[[Floats, Any], Mapping[float, tuple[Floats, Floats]]]
"""(forecasts, what a model says of its output) → lower and upper ends by level in per cent."""

_LISTED = 5000
"""Origins whose errors are listed one by one."""


@dataclass(frozen=True)
class ValueYardstick:
    """Origins with the values that came after them.

    Args:
        truth: `(origins, horizon)`, NaN where nobody measured; each origin has one at least.
        scale: `(origins,)` error of the naive forecast in the past of each; 0 where it made none,
            and then no MASE.
        several: whether they are of several series, which have units of their own; errors are then
            ranked and compared as MASE.
        block: neighbouring origins that share most of their values.
        bounds: gives the intervals whose coverage is measured.
        output: of the model that decides.
    """

    truth: Floats
    scale: Floats
    several: bool = False
    block: int = 1
    bounds: Bounds | None = None
    output: object = None
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
    def headline(self) -> str:
        return "mase" if self.several else "mae"

    def __len__(self) -> int:
        return len(self.truth)

    def deciding(self, output: object) -> ValueYardstick:
        return replace(self, output=output)

    def figures(self, numbers: Floats) -> dict[str, Any]:
        """Return MAE, RMSE, sMAPE, MAPE (None where a value is not positive), MASE (None without
        scale), and the mean error of each step ahead, in units of the headline.

        `errors` are the mean absolute errors of each origin, where they are not too many.
        """
        error = np.abs(numbers - self.truth)
        there = np.isfinite(self.truth)
        positive = bool((self.truth[there] > 0).all())
        both = np.abs(numbers) + np.abs(self.truth)
        scaled = (self.scale > 0).all()
        mase = error / self.scale[:, None] if scaled else error
        return {
            "mae": float(error[there].mean()),
            "rmse": float(np.sqrt((error[there] ** 2).mean())),
            "mape": float((error[there] / self.truth[there]).mean()) if positive else None,
            "smape": float(np.mean(2 * error[there] / np.where(both > 0, both, 1.0)[there])),
            "mase": float(mase[there].mean()) if scaled else None,
            "by_step": _mean(mase if self.several else error).tolist(),
            "errors": _mean(error.T).tolist() if len(error) <= _LISTED else [],
        }

    def _coverage(self, numbers: Floats) -> dict[str, Any]:
        if self.bounds is None or self.output is None:
            return {}
        there, found = np.isfinite(self.truth), {}
        for level, (low, high) in self.bounds(numbers, self.output).items():
            within = (low <= self.truth) & (self.truth <= high)
            width = (high - low) / np.where(self.scale > 0, self.scale, 1.0)[:, None]
            found[f"{level:g}"] = {
                "share": float(within[there].mean()),
                "by_step": _mean(np.where(there, within, np.nan)).tolist(),
                "width": float((width if self.several else high - low)[there].mean()),
            }
        return {"coverage": found} if found else {}

    def details(self, numbers: Floats) -> dict[str, Any]:
        """Return the number of origins, and of what nobody measured; and as `coverage` the share of
        values within the interval of each level, and its mean width.
        """
        missing = int(np.isnan(self.truth).sum())
        found: dict[str, Any] = {"origins": len(self.truth)}
        return found | ({"not_measured": missing} if missing else {}) | self._coverage(numbers)

    def points(self, numbers: Floats) -> Floats:
        error = np.abs(numbers - self.truth)
        if self.several:
            error = error / np.where(self.scale > 0, self.scale, 1.0)[:, None]
        return -_mean(error.T)

    def intervals(self, points: Floats) -> dict[str, Any]:
        return {}


def _mean(errors: Floats) -> Floats:
    """Return the mean of each column, leaving out NaN; of nothing 0."""
    there = np.isfinite(errors)
    return np.asarray(np.where(there, errors, 0.0).sum(0) / np.maximum(there.sum(0), 1))
