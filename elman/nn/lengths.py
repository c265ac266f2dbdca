"""Lengths as a user gives them: checked once, at the border of every layer."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from elman.errors import InputError

__all__ = ["checked_lengths"]


def checked_lengths(
    lengths: Tensor | Sequence[int] | None, B: int, T: int, *, batch_first: bool
) -> Tensor | None:
    """Return `(B,)` int64 on the CPU, or None where none were given.

    Args:
        lengths: real steps of each row, 0 to T.
        B: rows of the batch.
        T: steps of the input.
        batch_first: of the layer, for the message.

    Raises:
        InputError: lengths of another number, type or range. While torch compiles, their range is
            left to the kernels.
    """
    if lengths is None:
        return None
    if not isinstance(lengths, Tensor):
        # a copy: an array may be filled anew before backward
        lengths = torch.tensor(lengths, device="cpu")
        lengths = lengths if lengths.numel() else lengths.long()
    whole = not lengths.is_floating_point() and lengths.dtype != torch.bool
    if lengths.shape != (B,) or not whole:
        raise InputError(
            f"lengths must be {B} whole numbers, one for each row of the batch; found "
            f"{lengths.dtype} of shape {tuple(lengths.shape)}. If time and batch are swapped, "
            f"see batch_first={batch_first}."
        )
    if not torch.compiler.is_compiling() and B:
        every = lengths
        while torch._C._functorch.is_functorch_wrapped_tensor(every):
            every = torch._C._functorch.get_unwrapped(every)
        least, most = int(every.min()), int(every.max())
        if least < 0 or most > T:
            raise InputError(
                f"lengths must be between 0 and the {T} steps of the input; found "
                f"{least if least < 0 else most}. If time and batch are swapped, see "
                f"batch_first={batch_first}."
            )
    return lengths.to("cpu", torch.int64)
