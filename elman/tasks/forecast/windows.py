"""All windows of a series, as the training loop sees them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.judging.values.yardstick import measured
from elman.tasks.forecast.codec import SeriesCodec
from elman.tasks.forecast.origins import at_origins

__all__ = ["Windows"]

Floats = NDArray[np.float64]


class Windows:
    """All windows of some values, as a `training.problem.Problem`.

    The network learns what the shortcut leaves over, in units of its mean size.

    Args:
        values: `(N,)` of the series.
        codec: window, horizon and scaling.
        validation: windows to choose by; without any, the last weights are kept.
    """

    def __init__(
        self, values: Floats, codec: SeriesCodec, validation: Windows | None = None
    ) -> None:
        origins = measured(values, codec.input.horizon, codec.window, codec.window)
        rows = at_origins(values, codec, origins)
        self.x = torch.from_numpy(np.array(rows.steps))  # (N, W, 1)
        self.y = torch.tensor(np.nan_to_num(rows.wanted), dtype=torch.float32)  # (N, H)
        self.there = torch.from_numpy(np.isfinite(rows.wanted))
        self.unit = float(np.nanmean(np.abs(rows.wanted))) or 1.0
        self.lengths = np.full(len(rows.steps), codec.window, np.int64)
        self.validation = validation

    def loss(self, module: nn.Module, examples: NDArray[np.int64]) -> Tensor:
        rows = torch.from_numpy(examples)
        x, y, there = self.x[rows], self.y[rows] / self.unit, self.there[rows]
        said = module(x, torch.full((len(x),), x.shape[1]))
        return nn.functional.huber_loss(said[there], y[there])

    def validate(self, module: nn.Module) -> dict[str, float]:
        held = self.validation
        if held is None:
            return {}
        said = module(held.x, torch.full((len(held.x),), held.x.shape[1])) * self.unit
        error = (said - held.y).abs()[held.there]
        return {"score": float(error.mean()) / self.unit}

    def locate(self, examples: NDArray[np.int64]) -> str:
        return f"windows that begin at the values {sorted((examples + 1).tolist())[:8]}"

    def folded(self, tensors: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Return the tensors with the unit folded into the head, as the runtime reads them."""
        unit = np.float32(self.unit)
        return tensors | {name: tensors[name] * unit for name in ("fc.weight", "fc.bias")}
