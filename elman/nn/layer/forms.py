"""The forms in which torch's layers take inputs and states and give results, and what we run on.

Within, everything is batch-first with states `(L·D, B, H)`, whatever the layer's options say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from elman.errors import InputError
from elman.nn.lengths import checked_lengths

__all__ = ["State", "as_torch_gives", "prepared", "states_of", "zeros"]

State = Any
"""torch's: h `(L·D, B, H)`, for LSTM `(h, c)`."""


def prepared(
    rnn: nn.RNNBase, input: Tensor, hx: State | None, lengths: Tensor | Sequence[int] | None
) -> tuple[Tensor, tuple[Tensor, ...], Tensor | None, bool]:
    """Return batch-first input, states, lengths, and whether it came as a batch.

    Raises:
        RuntimeError, ValueError: as torch's, a size that does not fit.
        InputError: lengths or a form of states that do not fit.
    """
    if input.dim() not in (2, 3):
        raise ValueError(
            f"{type(rnn).__name__}: expected input of 2 dimensions (unbatched) or 3, "
            f"found shape {tuple(input.shape)}"
        )
    batched = input.dim() == 3
    x = input if batched else input[None]
    if batched and not rnn.batch_first:
        x = x.transpose(0, 1)
    B, T, features = x.shape
    if rnn.input_size != features:
        read = "(B, T, I)" if rnn.batch_first else "(T, B, I)"
        raise RuntimeError(
            f"input has {features} features, but {type(rnn).__name__}(input_size="
            f"{rnn.input_size}) expects {rnn.input_size}; its shape was "
            f"{tuple(input.shape)}, read as {read if batched else '(T, I)'}. "
            "input.size(-1) must be equal to input_size."
        )
    state = zeros(rnn, B, x) if hx is None else states_of(rnn, hx, x)
    if hx is not None:
        if not batched:
            state = tuple(part.unsqueeze(1) for part in state)
        expected = zeros(rnn, B, x.new_empty(0))
        for name, part, like in zip(("h_0", "c_0"), state, expected, strict=False):
            if part.shape != like.shape:
                raise RuntimeError(
                    f"Expected hidden size {tuple(like.shape)} of {name}, (layers · directions, "
                    f"batch, size), got {list(part.shape)}; input was {tuple(input.shape)} with "
                    f"batch_first={rnn.batch_first}."
                )
    return x, state, checked_lengths(lengths, B, T, batch_first=rnn.batch_first), batched


def zeros(rnn: nn.RNNBase, B: int, like: Tensor) -> tuple[Tensor, ...]:
    """The states before the first step where none are given."""
    L = rnn.num_layers * (1 + rnn.bidirectional)
    h = like.new_zeros(L, B, rnn.proj_size or rnn.hidden_size)
    if rnn.mode != "LSTM":
        return (h,)
    return h, like.new_zeros(L, B, rnn.hidden_size) if rnn.proj_size else h


def states_of(rnn: nn.RNNBase, hx: State, x: Tensor | None = None) -> tuple[Tensor, ...]:
    """Return hx as a tuple of one tensor, or two of an LSTM.

    Args:
        rnn: the layer, for its kind.
        hx: states in torch's form.
        x: what they go on with. Under autocast they may be of 16 bits, as they were returned, and
            become what x is.

    Raises:
        InputError: it is something else.
    """
    lstm = rnn.mode == "LSTM"
    state = tuple(hx) if lstm and not isinstance(hx, Tensor) else (hx,)
    if len(state) != 1 + lstm or not all(isinstance(part, Tensor) for part in state):
        expected = "the pair (h_0, c_0)" if lstm else "one tensor h_0"
        raise InputError(
            f"hx of {type(rnn).__name__} must be {expected}; found "
            f"{type(hx).__name__}{f' of {len(hx)}' if isinstance(hx, (tuple, list)) else ''}."
        )
    if x is not None and x.dtype is torch.float32 and torch.is_autocast_enabled(x.device.type):
        half = torch.get_autocast_dtype(x.device.type)
        state = tuple(part.float() if part.dtype is half else part for part in state)
    return state


def as_torch_gives(
    rnn: nn.RNNBase, output: Tensor, ends: tuple[Tensor, ...], *, batched: bool = True
) -> tuple[Tensor, State]:
    """Return batch-first or packed results in torch's form.

    Under autocast they have the dtype that torch's layers give: not GRU, nor packed LSTM.
    """
    packed = output.dim() == 2
    same = rnn.mode == "GRU" or (rnn.mode == "LSTM" and packed)
    if not same and torch.is_autocast_enabled(device := output.device.type):
        dtype = torch.get_autocast_dtype(device)
        output, ends = output.to(dtype), tuple(end.to(dtype) for end in ends)
    if not batched:
        output, ends = output[0], tuple(end[:, 0] for end in ends)
    elif not (packed or rnn.batch_first):
        output = output.transpose(0, 1)
    return output, ends if rnn.mode == "LSTM" else ends[0]
