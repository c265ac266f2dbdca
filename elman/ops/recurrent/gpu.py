"""One layer in Triton on a GPU: the time loop is one launch, however long the rows.

The input's part of the gates is one matrix product over all steps before the walk; the gradients
of weights and input are products over all steps after it: no atomics, so two runs agree to the
bit. Second derivatives are those of `reference` on the same inputs.

float32, bfloat16 and float16; sums and the carried state are float32. Recurrent products of float32
are `tf32` as those of torch's own layers on a GPU, or full float32 (Triton's `ieee`, many times
slower) where `torch.backends.cudnn.rnn.fp32_precision` is "ieee".

Under autocast it computes in that type. It is chosen where it was measured faster on the GPU at
hand (`FASTER`); elsewhere it runs where it is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

import torch
from torch import Tensor

from elman.ops.recurrent import gpu_launch
from elman.ops.recurrent.gpu_operators import forward

__all__ = ["FASTER", "advises_against", "layer", "supports"]

FASTER: dict[tuple[str, str, torch.dtype, bool], tuple[int, int]] = {
    ("NVIDIA H200", "rnn", torch.bfloat16, False): (128, 256),
    ("NVIDIA H200", "rnn", torch.bfloat16, True): (128, 256),
    ("NVIDIA H200", "gru", torch.bfloat16, False): (128, 128),
    ("NVIDIA H200", "gru", torch.bfloat16, True): (128, 128),
    ("NVIDIA H200", "lstm", torch.bfloat16, False): (128, 128),
    ("NVIDIA H200", "lstm", torch.bfloat16, True): (128, 128),
    ("NVIDIA H200", "lstm", torch.float16, True): (128, 128),
    ("NVIDIA H200", "lstm", torch.float32, True): (128, 128),
}
"""Where `benchmarks/gpu.py` found it faster than `aten`, forward and in training.

By GPU, cell, type and whether rows have lengths: up to which (B, H).
"""

# Asked once: torch.compile, which reads `supports`, does not follow the search.
_TRITON = find_spec("triton") is not None
_DTYPES = (torch.float32, torch.bfloat16, torch.float16)


def supports(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> str | None:
    """Return why it cannot compute this call, or None."""
    if not (x.is_cuda or (x.is_cpu and gpu_launch.INTERPRETED)):
        return f"x is on the {x.device.type}"
    if not _TRITON:
        return "Triton is not installed (pip install triton)"
    if x.device.type == "cuda" and torch.cuda.get_device_properties(x.device).major < 8:
        return "this GPU is of compute capability below 8.0"
    if x.dtype not in _DTYPES:
        return f"x is {x.dtype}, and it computes float32, bfloat16 and float16"
    cast = torch.is_autocast_enabled(x.device.type)
    for tensor in (*weights, *state):
        if tensor.dtype != x.dtype and not (cast and tensor.dtype in _DTYPES):
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
    _, rows, units = state[0].shape
    device = torch.cuda.get_device_properties(x.device).name
    most = FASTER.get((device, cell, _computed_in(x), lengths is not None), (0, 0))
    if rows <= most[0] and units <= most[1]:
        return None
    return f"no measurement on {device} says it is faster at this size; name twin='gpu'"


def layer(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Carry a state through the real steps of every row; see `elman.ops.layer`."""
    if (dtype := _computed_in(x)) is not x.dtype:
        x, weights = x.to(dtype), [weight.to(dtype) for weight in weights]
    state = tuple(part.to(dtype) for part in state)
    learns = torch.is_grad_enabled() and any(t.requires_grad for t in (x, *weights, *state))
    output, h_n, c_n, *_ = forward(cell, x, list(weights), list(state), lengths, learns)
    # The kernel writes by rows, torch's layers give it by time.
    output = output.transpose(0, 1).contiguous().transpose(0, 1)
    return output, (h_n, c_n) if cell == "lstm" else (h_n,)


def _computed_in(x: Tensor) -> torch.dtype:
    """The type of x, or that of autocast, as of torch's own layers on a GPU."""
    kind = x.device.type
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else x.dtype
