"""Which Triton kernel walks a layer, and with which constants, by what fits on one processor."""

from __future__ import annotations

import os
from typing import Any

import torch
from torch import Tensor

from elman.cells import GATES

__all__ = ["INTERPRETED", "chip_bytes", "kernel", "needed_bytes", "precision", "tiles"]

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
"""Triton runs its kernels on the CPU, in numpy: slow, for tests."""

BLOCK_B = 16
"""Rows of one program: the fewest that a matrix unit takes."""


def tiles(B: int) -> int:
    """Programs that walk B rows."""
    return -(-B // BLOCK_B)


def kernel(way: str, cell: str, x: Tensor, state: list[Tensor]) -> tuple[Any, dict[str, Any]]:
    """The kernel for this size, and its constants."""
    import triton.language as tl  # type: ignore[import-untyped, unused-ignore]

    from elman.ops.recurrent import gpu_resident, gpu_streamed

    D, B, H = state[0].shape
    G = GATES[cell]
    operand = {torch.float32: tl.float32, torch.float16: tl.float16, torch.bfloat16: tl.bfloat16}
    options: dict[str, Any] = {
        "CELL": cell,
        "G": G,
        "PRECISION": precision(),
        # The interpreter multiplies the bit patterns of bfloat16.
        "OPERAND": tl.float32 if INTERPRETED else operand[x.dtype],
        "BLOCK_B": BLOCK_B,
        "enable_fp_fusion": True,
    }
    if needed_bytes(cell, H, x.dtype) <= chip_bytes(x.device):
        # With every stage more, the compiler keeps one more step's tiles on the chip.
        options |= {"BLOCK_H": _block(H), "num_warps": 8, "num_stages": 2}
        return getattr(gpu_resident, f"{way}_resident"), options
    # Of 4 or 8 warps and tiles of 32 to 128, measured at 32 to 256 units.
    options |= {"BLOCK_N": 64, "BLOCK_K": 128, "num_warps": 8}
    options |= {"carried": torch.empty(3, D, B, H, dtype=torch.float32, device=x.device)}
    # One stage: a load of the state must not be moved before the barrier that completes it.
    options |= {"num_stages": 1}
    return getattr(gpu_streamed, f"{way}_streamed"), options


def _block(H: int) -> int:
    """The hidden size that a program computes: a power of two, which a matrix unit takes."""
    return max(16, 1 << (H - 1).bit_length())


def needed_bytes(cell: str, H: int, dtype: torch.dtype) -> int:
    """Shared memory of a resident program: weights, and the tiles that threads exchange."""
    G, block = GATES[cell], _block(H)
    return (G * block + (G + 4) * BLOCK_B) * block * dtype.itemsize


def precision() -> str:
    """What torch's own recurrent layers do with float32 products on a GPU: tf32, if not forbidden.

    `torch.backends.cudnn.rnn.fp32_precision`, or that of all there is.
    """
    cudnn: Any = torch.backends.cudnn
    return "tf32" if cudnn.rnn.fp32_precision == "tf32" else "ieee"


def chip_bytes(device: torch.device) -> int:
    """Shared memory that one program may have, in bytes."""
    if device.type != "cuda":
        return 99 * 1024
    properties: Any = torch.cuda.get_device_properties(device)
    return int(properties.shared_memory_per_block_optin)
