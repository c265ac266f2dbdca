"""One layer on torch's own kernels.

Rows of different lengths: RNN and GRU step through the padding and read what is real; LSTM is
packed, because torch does not show the cell state before the end of the padding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from elman.ops.plain import transforms
from elman.ops.recurrent.weights import Direction, directions_of

__all__ = ["layer", "supports"]

_KERNELS: dict[str, Any] = {
    "rnn": torch.rnn_tanh,
    "rnn_relu": torch.rnn_relu,
    "gru": torch.gru,
    "lstm": torch.lstm,
}


def supports(
    cell: str, x: Tensor, *, lengths: Tensor | None = None, **arguments: object
) -> str | None:
    """Say what this twin lacks for a call, or None."""
    if "Vmap" in (inside := transforms()):
        return "torch's own have no rule for torch.func.vmap"
    if inside and lengths is not None:
        return "torch's own take no packed steps inside of torch.func"
    if cell == "lstm" and x.is_cpu and ("Jvp" in inside or forward_ad._current_level >= 0):
        return "torch's own LSTM has no forward-mode derivative"
    return None


def layer(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Carry a state through the real steps of every row; see `elman.ops.layer`."""
    directions = directions_of(weights)
    if lengths is None:
        return _padded(cell, x, weights, state, len(directions))
    if cell == "lstm":
        return _packed_lstm(x, weights, state, lengths, len(directions))
    lengths = lengths.to(x.device)
    parts = [
        _read_real_steps(cell, x, direction, state[0][d : d + 1], lengths, reverse=d == 1)
        for d, direction in enumerate(directions)
    ]
    return torch.cat([part[0] for part in parts], 2), (torch.cat([part[1] for part in parts]),)


def _padded(
    cell: str, x: Tensor, weights: Sequence[Tensor], state: tuple[Tensor, ...], D: int
) -> tuple[Tensor, tuple[Tensor, ...]]:
    if x.shape[0] == 0 or x.shape[1] == 0:
        return x.new_zeros(x.shape[0], x.shape[1], D * state[0].shape[2]), state
    hx = state if cell == "lstm" else state[0]
    # arguments: has_biases, num_layers, dropout, train, bidirectional, batch_first
    # train, which says to dropout that there is any, says to cuDNN that gradients will be asked.
    biased, train = len(weights) // D == 4, torch.is_grad_enabled()
    output, *ends = _KERNELS[cell](x, hx, list(weights), biased, 1, 0.0, train, D == 2, True)
    return output, tuple(ends)


def _read_real_steps(
    cell: str, x: Tensor, weights: Direction, h_0: Tensor, lengths: Tensor, *, reverse: bool
) -> tuple[Tensor, Tensor]:
    """One direction of a cell whose state is its output."""
    flat = [weight for weight in weights if weight is not None]
    valid = torch.arange(x.shape[1], device=x.device) < lengths[:, None]  # (B, T)
    x = torch.where(valid[:, :, None], x, 0)  # 0 times the NaN of a padded step would be NaN
    x = _reversed(x, lengths) if reverse else x
    output, _ = _padded(cell, x, flat, (h_0,), 1)
    B, T, H = output.shape
    if T == 0:
        return output, h_0
    last = (lengths - 1).clamp(min=0)[:, None, None].expand(B, 1, H)
    h_n = torch.where((lengths > 0)[:, None], output.gather(1, last)[:, 0], h_0[0])
    output = _reversed(output, lengths) if reverse else output
    return torch.where(valid[:, :, None], output, 0), h_n[None]


def _packed_lstm(
    x: Tensor, weights: Sequence[Tensor], state: tuple[Tensor, ...], lengths: Tensor, D: int
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """torch packs no empty row: those are left out and put back."""
    real = (lengths > 0).nonzero()[:, 0].to(x.device)
    output = x.new_zeros(x.shape[0], x.shape[1], D * state[0].shape[2])
    if len(real) == 0:
        return output, state
    packed = pack_padded_sequence(
        x[real], lengths[lengths > 0].cpu(), batch_first=True, enforce_sorted=False
    )
    order = packed.sorted_indices
    hx = [part[:, real][:, order] for part in state]
    biased, train = len(weights) // D == 4, torch.is_grad_enabled()
    data, *ends = torch.lstm(
        packed.data, packed.batch_sizes, hx, list(weights), biased, 1, 0.0, train, D == 2
    )
    steps, _ = pad_packed_sequence(
        packed._replace(data=data), batch_first=True, total_length=x.shape[1]
    )
    ends = [
        part.index_copy(1, real, end[:, packed.unsorted_indices])
        for part, end in zip(state, ends, strict=True)
    ]
    return output.index_copy(0, real, steps), tuple(ends)


def _reversed(x: Tensor, lengths: Tensor) -> Tensor:
    """Reverse the valid steps of each row; the padding stays where it is."""
    t = torch.arange(x.shape[1], device=x.device)
    index = lengths[:, None] - 1 - t  # (B, T)
    index = torch.where(index >= 0, index, t)
    return x.gather(1, index[:, :, None].expand_as(x))
