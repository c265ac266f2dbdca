"""Rows of different lengths on torch's own layers, which take them packed and know no empty row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from elman.nn.layer.forms import State, states_of, zeros

__all__ = ["forward_by_lengths"]


def forward_by_lengths(
    rnn: nn.RNNBase,
    forward: Callable[..., tuple[Any, State]],
    input: Tensor,
    hx: State | None,
    lengths: Tensor,
) -> tuple[Tensor, State]:
    """Run torch's own `forward` of a layer over the real steps of every row.

    Args:
        rnn: the layer, for its options.
        forward: torch's, bound to it.
        input: in the form that the layer takes.
        hx: as its `forward` takes it, checked.
        lengths: `(B,)`.
    """
    batched = input.dim() == 3
    x = input if batched else input.unsqueeze(0 if rnn.batch_first else 1)
    time = 1 if rnn.batch_first else 0
    B, T = x.shape[1 - time], x.shape[time]
    real = (lengths > 0).nonzero()[:, 0].to(x.device)
    state = zeros(rnn, B, x) if hx is None else states_of(rnn, hx)
    if hx is not None and not batched:
        state = tuple(part[:, None] for part in state)
    D = 1 + rnn.bidirectional
    output = x.new_zeros(T, B, D * (rnn.proj_size or rnn.hidden_size))  # as torch lays it out
    if len(real):
        packed = pack_padded_sequence(
            x.index_select(1 - time, real),
            lengths[lengths > 0],
            batch_first=rnn.batch_first,
            enforce_sorted=False,
        )
        inner = tuple(part[:, real] for part in state)
        steps, ends = forward(packed, inner if rnn.mode == "LSTM" else inner[0])
        padded, _ = pad_packed_sequence(steps, total_length=T)
        output = output.to(padded.dtype).index_copy(1, real, padded)
        ends = ends if rnn.mode == "LSTM" else (ends,)
        state = tuple(
            part.to(end.dtype).index_copy(1, real, end)
            for part, end in zip(state, ends, strict=True)
        )
    if not batched:
        output, state = output[:, 0], tuple(part[:, 0] for part in state)
    elif rnn.batch_first:
        output = output.transpose(0, 1)
    return output, state if rnn.mode == "LSTM" else state[0]
