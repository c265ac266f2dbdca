"""Lyapunov exponents: by what factor a step stretches or shrinks small differences of the state.

With J_t = ∂s_t/∂s_{t−1} along the data, and Q_0 orthonormal,

    Z_t = J_t Q_{t−1},  Q_t R_t = Z_t,  λ_i = mean_t ln R_t,ii        (nats per step)

The slowest direction keeps a difference for −1/λ_1 steps; λ_1 > 0 is chaos. The dimensions of
memory at lag K are those of λ_i > −1/K. In a stack, a layer's state depends on its own past and on
the layers below, so the exponents of the stack are those of all layers together. Q is carried by
derivatives of the step in its directions; no Jacobian is built.

But: a row of T steps shows what its T steps do; exponents proper want T without end.

References:
    Vogt et al., "On Lyapunov Exponents for RNNs", 2022, arXiv 2006.14123. Unlike their code, J and
    not its transpose, and natural logarithms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import linear

from elman.judging.bootstrap import resampled_means
from elman.judging.estimate import Estimate, Floats, estimate_of
from elman.memory.measures.track import Track
from elman.ops.recurrent import reference
from elman.ops.recurrent.weights import Direction

__all__ = ["Lyapunov", "lyapunov_exponents"]

DIRECTIONS = 8
_ROWS = 24
_STEPS = 200
_WARM_UP = 10

_FLOOR = 1e-30


@dataclass(frozen=True)
class Lyapunov:
    """The largest exponents, in nats per step."""

    exponents: tuple[Estimate, ...]
    slowest: Estimate
    """−1/λ_1 in steps; infinite where λ_1 is 0 or above."""
    dimensions: Estimate
    """Directions, of those measured, that last as long as the data."""
    measured: int
    length: int


def lyapunov_exponents(layers: list[Track], *, length: int, seed: int) -> Lyapunov:
    """Measure the spectrum along the given rows.

    Args:
        layers: one batch of each layer and direction.
        length: steps of the data, for the dimensions.
        seed: of Q_0 and the intervals.
    """
    spectra = [_spectrum(track, seed) for track in layers]  # (B, k) each
    each = np.concatenate(spectra, 1)
    drawings = -np.sort(-resampled_means(each, seed), 1)[:, :DIRECTIONS]
    with np.errstate(divide="ignore"):
        slowest = np.where(drawings[:, 0] >= -1e-7, np.inf, -1 / np.minimum(drawings[:, 0], -1e-7))
    dimensions = (drawings > -1 / max(length, 1)).sum(1).astype(np.float64)
    return Lyapunov(
        tuple(estimate_of(column) for column in drawings.T),
        estimate_of(slowest),
        estimate_of(dimensions),
        drawings.shape[1],
        length,
    )


def _spectrum(track: Track, seed: int) -> Floats:
    """The largest exponents of one layer for some of its rows, `(B, k)`, from the largest."""
    track = _some_rows(track)
    if track.weights is None:
        return _diagonal(track)
    B, T, _ = track.x.shape
    sizes = [part.shape[2] for part in track.states]
    D = sum(sizes)
    k = min(DIRECTIONS, D)
    generator = torch.Generator().manual_seed(seed)
    Q = torch.linalg.qr(torch.randn(B, D, k, generator=generator, dtype=torch.float64))[0]
    Q = Q.to(track.x.dtype)
    sums, counts = torch.zeros(B, k, dtype=torch.float64), torch.zeros(B, 1)
    order = list(reversed(range(T))) if track.reverse else list(range(T))
    for place, t in enumerate(order[1:], 1):
        before = tuple(part[:, order[place - 1]] for part in track.states)
        Z = _pushed(track, t, before, Q)
        Q, R = torch.linalg.qr(Z)
        sizes_of = R.diagonal(dim1=1, dim2=2).abs().double().clamp(min=_FLOOR)
        real = (t < track.lengths) & (order[place - 1] < track.lengths)
        walked = track.lengths - t if track.reverse else torch.full((B,), t)
        warm = torch.minimum(torch.tensor(_WARM_UP), track.lengths // 4)
        counted = (real & (walked > warm))[:, None]
        sums += torch.where(counted, sizes_of.log(), 0.0)
        counts += counted
    spectrum = sums / counts.clamp(min=1)
    return np.asarray(torch.where(counts > 0, spectrum, torch.nan).numpy())


def _pushed(track: Track, t: int, before: tuple[Tensor, ...], Q: Tensor) -> Tensor:
    """J_t Q `(B, D, k)`: all directions of all rows as rows of one step."""
    B, D, k = Q.shape
    assert track.weights is not None
    weights = track.weights
    sizes = [part.shape[1] for part in before]
    x = track.x[:, t].repeat_interleave(k, 0)
    q = Q.transpose(1, 2).reshape(B * k, D)
    with torch.enable_grad():
        state = tuple(part.repeat_interleave(k, 0).requires_grad_() for part in before)
        after, _ = reference.step(track.cell, x, state, weights)
        if track.weight_hr is not None:
            after = (linear(after[0], track.weight_hr), after[1])
        # Jᵀu is linear in u, and its derivative by u along q is J q (Townsend's trick)
        u = tuple(torch.zeros_like(part).requires_grad_() for part in after)
        back = torch.autograd.grad(_weighed(after, u), state, create_graph=True)
        pushed = torch.autograd.grad(_weighed(back, torch.split(q, sizes, 1)), u)
    return torch.cat(pushed, 1).reshape(B, k, D).transpose(1, 2).detach()


def _weighed(parts: Sequence[Tensor], weights: Sequence[Tensor]) -> Tensor:
    """The sum whose gradient is that of the parts for these weights.

    Given to `grad` beside the parts, they would have it import sympy to compare two shapes.
    """
    return torch.stack([(p * w).sum() for p, w in zip(parts, weights, strict=True)]).sum()


def _diagonal(track: Track) -> Floats:
    """A linear layer: its Jacobian is diagonal, and the exponents are means of ln |a|."""
    assert track.keep is not None
    log = track.keep.double().clamp(min=_FLOOR).log()
    there = torch.arange(log.shape[1]) < track.lengths[:, None]
    mean = torch.where(there[:, :, None], log, 0).sum(1) / track.lengths.clamp(min=1)[:, None]
    # of the units that are slowest on average, so that a column is one unit
    slowest = mean.mean(0).argsort(descending=True)[:DIRECTIONS]
    values = np.asarray(mean[:, slowest].numpy())
    return np.repeat(values, 2, axis=1) if track.states[0].is_complex() else values


def _some_rows(track: Track) -> Track:
    """The longest rows, and their first steps (of a reverse walk: all that lie near the start)."""
    rows = torch.argsort(track.lengths, descending=True, stable=True)[:_ROWS]
    T = min(int(track.lengths.max()), _STEPS)
    weights, weight_hr = track.weights, track.weight_hr
    return Track(
        track.name,
        track.cell,
        track.reverse,
        track.lengths[rows].clamp(max=T),
        _precise(track.x[rows, :T]),
        tuple(_precise(part[rows, :T]) for part in track.states),
        (),
        None if track.keep is None else track.keep[rows, :T],
        None if weights is None else _precise_weights(weights),
        None if weight_hr is None else _precise(weight_hr),
    )


def _precise_weights(weights: Direction) -> Direction:
    ih, hh, *biases = weights
    bias_ih, bias_hh = (None if bias is None else _precise(bias) for bias in biases)
    return Direction(_precise(ih), _precise(hh), bias_ih, bias_hh)


def _precise(x: Tensor) -> Tensor:
    """Half precision as float32: there is no QR of less."""
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x
