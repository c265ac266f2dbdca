"""One layer in the C++ kernels, in products of bfloat16: what torch's layers do under autocast.

x, weights and the state that is multiplied are rounded to bfloat16, sums, c and what is carried are
float32, gates are kept in bfloat16 for the way back, gradients of weights are added up in float32.
Products are those of the unit of this processor (`native.half`): AMX tiles or vdpbf16ps.

Bits of a row are the same in any batch, with any padding and on any number of threads, and so are
gradients of weights for one order of rows. Second derivatives are those of float32.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from elman import native
from elman.ops.plain import not_plain
from elman.ops.recurrent.kernels import fit, half

__all__ = ["advises_against", "layer", "layer_packed", "supports"]

_MISSING = native.missing()

_LARGE = 256
"""Hidden units from which on one row is no quicker."""

_TAKEN = (torch.float32, torch.bfloat16)


def supports(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> str | None:
    """Say what this twin lacks for a call, or None."""
    if not torch.is_autocast_enabled("cpu"):
        return "outside of autocast"
    if _MISSING:
        return _MISSING
    if torch.get_autocast_dtype("cpu") is not torch.bfloat16:
        return f"autocast is to {torch.get_autocast_dtype('cpu')}"
    if torch.compiler.is_compiling():
        return "torch compiles it"
    if native.half() is None:
        return "this processor multiplies bfloat16 no faster than float32"
    for tensor, what in ((x, "x"), *((part, "a state") for part in state)):
        if not tensor.is_cpu or tensor.dtype not in _TAKEN:
            return f"{what} is {tensor.dtype} on {tensor.device}"
    for tensor in weights:
        if not tensor.is_cpu or tensor.dtype is not torch.float32:
            return f"a weight is {tensor.dtype} on {tensor.device}"
    return not_plain(x)


def advises_against(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> str | None:
    """Say why another twin is quicker for a call, or None; measured (docs/results.md)."""
    _, B, H = state[0].shape
    if B == 1 and H >= _LARGE and not cell.startswith("rnn"):
        return "one row alone waits for its weights, not for products"
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
    if lengths is not None:
        lengths = lengths.to("cpu", torch.int64).contiguous()
    dtype = torch.float32 if cell == "gru" else torch.bfloat16
    return _call(cell, x, weights, state, lengths, None, dtype)


def layer_packed(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    batch_sizes: Tensor,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """As `layer`, over the data of a `PackedSequence`, with nothing unpacked; see `cpu`."""
    dtype = torch.float32 if cell in ("gru", "lstm") else torch.bfloat16
    return _call(cell, x, weights, state, *fit.packed(state, batch_sizes), dtype)


def _call(
    cell: str,
    x: Tensor,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None,
    offsets: Tensor | None,
    dtype: torch.dtype,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Run the kernel, for an output of the dtype that torch gives under autocast."""
    state = tuple([part.float() for part in state])
    fit.check(cell, x, weights, state, lengths, torch.float32)
    return half.layer(x, state, weights, lengths, offsets, cell, dtype)
