"""One layer in Triton on a GPU: the time loop is one launch, however long the rows.

The input's part of the gates is one matrix product over all steps before the walk; the gradients
of weights and input are products over all steps after it: no atomics, so two runs agree to the
bit. Second derivatives are those of `ops.reference` on the same inputs.

float32, bfloat16 and float16; sums and the carried state are float32. Products of float32 are full
float32 (Triton's `ieee`), or `tf32` where `torch.backends.cuda.matmul.fp32_precision` says so.

But: it has not been measured on a GPU yet, so it runs where it is named and is never chosen.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear

from elman.ops import reference
from elman.ops.cells import GATES, directions_of

__all__ = ["FASTER", "advises_against", "layer", "supports"]

FASTER: dict[tuple[str, str, torch.dtype], tuple[int, int]] = {}
"""Where it was measured faster than torch's own: (device, cell, dtype), and up to which (B, H)."""

_INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
"""Triton runs its kernels on the CPU, in numpy: slow, for tests."""

_DTYPES = (torch.float32, torch.bfloat16, torch.float16)

_BLOCK_B = 16
"""Rows of one program: the fewest that a matrix unit takes."""


def supports(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> str | None:
    """Return why it cannot compute this call, or None."""
    if not (x.is_cuda or (x.is_cpu and _INTERPRETED)):
        return f"x is on the {x.device.type}"
    if find_spec("triton") is None:
        return "Triton is not installed (pip install triton)"
    if x.device.type == "cuda" and torch.cuda.get_device_properties(x.device).major < 8:
        return "this GPU is of compute capability below 8.0"
    if x.dtype not in _DTYPES:
        return f"x is {x.dtype}, and it computes float32, bfloat16 and float16"
    for tensor in (*weights, *state):
        if tensor.dtype != x.dtype:
            return f"x is {x.dtype} and a weight or state {tensor.dtype}"
        if tensor.device != x.device:
            return f"x is on {x.device} and a weight or state on {tensor.device}"
    return None


def advises_against(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> str | None:
    """Return why it should not be chosen where nobody named it, or None where it is faster."""
    if x.device.type != "cuda":
        return "Triton is interpreted here; name twin='gpu'"
    _, B, H = state[0].shape
    if FASTER:
        device = torch.cuda.get_device_properties(x.device).name
        most = FASTER.get((device, cell, x.dtype))
        if most and max(B - most[0], H - most[1]) <= 0:
            return None
    return "no measurement on this GPU says it is faster; name twin='gpu'"


def layer(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Carry a state through the real steps of every row; see `elman.ops.layer`."""
    learns = torch.is_grad_enabled() and any(t.requires_grad for t in (x, *weights, *state))
    output, h_n, c_n, *_ = _forward(cell, x, list(weights), list(state), lengths, learns)
    return output, (h_n, c_n) if cell == "lstm" else (h_n,)


@torch.library.custom_op("elman::gpu_layer", mutates_args=())
def _forward(
    cell: str,
    x: Tensor,
    weights: list[Tensor],
    state: list[Tensor],
    lengths: Tensor | None,
    learns: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Output, h_n, c_n, and for the way back: the gates, h before each step, what else is kept."""
    output, h_n, c_n, gates, h_before, kept = _blank(cell, x, weights, state, lengths, learns)
    D, B, H = h_n.shape
    if B == 0:
        return output, h_n, c_n, gates, h_before, kept
    with _on_device_of(x):
        weight_ih, bias_ih, weight_hh, bias_hh = _stacked(weights)
        a = linear(x, weight_ih, bias_ih).contiguous()  # (B, T, D·G·H)
        if bias_hh is None:
            bias_hh = x.new_zeros(D, GATES[cell] * H)
        kernel, options = _kernel("forward", cell, x, state)
        # What a cell has not (the LSTM's c) is passed all the same, and not read.
        kernel[_tiles(B), D](
            a, weight_hh, bias_hh, state[0].contiguous(), state[-1].contiguous(),
            _int32(lengths, x), output, h_n, c_n, h_before, kept,
            B=B, T=x.shape[1], H=H, LEARNS=learns, **options,
        )  # fmt: skip
    # The kernel has put the gates where their inputs were.
    return output, h_n, c_n, gates if gates.numel() == 0 else a, h_before, kept


@_forward.register_fake
def _blank(
    cell: str,
    x: Tensor,
    weights: list[Tensor],
    state: list[Tensor],
    lengths: Tensor | None,
    learns: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    D, B, H = state[0].shape
    T, G = x.shape[1], GATES[cell]
    # Steps past the end of a row are not walked.
    fresh = x.new_empty if lengths is None else x.new_zeros
    return (
        fresh(B, T, D * H),
        x.new_empty(D, B, H),
        x.new_empty(D, B, H if cell == "lstm" else 0),
        x.new_empty(B, T, D * G * H if learns and G > 1 else 0),
        fresh(B, T, D * H if learns else 0),
        fresh(B, T, D * H if learns and G > 1 else 0),
    )


@torch.library.custom_op("elman::gpu_layer_backward", mutates_args=())
def _backward(
    cell: str,
    x: Tensor,
    weights: list[Tensor],
    state: list[Tensor],
    lengths: Tensor | None,
    saved: list[Tensor],
    d_output: Tensor,
    d_h_n: Tensor,
    d_c_n: Tensor,
) -> list[Tensor]:
    """Gradients of x, of every weight and of every state, in this order."""
    output, gates, h_before, kept = saved
    D, B, H = d_h_n.shape
    T, G = x.shape[1], GATES[cell]
    fresh = x.new_empty if lengths is None else x.new_zeros
    da = fresh(B, T, D, G, H)
    # The gru's W_hn h is multiplied by r, so its gradient is not that of W_in x.
    du_n = fresh(B, T, D, H if cell == "gru" else 0)
    d_state = [torch.empty_like(part, memory_format=torch.contiguous_format) for part in state]
    with _on_device_of(x):
        weight_ih, _, weight_hh, bias_hh = _stacked(weights)
        if B:
            kernel, options = _kernel("backward", cell, x, state)
            kernel[_tiles(B), D](
                gates, weight_hh, output, h_before, kept, _int32(lengths, x),
                d_output.contiguous(), d_h_n.contiguous(), d_c_n.contiguous(),
                da, du_n, d_state[0], d_state[-1],
                B=B, T=T, H=H, **options,
            )  # fmt: skip
        dx = da.view(B, T, D * G * H) @ weight_ih
        d_weights: list[Tensor] = []
        steps = x.reshape(B * T, x.shape[2])
        for d in range(D):
            d_ih = da.view(B * T, D, G * H)[:, d]
            d_hh = d_ih.view(B * T, G, H)
            if cell == "gru":
                d_hh = torch.cat([d_hh[:, :2], du_n.view(B * T, D, H)[:, d : d + 1]], 1)
            d_hh = d_hh.reshape(B * T, G * H)
            d_weights.append(d_ih.t() @ steps)
            d_weights.append(d_hh.t() @ h_before.view(B * T, D, H)[:, d])
            if bias_hh is not None:
                d_weights += [part.sum(0, dtype=torch.float32).to(x.dtype) for part in (d_ih, d_hh)]
    return [dx, *d_weights, *d_state]


@_backward.register_fake
def _blank_backward(
    cell: str,
    x: Tensor,
    weights: list[Tensor],
    state: list[Tensor],
    lengths: Tensor | None,
    saved: list[Tensor],
    d_output: Tensor,
    d_h_n: Tensor,
    d_c_n: Tensor,
) -> list[Tensor]:
    return [tensor.new_empty(tensor.shape) for tensor in (x, *weights, *state)]


def _remember(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
    ctx.cell, x, weights, state, lengths, _ = inputs
    ctx.counts = len(weights), len(state)
    output_, _, _, gates, h_before, kept = output
    ctx.save_for_backward(x, *weights, *state, lengths, output_, gates, h_before, kept)
    ctx.set_materialize_grads(False)


def _differentiate(ctx: Any, *gradients: Tensor | None) -> tuple[Any, ...]:
    x, *others = ctx.saved_tensors
    W, S = ctx.counts
    weights, state, lengths, saved = (
        others[:W], others[W : W + S], others[W + S], others[W + S + 1 :]
    )  # fmt: skip
    if torch.is_grad_enabled():
        with _on_device_of(x):
            found = _differentiate_again(ctx.cell, x, weights, state, lengths, gradients)
    else:
        d_ends = [
            part.new_zeros(part.shape) if gradient is None else gradient
            for part, gradient in zip((saved[0], state[0], state[-1]), gradients[:3], strict=True)
        ]
        found = _backward(ctx.cell, x, weights, state, lengths, saved, *d_ends)
    return None, found[0], found[1 : 1 + W], found[1 + W :], None, None


def _differentiate_again(
    cell: str,
    x: Tensor,
    weights: list[Tensor],
    state: list[Tensor],
    lengths: Tensor | None,
    gradients: Sequence[Tensor | None],
) -> list[Tensor | None]:
    """The gradients with a graph of their own, by the equations step by step."""
    inputs = [x, *weights, *state]
    output, ends = reference.layer(cell, x, weights=weights, state=tuple(state), lengths=lengths)
    pairs = [
        (value, gradient)
        for value, gradient in zip((output, *ends), gradients, strict=False)
        if gradient is not None and value.requires_grad
    ]
    wanted = [tensor for tensor in inputs if tensor.requires_grad]
    found = iter(
        torch.autograd.grad(
            [value for value, _ in pairs], wanted, [gradient for _, gradient in pairs],
            create_graph=True, allow_unused=True,
        )
    )  # fmt: skip
    return [next(found) if tensor.requires_grad else None for tensor in inputs]


_forward.register_autograd(_differentiate, setup_context=_remember)


@contextmanager
def _on_device_of(x: Tensor) -> Iterator[None]:
    """Launch where x is, in the dtype x has: products inside are no business of autocast."""
    device: Any = torch.cuda.device_of
    with device(x), torch.autocast(x.device.type, enabled=False):
        yield


def _stacked(weights: Sequence[Tensor]) -> tuple[Tensor, Tensor | None, Tensor, Tensor | None]:
    """The weights of all directions: (D·G·H, I), (D·G·H,), (D, G·H, H), (D, G·H)."""
    directions = directions_of(weights)
    if len(directions) == 1:
        one = directions[0]
        bias = None if one.bias_hh is None else one.bias_hh.contiguous()[None]
        return one.weight_ih, one.bias_ih, one.weight_hh.contiguous()[None], bias
    bias_ih = [one.bias_ih for one in directions if one.bias_ih is not None]
    bias_hh = [one.bias_hh for one in directions if one.bias_hh is not None]
    return (
        torch.cat([one.weight_ih for one in directions]),
        torch.cat(bias_ih) if bias_ih else None,
        torch.stack([one.weight_hh for one in directions]),
        torch.stack(bias_hh) if bias_hh else None,
    )


def _int32(lengths: Tensor | None, x: Tensor) -> Tensor | None:
    return None if lengths is None else lengths.to(device=x.device, dtype=torch.int32)


def _tiles(B: int) -> int:
    return -(-B // _BLOCK_B)


def _kernel(way: str, cell: str, x: Tensor, state: list[Tensor]) -> tuple[Any, dict[str, Any]]:
    """The kernel for this size, and its constants."""
    import triton.language as tl  # type: ignore[import-untyped, unused-ignore]

    from elman.ops import gpu_kernels, gpu_streamed

    D, B, H = state[0].shape
    G = GATES[cell]
    short = x.dtype.itemsize == 2
    operand = {torch.float32: tl.float32, torch.float16: tl.float16, torch.bfloat16: tl.bfloat16}
    options: dict[str, Any] = {
        "CELL": cell,
        "G": G,
        "PRECISION": _precision(),
        # The interpreter multiplies the bit patterns of bfloat16.
        "OPERAND": tl.float32 if _INTERPRETED else operand[x.dtype],
        "BLOCK_B": _BLOCK_B,
        "enable_fp_fusion": True,
    }
    if _needed_bytes(cell, H, x.dtype) <= _chip_bytes(x.device):
        block = _block(H)
        options |= {"BLOCK_H": block, "num_warps": 4 if block <= 64 and short else 8}
        # With every stage more, the compiler keeps one more step's tiles on the chip.
        options |= {"num_stages": 2}
        return getattr(gpu_kernels, f"{way}_resident"), options
    options |= {"BLOCK_N": 64, "BLOCK_K": 64 if short else 32, "num_warps": 8}
    options |= {"carried": torch.empty(3, D, B, H, dtype=torch.float32, device=x.device)}
    # One stage: a load of the state must not be moved before the barrier that completes it.
    options |= {"num_stages": 1}
    return getattr(gpu_streamed, f"{way}_streamed"), options


def _block(H: int) -> int:
    """The hidden size that a program computes: a power of two, which a matrix unit takes."""
    return max(16, 1 << (H - 1).bit_length())


def _needed_bytes(cell: str, H: int, dtype: torch.dtype) -> int:
    """Shared memory of a resident program: weights, and the tiles that threads exchange."""
    G, block = GATES[cell], _block(H)
    return (G * block + (G + 4) * _BLOCK_B) * block * dtype.itemsize


def _precision() -> str:
    """What torch itself does with float32 products on this device."""
    return "tf32" if torch.backends.cuda.matmul.fp32_precision == "tf32" else "ieee"


def _chip_bytes(device: torch.device) -> int:
    """Shared memory that one program may have, in bytes."""
    if device.type != "cuda":
        return 99 * 1024
    properties: Any = torch.cuda.get_device_properties(device)
    return int(properties.shared_memory_per_block_optin)
