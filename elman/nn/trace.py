"""Every state and gate of every step, from the outputs: the gates of all steps in one product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear

from elman.ops.recurrent.weights import Direction, directions_of

__all__ = ["Trace", "trace_layer"]


class Trace(NamedTuple):
    """Every state and gate of every step of one direction of one layer, `(B, T, H)` each.

    0 after a row's end.
    """

    h: Tensor
    c: Tensor | None
    """The LSTM's cell state."""
    gates: dict[str, Tensor]
    """By letter: i f g o of an LSTM, r z n of a GRU; none of a plain RNN."""


def trace_layer(
    cell: str,
    x: Tensor,
    output: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None,
) -> list[Trace]:
    """Recompute the gates of a layer from its output, direction by direction.

    Args:
        cell: as in `elman.ops`.
        x: `(B, T, I)`.
        output: `(B, T, D·H)`, as the layer gave it.
        weights: of the layer, in torch's order.
        state: before the first step, `(D, B, H)` each.
        lengths: `(B,)`; all T if None.
    """
    directions = directions_of(weights)
    if lengths is None:
        lengths = x.new_full(x.shape[:1], x.shape[1], dtype=torch.int64)
    return [
        _trace_direction(
            cell,
            x,
            h,
            weights=direction,
            state=tuple(each[d] for each in state),
            lengths=lengths,
            reverse=d == 1,
        )
        for d, (direction, h) in enumerate(
            zip(directions, output.chunk(len(directions), 2), strict=True)
        )
    ]


def _trace_direction(
    cell: str,
    x: Tensor,
    h: Tensor,
    *,
    weights: Direction,
    state: tuple[Tensor, ...],
    lengths: Tensor,
    reverse: bool,
) -> Trace:
    """All steps at once; h `(B, T, H)` are the outputs of this direction."""
    T = x.shape[1]
    t = torch.arange(T, device=x.device)
    lengths = lengths.to(x.device)[:, None]  # (B, 1)
    real = (t < lengths)[:, :, None]
    if cell in ("rnn", "rnn_relu"):
        return Trace(torch.where(real, h, 0), None, {})
    begins = (t == lengths - 1 if reverse else t.expand_as(real[..., 0]) == 0)[:, :, None]
    before = torch.where(begins, state[0][:, None], h.roll(-1 if reverse else 1, dims=1))
    a = linear(x, weights.weight_ih, weights.bias_ih)  # (B, T, G·H)
    u = linear(before, weights.weight_hh, weights.bias_hh)
    if cell == "gru":
        (a_r, a_z, a_n), (u_r, u_z, u_n) = a.chunk(3, 2), u.chunk(3, 2)
        r = torch.sigmoid(a_r + u_r)
        gates = {"r": r, "z": torch.sigmoid(a_z + u_z), "n": torch.tanh(a_n + r * u_n)}
        return Trace(h, None, {name: torch.where(real, gate, 0) for name, gate in gates.items()})
    i, f, g, o = (a + u).chunk(4, 2)
    gates = {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}
    gates = {name: torch.where(real, gate, 0) for name, gate in gates.items()}
    entering = gates["i"] * gates["g"]
    c, cells = state[1], [state[1]] * T
    for k in reversed(range(T)) if reverse else range(T):
        c = torch.where(real[:, k], gates["f"][:, k] * c + entering[:, k], c)
        cells[k] = torch.where(real[:, k], c, 0)
    return Trace(h, torch.stack(cells, 1) if T else h, gates)
