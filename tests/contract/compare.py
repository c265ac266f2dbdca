"""The one comparison of tensors: it raises, and says which, where, by how much, and what for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from torch import Tensor

from tests.tolerances import TOLERANCES

__all__ = ["assert_near", "assert_same_bits", "torchs_own"]


def assert_near(
    name: str, found: Tensor, expected: Tensor, pair: str, *, at_least: float = 0
) -> None:
    """Fail unless the difference is small beside the largest element expected, or `at_least`."""
    assert found.shape == expected.shape, (
        f"{name}: shape {tuple(found.shape)}, not {tuple(expected.shape)}"
    )
    if found.numel() == 0:
        return
    found, expected = found.detach(), expected.detach()
    error = (found.double() - expected.double()).abs().nan_to_num(nan=torch.inf)
    scale = max(float(expected.double().abs().max()), at_least)
    worst = tuple(int(k) for k in torch.unravel_index(error.argmax(), error.shape))
    assert float(error.max()) <= TOLERANCES[pair] * scale, (
        f"{name}: {float(found[worst]):.6g} at {worst}, not {float(expected[worst]):.6g}; the "
        f"scale is {scale:.3g}, allowed {TOLERANCES[pair]} of it ({pair})"
    )


def assert_same_bits(name: str, found: Tensor, expected: Tensor) -> None:
    """Fail unless two tensors are equal to the bit; NaN is never right."""
    assert found.dtype == expected.dtype, f"{name}: {found.dtype}, not {expected.dtype}"
    assert found.shape == expected.shape, (
        f"{name}: shape {tuple(found.shape)}, not {tuple(expected.shape)}"
    )
    differs = ~(found == expected)
    if differs.any():
        worst = tuple(int(k) for k in differs.nonzero()[0])
        raise AssertionError(
            f"{name}: {int(differs.sum())} of {differs.numel()} differ, first at {worst}: "
            f"{float(found[worst])!r}, not {float(expected[worst])!r}"
        )


@contextmanager
def torchs_own(asked: bool = True) -> Iterator[None]:
    """Skip where torch's own layer, asked within, has no code for this processor.

    With AVX2 alone oneDNN has no LSTM of sixteen bits, and says so only when it is called. What
    torch itself cannot do is not ours to equal.
    """
    try:
        yield
    except RuntimeError as error:
        if not asked or "could not create a primitive descriptor" not in str(error):
            raise
        pytest.skip(f"torch's own layer does not run on this processor: {error}".partition(". ")[0])
