"""Any number of threads gives the same bits, and torch's own setting is left alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from tests.contract.compare import assert_same_bits
from tests.contract.table import CELLS, LARGE, LONG, Case, draw, needs_cpu, run
from tests.isas import on_each_isa

SETS = Case(70, 20, 5, 33, D=2, lengths="ragged")
"""Rows enough for several sets, of which three threads have no whole number each."""
CASES = [LARGE, LONG, SETS, Case(70, 6, 5, 33, D=2), Case(2, 3, 8, 512), Case(9, 100, 8, 64)]


@needs_cpu
@on_each_isa("case", CASES, [LARGE, SETS])
@pytest.mark.parametrize("cell", CELLS)
def test_any_number_of_threads_gives_the_same_bits(isa, cell, case):
    expected = run(draw(cell, case).to(torch.float32), "cpu")
    for threads in (2, 3, 8):
        torch.set_num_threads(threads)
        for name, tensor in run(draw(cell, case).to(torch.float32), "cpu").items():
            assert_same_bits(f"{cell} {case} on {threads} threads: {name}", tensor, expected[name])
        assert torch.get_num_threads() == threads


@needs_cpu
@pytest.mark.parametrize("cell", CELLS)
def test_the_same_call_gives_the_same_bits(cell):
    first, again = (run(draw(cell, LARGE).to(torch.float32), "cpu") for _ in range(2))
    for name, tensor in first.items():
        assert_same_bits(name, again[name], tensor)


@needs_cpu
def test_calls_from_many_threads_at_once_do_not_disturb_each_other():
    problems = [draw(cell, LARGE).to(torch.float32) for cell in CELLS]
    expected = [run(problem, "cpu") for problem in problems]
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(run, problem, "cpu") for problem in problems * 10]
    for k, future in enumerate(futures):
        for name, tensor in future.result().items():
            assert_same_bits(name, tensor, expected[k % len(CELLS)][name])
