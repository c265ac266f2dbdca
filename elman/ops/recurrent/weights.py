"""What every twin agrees on: how the weights of a layer are listed.

A layer is one step of a stack, in one direction or both. Its weights are a flat list in torch's
order: for each direction `weight_ih (G·H, I)`, `weight_hh (G·H, H)` and, with biases,
`bias_ih (G·H,)`, `bias_hh (G·H,)`. Gates are in torch's order: i f g o, r z n.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor

__all__ = ["MODES", "Direction", "directions_of"]

MODES = {"RNN_TANH": "rnn", "RNN_RELU": "rnn_relu", "GRU": "gru", "LSTM": "lstm"}
"""The cell of a module of torch, by its `mode`."""


class Direction(NamedTuple):
    """The weights of one direction."""

    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor | None
    bias_hh: Tensor | None


def directions_of(weights: Sequence[Tensor]) -> list[Direction]:
    """Read the flat list: 2 or 4 tensors a direction, told apart by what stands third."""
    biased = len(weights) > 2 and weights[2].dim() == 1
    each = 4 if biased else 2
    if len(weights) not in (each, 2 * each):
        raise ValueError(
            f"a layer has {each} weights a direction, and one or two directions; "
            f"found {len(weights)} weights"
        )
    parts = [weights[k : k + each] for k in range(0, len(weights), each)]
    return [Direction(p[0], p[1], *(p[2:] if biased else (None, None))) for p in parts]
