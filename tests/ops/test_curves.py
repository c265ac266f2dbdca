"""tanh and the logistic function of the kernels, value by value, on every instruction set here.

An identity for a weight gives tanh of each input; of a GRU whose n is 0 and whose state was 1,
the new state is z.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from elman import ops
from tests.contract.table import needs_cpu
from tests.isas import ISAS_HERE

pytestmark = needs_cpu

H = 16
BOUND = {"avx512": 3.3e-7, "avx2": 3.3e-7, "baseline": 3.5e-7}
"""As `csrc/simd.h` says; without fused multiply-adds every step rounds twice."""
LAST = int(np.float32(9.0).view(np.int32))
MOST = H << 16


def floats(every: int) -> Iterator[np.ndarray]:
    """Every n-th float of [0, 9], in pieces of whole rows; the last piece is filled with 9."""
    for start in range(0, LAST + 1, every * MOST):
        bits = start + every * np.arange(MOST)
        yield np.minimum(bits, LAST).astype(np.int32).view(np.float32).reshape(-1, H)


def answer(cell: str, x: np.ndarray, weight_ih: torch.Tensor, before: float) -> np.ndarray:
    """What a layer says to rows of one step, of a state that was the same everywhere."""
    G = ops.GATES[cell]
    weights = [weight_ih, torch.zeros(G * H, H), torch.zeros(G * H), torch.zeros(G * H)]
    state = (torch.full((1, len(x), H), before),)
    given = torch.from_numpy(x)[:, None]
    with torch.no_grad():
        output, _ = ops.layer(cell, given, weights=weights, state=state, lengths=None, twin="cpu")
    return np.asarray(output[:, 0].numpy())


def tanh(x: np.ndarray) -> np.ndarray:
    return answer("rnn", x, torch.eye(H), 0.0)


def logistic(x: np.ndarray) -> np.ndarray:
    zero = torch.zeros(H, H)
    return answer("gru", x, torch.cat([zero, torch.eye(H), zero]), 1.0)


@pytest.mark.parametrize("every", [7919, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("isa", ISAS_HERE, indirect=True)
def test_curves_are_near_the_true_ones_and_end_at_one(isa, every):
    worst = 0.0
    for x in floats(every):
        found, true = tanh(x), np.tanh(x.astype(np.float64))
        worst = max(worst, float(np.abs(found - true).max()))
        assert found.max() <= 1
        np.testing.assert_array_equal(tanh(-x), -found)
        # Half of x is exact, and so are the constants of one beside those of the other.
        np.testing.assert_array_equal(logistic(2 * x), np.float32(0.5) + np.float32(0.5) * found)
        np.testing.assert_array_equal(logistic(-2 * x), np.float32(0.5) - np.float32(0.5) * found)
    assert worst <= BOUND[isa]


@pytest.mark.parametrize("isa", ISAS_HERE, indirect=True)
def test_curves_reach_their_ends_and_keep_nan(isa):
    ends = np.repeat(np.float32([8.05, 9, 1e38]), H).reshape(-1, H)
    np.testing.assert_array_equal(tanh(ends), np.ones_like(ends))
    np.testing.assert_array_equal(tanh(-ends), -np.ones_like(ends))
    np.testing.assert_array_equal(logistic(2 * ends), np.ones_like(ends))
    np.testing.assert_array_equal(logistic(-2 * ends), np.zeros_like(ends))
    nan = np.full((1, H), np.nan, np.float32)
    assert np.isnan(tanh(nan)).all()
    assert np.isnan(logistic(nan)).all()
