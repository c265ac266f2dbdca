"""Memory for what a layer returns and keeps for backward, used again instead of given back.

The system hands out fresh memory cleared and page by page, which takes up to half the time of the
layer itself. A block returns here when the last tensor on it is gone, whoever held it, so nothing
can be overwritten that may still be read.

But: such a tensor cannot be made larger in place (`resize_`).
"""

from __future__ import annotations

import ctypes
import mmap
from functools import cache
from math import prod
from typing import Any

import torch
from torch import Tensor
from torch.utils import deterministic

__all__ = ["reserved"]

SMALLEST = 1 << 17
"""Bytes; below, the allocator itself keeps freed memory."""

MOST_IDLE = 1 << 29
"""Bytes that wait for use at most; what comes beside goes back to the system."""

_idle: list[mmap.mmap] = []

# Made once: to read the word takes a tenth of what a small tensor does.
_CPU = torch.device("cpu")


def reserved(
    *shape: int, strides: tuple[int, ...] | None = None, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Return a tensor of this shape on the CPU, with whatever values were there.

    Args:
        shape: of the tensor.
        strides: another order of its dimensions in memory, without gaps.
        dtype: of its numbers.
    """
    size = prod(shape)
    needed = dtype.itemsize * size
    if needed < SMALLEST:
        if strides is not None:
            return torch.empty_strided(shape, strides, dtype=dtype, device=_CPU)
        return torch.empty(shape, dtype=dtype, device=_CPU)
    block = _taken(needed) or mmap.mmap(-1, needed, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    lease = _lease(len(block)).from_buffer(block)
    lease.block = block
    storage = torch.frombuffer(lease, dtype=dtype, count=size).untyped_storage()
    # A tensor of its own: a view may not be changed in place where a function with a derivative of
    # its own returns it.
    tensor = torch.empty(0, dtype=dtype, device=_CPU)
    if strides is None:
        tensor.set_(storage, 0, shape)  # type: ignore[call-overload]
    else:
        tensor.set_(storage, 0, shape, strides)
    if torch.are_deterministic_algorithms_enabled() and deterministic.fill_uninitialized_memory:  # type: ignore[attr-defined]
        tensor.fill_(torch.nan)
    return tensor


def _taken(needed: int) -> mmap.mmap | None:
    """Take an idle block that fits; another thread may have taken it a moment before."""
    for block in list(_idle):
        if needed <= len(block) <= 2 * needed:
            try:
                _idle.remove(block)
            except ValueError:
                continue
            return block
    return None


@cache
def _lease(size: int) -> Any:
    """A buffer type whose end of life returns the block it lies on."""

    def end(self: Any) -> None:
        # When the interpreter shuts down, this module may already be gone.
        if _idle is None or size > MOST_IDLE:
            return
        _idle.append(self.block)
        while sum(map(len, _idle)) > MOST_IDLE:
            del _idle[:1]  # the one that has waited longest

    return type("Lease", (ctypes.c_char * size,), {"__del__": end})
