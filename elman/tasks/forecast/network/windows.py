"""All windows of some series, as the training loop sees them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.tasks.forecast.coding.codec import SeriesCodec
from elman.tasks.forecast.coding.scaling import FLOOR, FLOORS
from elman.tasks.forecast.laid import Laid, Origins
from elman.tasks.forecast.linear.weights import as_read, weights_of
from elman.tasks.forecast.prepared import PreparedSeries

__all__ = ["Windows", "weights_for", "windows_for"]

_AT_ONCE = 1024
"""Windows that are answered together."""

Floats = NDArray[np.float64]


_MOST_WINDOWS, _MOST_HELD = 40_960, 8000
"""Of several series that are learnt from, and chosen by."""


class Windows:
    """Windows of some series, as a `training.problem.Problem`.

    The network learns what the linear forecaster leaves over, in units of its mean size; rows of
    several series count by their error in units of the naive error of their series.

    Args:
        laid: the series, NaN where a value is missing.
        origins: where its windows end.
        codec: window, horizon and scaling.
        linear: weights of all floats of the steps, `(floats, H)`.
        validation: windows to choose by; without any, the last weights are kept.
    """

    def __init__(
        self,
        laid: Laid,
        origins: Origins,
        codec: SeriesCodec,
        linear: Floats,
        validation: Windows | None = None,
    ) -> None:
        self.origins = origins
        x, left, scale = _scaled(laid, origins, codec)
        input, channels = codec.input, codec.input.channels
        unit = np.array(codec.ends.floor)[origins.series][:, None] / FLOOR / scale
        known = laid.around(origins, input.window, input.horizon) * unit[:, :, None]
        told = laid.told(origins) * unit
        steps = channels.steps(x, known, told, input.segment, input.horizon)
        left -= steps.reshape(len(x), -1) @ linear
        self.x = torch.tensor(steps, dtype=torch.float32)  # (R, T, segment)
        self.y = torch.tensor(np.nan_to_num(left), dtype=torch.float32)  # (R, H)
        self.there = torch.from_numpy(np.isfinite(left))
        self.unit = float(self.y[self.there].abs().mean()) or 1.0
        self.weight = torch.ones(len(x), 1)
        if len(laid) > 1:
            read = as_read(laid, codec.input.scaling.logarithm)
            weight = scale / read.moves(codec.input.scaling.season)[origins.series][:, None]
            whole = float(np.nanmean(np.abs(left) * weight)) / self.unit
            self.weight = torch.tensor(weight / (whole or 1.0), dtype=torch.float32)
        self.lengths = np.full(len(steps), steps.shape[1], np.int64)
        self.validation = validation

    def loss(self, module: nn.Module, examples: NDArray[np.int64]) -> Tensor:
        rows = torch.from_numpy(examples)
        x, y, there = self.x[rows], self.y[rows] / self.unit, self.there[rows]
        said = module(x, torch.full((len(x),), x.shape[1]))
        weight = self.weight[rows]
        return nn.functional.huber_loss((weight * said)[there], (weight * y)[there])

    def mass(self, examples: NDArray[np.int64]) -> float:
        """Return how much the loss of these examples counts beside that of others: values."""
        return float(self.there[torch.from_numpy(examples)].sum())

    def validate(self, module: nn.Module) -> dict[str, float]:
        held = self.validation
        if held is None:
            return {}
        error = held.errors(module, self.unit)
        left = float(np.nanmean(error)) / held.unit
        return {"score": left, "validation_left": left}

    def errors(self, module: nn.Module | None, unit: float) -> Floats:
        """Return the size of `residuals`; of several series in units of the naive error of each."""
        weight = np.asarray(self.weight.double().numpy())
        return np.asarray(np.abs(self.residuals(module, unit)) * weight)

    def residuals(self, module: nn.Module | None, unit: float) -> Floats:
        """Return by how much the truth lies above what is said, `(R, H)`, NaN where it is unknown.

        Args:
            module: says what the linear forecaster leaves over, in units of `unit`; None nothing.
            unit: of the windows it has learnt from.
        """
        said = torch.zeros(())
        if module is not None:
            module.eval()
            with torch.no_grad():
                parts = [
                    module(x, torch.full((len(x),), x.shape[1]))
                    for x in torch.split(self.x, _AT_ONCE)
                ]
            said = torch.cat(parts) * unit
        left = (self.y - said).masked_fill(~self.there, torch.nan)
        return np.asarray(left.double().numpy())

    def stretches(self, block: int) -> NDArray[np.int64]:
        """Return the number `(R,)` of the stretch of so many values of a series, of each row."""
        series, at = self.origins
        _, first, each, n = np.unique(
            series, return_index=True, return_inverse=True, return_counts=True
        )
        begin, span = at[first], at[first + n - 1] - at[first] + 1
        parts = np.maximum(span // block, 1)
        part = (at - begin[each]) * parts[each] // span[each]
        return np.asarray(np.cumsum(parts)[each] - parts[each] + part)

    def locate(self, examples: NDArray[np.int64]) -> str:
        ends = sorted(self.origins.at[examples].tolist())[:8]
        return f"windows that end at the values {ends}"

    def folded(
        self, tensors: dict[str, NDArray[np.float32]], share: float
    ) -> dict[str, NDArray[np.float32]]:
        """Return the tensors as the runtime reads them, unit and share folded into the head."""
        unit = np.float32(self.unit * share)
        return tensors | {name: tensors[name] * unit for name in ("fc.weight", "fc.bias")}


def _scaled(laid: Laid, origins: Origins, codec: SeriesCodec) -> tuple[Floats, Floats, Floats]:
    """Return windows `(R, L)`, what came after them `(R, H)`, both scaled, and their scales."""
    scaling, ends = codec.input.scaling, codec.ends
    x = laid.windows(origins, codec.window, scaling.season)
    y = laid.ahead(origins, codec.input.horizon)
    if scaling.logarithm:
        least = np.maximum(np.array(ends.lowest), FLOORS[0])[origins.series][:, None] / 10
        x, y = np.log(np.maximum(x, least)), np.log(np.maximum(y, least))
    centre = np.nanmean(x, axis=1, keepdims=True)
    scale = np.nanstd(x, axis=1, keepdims=True) + np.array(ends.floor)[origins.series][:, None]
    return np.nan_to_num((x - centre) / scale), (y - centre) / scale, scale


def windows_for(
    prepared: PreparedSeries,
    laid: Laid,
    weights: Floats,
    begin: NDArray[np.int64] | None = None,
    validation: Windows | None = None,
) -> Windows:
    """Return the windows of some values: to learn from, or those from `begin` on, to choose by."""
    codec, H = prepared.codec, prepared.plan.horizon
    first = np.minimum(codec.window, laid.lengths // 2) if begin is None else begin
    origins = laid.origins(H, codec.window, first)
    if len(laid) > 1:
        origins = origins.some(_MOST_WINDOWS if begin is None else _MOST_HELD)
    return Windows(laid, origins, codec, weights, validation)


def weights_for(prepared: PreparedSeries, laid: Laid) -> Floats:
    """Return the linear forecaster of some values: weights of all floats of the steps."""
    input, plan = prepared.codec.input, prepared.plan
    channels, H, L = input.channels, plan.horizon, input.window
    weights = weights_of(laid, prepared.ways, H, plan.panel.season, channels)
    times, columns = channels.read_at(H)
    values = len(weights) - channels.read(H)
    times = np.concatenate([np.arange(-values, 0), times])
    columns = np.concatenate([np.zeros(values, np.int64), columns + 1])
    places = channels.places(times, columns, L, input.segment, H)
    told = channels.told_places(L, input.segment, H)
    whole = np.zeros((input.floats, H))
    whole[np.concatenate([places, told])] = weights
    return whole
