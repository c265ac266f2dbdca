"""`torch.nn.Embedding` with a quicker gradient."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from elman.ops.buffers import reserved

__all__ = ["Embedding", "embedded"]


class Embedding(nn.Embedding):
    """`torch.nn.Embedding`; rows and gradient lie in memory that is used again.

    A table of words has a gradient of its own size at every step, and the system hands such memory
    out page by page: a step of a small net spends more time there than in its layers.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Return the rows of the table that `input` names, `(*input.shape, embedding_dim)`."""
        weight = self.weight
        plain = type(weight) is nn.Parameter and weight.is_cpu and weight.dtype is torch.float32
        special = self.max_norm is not None or self.scale_grad_by_freq or self.sparse
        if not plain or special or torch.compiler.is_compiling() or not input.is_cpu:
            return super().forward(input)
        return embedded(input, weight, self.padding_idx)


def embedded(ids: Tensor, weight: Tensor, padding: int | None) -> Tensor:
    """Return the rows of a float32 table on the CPU that `ids` name, `(*ids.shape, E)`."""
    rows: Tensor = _Rows.apply(weight, ids, padding)  # type: ignore[no-untyped-call]
    return rows


class _Rows(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weight: Tensor, ids: Tensor, padding: int | None) -> Tensor:
        ctx.save_for_backward(ids)
        ctx.size, ctx.padding = weight.shape, padding
        rows = reserved(ids.numel(), weight.shape[1])
        torch.index_select(weight, 0, ids.reshape(-1), out=rows)
        return rows.view(*ids.shape, -1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        (ids,) = ctx.saved_tensors
        zeros = grad.new_zeros(ctx.size) if torch.is_grad_enabled() else reserved(*ctx.size).zero_()
        total = zeros.index_add_(0, ids.reshape(-1), grad.reshape(-1, ctx.size[1]))
        if ctx.padding is not None:
            total[ctx.padding] = 0.0
        return total, None, None
