"""One layer in the C++ kernels: float32 on the CPU, forward and backward.

Lengths cost nothing but their real steps; both directions run at once. A row's result has the same
bits in any batch, with any padding and on any number of threads, and so have gradients of weights
for one order of rows.

Second derivatives go through `reference`, which is slow and right. Inside of `torch.func`, vmap and
grad take the kernels as well; forward mode does not.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from elman import native
from elman.cells import STATES
from elman.ops.plain import not_plain, transforms
from elman.ops.recurrent.kernels import autograd, call, fit, operators, transformed

__all__ = ["advises_against", "layer", "layer_packed", "supports"]

# Asked once: torch.compile, which reads `supports`, does not follow a cached function.
_MISSING = native.missing()

_FEW_ROWS = 4

_TILES = torch.cpu._is_amx_tile_supported()
_HALF = _TILES or torch.cpu._is_avx512_bf16_supported()
"""Whether this processor multiplies bfloat16 faster than float32."""

_TRANSFORMS = {"Vmap", "Grad"}
"""What of torch.func the kernels have a rule for."""


def supports(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> str | None:
    """Say what this twin lacks for a call, or None."""
    if _MISSING:
        return _MISSING
    if not x.is_cpu:
        return f"x is on {x.device}"
    dtype = x.dtype
    if dtype is not torch.float32 and (dtype is not torch.bfloat16 or torch.is_grad_enabled()):
        return f"the C++ kernels take float32, and bfloat16 without gradients, and x is {dtype}"
    if dtype is torch.bfloat16 and (cell == "lstm" or state[0].shape[1] > _FEW_ROWS):
        return "in bfloat16 torch's own is as fast but for a few rows of a plain RNN or GRU"
    for tensor in (*weights, *state):
        if not tensor.is_cpu:
            return f"x is on the cpu, and a weight or state on {tensor.device}"
        if tensor.dtype is not dtype:
            return f"x is {dtype}, and a weight or state {tensor.dtype}"
    inside = transforms()
    if (inside and inside <= _TRANSFORMS) or _only_ours_export(x, lengths):
        return None
    return not_plain(x)


def advises_against(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> str | None:
    """Say why torch's own is quicker for a call, or None.

    Under autocast torch's layers multiply bfloat16, and these float32. Where they have lengths, or
    are packed, torch's lose more than that; which sizes they win is measured (docs/results.md).
    """
    if not _HALF or lengths is not None or not torch.is_autocast_enabled("cpu"):
        return None
    _, B, H = state[0].shape
    if x.dim() != 3 or x.shape[0] != B or torch.get_autocast_dtype("cpu") is not torch.bfloat16:
        return None
    if cell == "lstm":
        quicker = B >= 4 and (H > 64 or not _TILES)
    else:
        quicker = H >= 256 and B * H >= 64 * 256
    return "under autocast torch's own multiplies bfloat16, here faster" if quicker else None


def _only_ours_export(x: Tensor, lengths: Tensor | None) -> bool:
    """Whether a call is exported whose steps are no fixed number: torch's own unroll them."""
    if not torch.compiler.is_exporting() or torch.onnx.is_in_onnx_export():
        return False
    from torch.fx.experimental.symbolic_shapes import has_static_value

    return lengths is not None or not has_static_value(x.shape[1])


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
    return _call(cell, x, weights, state, lengths, None)


def layer_packed(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    batch_sizes: Tensor,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """As `layer`, over the data of a `PackedSequence`, with nothing unpacked.

    Args:
        cell: as there.
        x: `(N, I)`, the real steps by time and, within a step, by row.
        weights: as there.
        state: rows by falling length, as in the packed data.
        batch_sizes: `(T,)` rows still going at each step.

    Returns:
        Output `(N, D·H)` in the order of x, and the final states.
    """
    return _call(cell, x, weights, state, *fit.packed(state, batch_sizes))


def _call(
    cell: str,
    x: Tensor,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None,
    offsets: Tensor | None,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Run the kernel itself, within autograd, or as torch's compiler or its transforms want it."""
    fit.check(cell, x, weights, state, lengths)
    keep = torch.is_grad_enabled() and any(t.requires_grad for t in (x, *state, *weights))
    # Whoever differentiates an exported program computes it again: most only run it.
    keep = keep and not torch.compiler.is_exporting()
    if torch.compiler.is_compiling():
        results = operators.layer(x, list(state), list(weights), lengths, offsets, cell, keep)
    elif transforms():
        results = transformed.layer(x, state, weights, lengths, offsets, cell, keep)
    elif keep:
        results = autograd.Layer.apply(  # type: ignore[no-untyped-call]
            x, lengths, offsets, cell, len(state), *state, *weights
        )
    else:
        return call.forward(x, state, weights, lengths, offsets, cell, False)[:2]
    return results[0], tuple(results[1 : 1 + STATES[cell]])
