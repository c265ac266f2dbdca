"""One layer in the C++ kernels."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

__all__ = ["layer_packed", "supports"]


def supports(cell: str, x: Tensor, **arguments: object) -> str | None:
    """Say what this twin lacks for a call, or None."""
    return "not built"


def layer_packed(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    batch_sizes: Tensor,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """As `layer`, over the data of a `PackedSequence`."""
    raise NotImplementedError
