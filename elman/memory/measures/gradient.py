"""Gradient flow: how much of the last step's gradient reaches the state k steps before.

With s the state of all recurrent layers (h, and c of an LSTM) and ℓ the loss at the last step,

    δ_t = ∂ℓ/∂s_t        G(k) = Σ ‖δ_{T−k}‖ / Σ ‖δ_T‖     sums over rows of more than k steps

Rows are aligned at the ends of their walks; a second direction ends at the first step. The rate is
the factor per step of a straight line through ln G (k ≥ 1), and the half-life is −ln 2 / ln rate.
At the data's own length K the gradient has vanished where the line is below 1/1000, exploded where
it is above 1000.

Two flows are measured. `all`: by every way, as training has it. `alone`: through the recurrence
alone, the outputs before the last step being held constant; it is lower where a mean or a maximum
over steps brings a gradient to early steps that the recurrence never carried there.

References:
    Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks", 2013,
    arXiv 1211.5063, section 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from elman.errors import InputError
from elman.judging.bootstrap import resampled_means
from elman.judging.estimate import Curve, Estimate, Floats, curve_of, estimate_of
from elman.memory.measures.track import Walk
from elman.memory.measures.walk import walking
from elman.memory.rows.examples import Examples

__all__ = ["Flow", "GradientFlow", "gradient_flow", "half_life", "line_through"]

VANISHED, EXPLODED = 1e-3, 1e3

_FLOOR = 1e-12
"""Below this share of δ_T a gradient is rounding."""


@dataclass(frozen=True)
class Flow:
    """G(k) by one way, and the line through it."""

    curve: Curve
    rate: Estimate
    half_life: Estimate
    """Steps; infinite where nothing decays, 0 where nothing arrives."""
    at_length: Estimate
    """The line at the data's own length K: what is left of the last step's gradient."""


@dataclass(frozen=True)
class GradientFlow:
    """Both flows; `alone` is `all` where they are one."""

    all: Flow
    alone: Flow
    length: int
    """K: the median number of steps of the data, less one."""
    fate: Literal["vanishes", "arrives", "explodes"]
    """Of `alone`, at K."""


def gradient_flow(
    module: nn.Module, examples: Examples, *, max_lag: int, seed: int
) -> GradientFlow:
    """Measure how the gradient of the loss fades over the last `max_lag` steps."""
    K = min(int(np.median(examples.lengths)) - 1, max_lag)
    length = int(np.median(examples.lengths)) - 1
    if K < 1:
        raise InputError("half of the sequences have one step; there is nothing to flow through")
    everything, calls = _norms(module, examples, K, None)
    through_end, _ = _norms(module, examples, K, calls - 1)
    both = _flow(everything, length, seed)
    same = np.allclose(everything, through_end, rtol=1e-4, atol=0, equal_nan=True)
    alone = both if same else _flow(through_end, length, seed)
    left = alone.at_length.value
    if left < VANISHED:
        return GradientFlow(both, alone, length, "vanishes")
    return GradientFlow(both, alone, length, "arrives" if left <= EXPLODED else "explodes")


def half_life(rate: Floats) -> Floats:
    """Steps until half is left, of factors per step: infinite from 1 on, 0 at 0."""
    with np.errstate(divide="ignore"):
        decay = -np.log(np.asarray(rate, np.float64))
    # a rate of 1 up to rounding is no decay
    endless = decay <= 1e-7
    return np.where(endless, np.inf, math.log(2) / np.where(endless, 1.0, decay))


def _norms(module: nn.Module, examples: Examples, K: int, hold: int | None) -> tuple[Floats, int]:
    """‖δ_{T−k}‖ `(N, K + 1)`, NaN before a row's beginning; and how many layers were called."""
    result = np.full((len(examples), K + 1), np.nan)
    calls = 0
    for rows, x, lengths in examples.batches():
        with torch.enable_grad(), walking(module, lengths, hold_before_end=hold) as walk:
            outputs = examples.output(module, x, lengths)
            losses = examples.take(rows).losses(outputs)
        calls = walk.calls
        result[rows] = _aligned(walk, losses, K)
    return result, calls


def _aligned(walk: Walk, losses: Tensor, K: int) -> Floats:
    """Norms of the gradient by all states, by the number of steps before each walk's end."""
    epsilons = [e for track in walk.tracks for e in track.epsilons]
    gradients = torch.autograd.grad(losses.sum(), epsilons, allow_unused=True)
    found = iter(gradients)
    squares: Tensor | float = 0.0
    for track in walk.tracks:
        for epsilon in track.epsilons:
            gradient = next(found)
            gradient = torch.zeros_like(epsilon) if gradient is None else gradient
            square = gradient.abs().double().square().sum(2)  # (B, T)
            T = square.shape[1]
            k = torch.arange(K + 1)
            place = k.expand(len(square), -1) if track.reverse else track.lengths[:, None] - 1 - k
            there = (place >= 0) & (place < torch.minimum(track.lengths, torch.tensor(T))[:, None])
            value = square.gather(1, place.clamp(0, T - 1))
            squares = squares + torch.where(there, value, torch.nan)
    assert isinstance(squares, Tensor)
    return np.asarray(squares.sqrt().numpy())


def _flow(norms: Floats, length: int, seed: int) -> Flow:
    first = np.where(np.isnan(norms), np.nan, norms[:, :1])
    with np.errstate(invalid="ignore", divide="ignore"):
        drawings = resampled_means(norms, seed) / resampled_means(first, seed)  # (1 + R, K + 1)
    lines = np.array([line_through(row) for row in drawings])  # (1 + R, 2)
    with np.errstate(over="ignore"):
        rate, left = np.exp(lines[:, 1]), np.exp(lines[:, 0] + lines[:, 1] * length)
    places = np.arange(drawings.shape[1])
    return Flow(
        curve_of(places, drawings),
        estimate_of(rate),
        estimate_of(half_life(rate)),
        estimate_of(left),
    )


def line_through(curve: Floats) -> tuple[float, float]:
    """ln G at 0 and its slope: least squares on k ≥ 1, over what stands out of rounding.

    Without k = 0, where the loss has not yet reached the c of an LSTM.
    """
    good = np.isfinite(curve) & (curve > _FLOOR)
    stop = len(good) if good.all() else int(np.argmin(good))
    if stop < 2:
        return 0.0, -np.inf
    first = 1 if stop > 2 else 0
    slope, start = np.polyfit(np.arange(first, stop), np.log(curve[first:stop]), 1)
    return float(start), float(slope)
