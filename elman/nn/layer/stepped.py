"""One step of a layer, past all that a whole sequence needs."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from elman.ops.recurrent.weights import MODES
from elman.ops.step import step

__all__ = ["one_step", "sequence_of_one"]


def one_step(rnn: nn.RNNBase, x: Tensor, hx: Any, rows: int | None) -> tuple[Tensor, Any] | None:
    """Take one step.

    Args:
        rnn: the layer.
        x: an `input_size` of floats for each row, however its axes are called.
        hx: as `forward` takes it, `(L, B, H)` or `(L, H)`.
        rows: B; None unbatched.

    Returns:
        The last layer's h `(1, B, H)` or `(1, H)`, in memory of its own, and the states in the form
        of hx; None where `forward` is to find them, or to say what does not fit.
    """
    L, H, lstm = rnn.num_layers, rnn.hidden_size, rnn.mode == "LSTM"
    if (
        torch.compiler.is_compiling()
        or x.shape[-1] != rnn.input_size
        or rnn.bidirectional
        or rnn.proj_size
        or (L > 1 and rnn.dropout and rnn.training)
    ):
        return None
    shape = (L, H) if rows is None else (L, rows, H)
    h, c = hx, None
    if hx is None:
        h = x.new_zeros(shape)
        c = h if lstm else None
    elif lstm:
        if type(hx) not in (tuple, list) or len(hx) != 2:
            return None
        h, c = hx
        if type(c) is not Tensor or c.shape != shape:
            return None
    if type(h) is not Tensor or h.shape != shape:
        return None
    cell, own, ends = MODES[rnn.mode], rnn._parameters, []
    for depth, names in enumerate(rnn._all_weights):
        before = (
            (h, c)
            if L == 1
            else tuple([part if part is None else part[depth : depth + 1] for part in (h, c)])
        )
        weights = [own[name] if name in own else getattr(rnn, name) for name in names]
        end = step(cell, (x, *before, *weights, *([] if rnn.bias else (None, None))))
        if end is None:
            return None
        ends.append(end)
        x = end[0]
    if L == 1:
        return x.clone(), end if lstm else x
    states = tuple([torch.cat(parts) for parts in zip(*ends, strict=True)])
    return x, states if lstm else states[0]


def sequence_of_one(rnn: nn.RNNBase, input: Tensor, hx: Any) -> tuple[Tensor, Any] | None:
    """What `forward` gives for a sequence of one step, as a loop calls a layer; None for others."""
    # The sizes of an export that leaves time free must not be asked.
    if torch.compiler.is_compiling() or type(input) is not Tensor or input.dim() != 3:
        return None
    time = 1 if rnn.batch_first else 0
    if input.shape[time] != 1:
        return None
    stepped = one_step(rnn, input, hx, input.shape[1 - time])
    if stepped is None or not rnn.batch_first:
        return stepped
    return stepped[0].transpose(0, 1), stepped[1]
