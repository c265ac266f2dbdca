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

    The network learns what the linear forecaster leaves over, in units of its mean size.

    Args:
        values: `(N,)` of the series, NaN where one is missing.
        codec: window, horizon and scaling.
        linear: weights of a window, `(L, H)`.
        validation: windows to choose by; without any, the last weights are kept.
    """

    def __init__(
        self,
        values: Floats,
        codec: SeriesCodec,
        linear: Floats,
        validation: Windows | None = None,
    ) -> None:
        origins = measured(values, codec.input.horizon, codec.window, codec.window)
        rows = at_origins(values, codec, origins)
        steps = np.array(rows.steps)  # (N, T, segment)
        flat = steps.reshape(len(steps), -1)[:, -len(linear) :].astype(np.float64)
        left = rows.wanted - flat @ linear
        self.x = torch.from_numpy(steps)
        self.y = torch.tensor(np.nan_to_num(left), dtype=torch.float32)  # (N, H)
        self.there = torch.from_numpy(np.isfinite(left))
        self.unit = float(self.y[self.there].abs().mean()) or 1.0
        self.lengths = np.full(len(steps), steps.shape[1], np.int64)
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
        error = held.errors(module, self.unit)
        return {"score": float(np.nanmean(error)) / held.unit}

    def errors(self, module: nn.Module | None, unit: float) -> Floats:
        """Return the error left at every window and step, `(N, H)`, NaN where nothing is known.

        Args:
            module: says what the linear forecaster leaves over, in units of `unit`; None nothing.
            unit: of the windows it has learnt from.
        """
        said = torch.zeros(())
        if module is not None:
            module.eval()
            with torch.no_grad():
                said = module(self.x, torch.full((len(self.x),), self.x.shape[1])) * unit
        error = (said - self.y).abs().masked_fill(~self.there, torch.nan)
        return np.asarray(error.double().numpy())

    def locate(self, examples: NDArray[np.int64]) -> str:
        return f"windows that begin at the values {sorted((examples + 1).tolist())[:8]}"

    def folded(self, tensors: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Return the tensors with the unit folded into the head, as the runtime reads them."""
        unit = np.float32(self.unit)
        return tensors | {name: tensors[name] * unit for name in ("fc.weight", "fc.bias")}
