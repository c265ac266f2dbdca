"""No result depends on memory that nobody wrote: fresh tensors are filled with NaN."""

from __future__ import annotations

import pytest
import torch

from tests.contract.compare import assert_same_bits
from tests.contract.table import CASES, CELLS, DEVICES, FAST, LARGE, draw, require, run


@pytest.fixture
def fresh_memory_is_nan():
    deterministic = torch.are_deterministic_algorithms_enabled()
    filled = torch.utils.deterministic.fill_uninitialized_memory
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = True
    assert torch.empty(3).isnan().all()
    yield
    torch.use_deterministic_algorithms(deterministic)
    torch.utils.deterministic.fill_uninitialized_memory = filled


def with_ordinary_memory(twin, problem):
    torch.use_deterministic_algorithms(False)
    try:
        return run(problem, twin)
    finally:
        torch.use_deterministic_algorithms(True)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("twin", FAST)
def test_uninitialised_memory_is_not_read(twin, cell, fresh_memory_is_nan):
    for case in [*CASES[:9], LARGE]:
        problem = draw(cell, case).to(torch.float32, DEVICES[twin])
        require(twin, problem)
        expected = with_ordinary_memory(twin, problem)
        for name, tensor in run(problem, twin).items():
            assert_same_bits(f"{twin} {cell} {case}, {name}", tensor, expected[name])
