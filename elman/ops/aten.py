"""One recurrent layer in one direction over a padded batch, on torch's own kernels.

This is the seam for faster kernels: a twin is a function of the same name and signature, and
nothing above this folder knows which one runs.

But: it knows neither stacks nor pooling, and steps through the padding of short rows; what it
returns there is not to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

__all__ = ["layer"]

_KERNELS: dict[str, Any] = {"rnn": torch.rnn_tanh, "gru": torch.gru, "lstm": torch.lstm}


def layer(
    cell: str, x: Tensor, *, lengths: Tensor, weights: Sequence[Tensor], reverse: bool = False
) -> Tensor:
    """Carry a zero state through every step and return the output of each.

    Args:
        cell: `rnn` (tanh), `gru` or `lstm`.
        x: `(B, T, I)`, rows padded at the end.
        lengths: `(B,)` valid steps of each row; 0 allowed.
        weights: `weight_ih (G·H, I)`, `weight_hh (G·H, H)`, `bias_ih (G·H,)`, `bias_hh (G·H,)`
            in torch's gate order.
        reverse: walk each row from its last valid step to its first.

    Returns:
        `(B, T, H)`; step t of row b is meaningful for t < lengths[b].
    """
    B = x.shape[0]
    H = weights[1].shape[1]
    if reverse:
        x = _reversed(x, lengths)
    h = x.new_zeros(1, B, H)
    state = (h, h) if cell == "lstm" else h
    # arguments: has_biases, num_layers, dropout, train, bidirectional, batch_first
    output: Tensor = _KERNELS[cell](x, state, list(weights), True, 1, 0.0, False, False, True)[0]
    return _reversed(output, lengths) if reverse else output


def _reversed(x: Tensor, lengths: Tensor) -> Tensor:
    """Reverse the valid steps of each row; the padding stays where it is."""
    t = torch.arange(x.shape[1], device=x.device)
    index = lengths[:, None] - 1 - t  # (B, T)
    index = torch.where(index >= 0, index, t)
    return x.gather(1, index[:, :, None].expand_as(x))
