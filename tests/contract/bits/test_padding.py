"""To the bit: what stands in the padding, how much of it there is, the order of the rows and how
many they are change nothing.

Only the C++ kernels promise it, for float32 on any processor.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.nn.functional import pad

from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.table import (
    CELLS,
    LARGE,
    LONG,
    SMALL,
    Case,
    draw,
    needs_cpu,
    require,
    run,
    values,
)
from tests.isas import on_each_isa

pytestmark = needs_cpu

CASES = [SMALL, LARGE, Case(70, 6, 5, 33, lengths="ragged"), LONG]
HALVES = Case(5, 4, 33, 400, lengths="ragged")
"""Weights so large, for so few rows, that the kernels keep bfloat16 as it is."""

each_case = on_each_isa("case", CASES, [LARGE])
each_cell = pytest.mark.parametrize("cell", CELLS)


def leaves(problem):
    """The same numbers as fresh leaves."""
    return problem.to(torch.float32)


def rows_of(results, rows):
    """Of every result that has a row for each of the batch, these rows."""
    by_row = {}
    for name, tensor in results.items():
        if name in ("output", "gradient of x"):
            by_row[name] = tensor[rows]
        elif name in ("h_n", "c_n", "gradient of h_0", "gradient of c_0"):
            by_row[name] = tensor[:, rows]
    return by_row


def take(problem, rows):
    """The problem with these rows only, in this order."""
    return leaves(
        replace(
            problem,
            x=problem.x[rows],
            state=tuple(part[:, rows] for part in problem.state),
            lengths=None if problem.lengths is None else problem.lengths[rows],
            grad_output=problem.grad_output[rows],
            grad_state=tuple(part[:, rows] for part in problem.grad_state),
        )
    )


@pytest.mark.parametrize("filling", [float("nan"), float("inf"), 1e30])
@each_case
@each_cell
def test_the_content_of_the_padding_changes_nothing(isa, cell, case, filling):
    problem = draw(cell, case)
    expected = run(leaves(problem), "cpu")
    padding = torch.arange(case.T) >= problem.lengths[:, None]
    assert padding.any()
    dirty = replace(
        problem,
        x=problem.x.masked_fill(padding[..., None], filling),
        grad_output=problem.grad_output.masked_fill(padding[..., None], filling),
    )
    for name, tensor in run(leaves(dirty), "cpu").items():
        assert_same_bits(f"{cell} {case} {name}", tensor, expected[name])


@pytest.mark.parametrize("more", [1, 40])
@each_case
@each_cell
def test_the_amount_of_padding_changes_nothing(isa, cell, case, more):
    problem = draw(cell, case)
    expected = run(leaves(problem), "cpu")
    longer = replace(
        problem,
        x=pad(problem.x, (0, 0, 0, more), value=float("nan")),
        grad_output=pad(problem.grad_output, (0, 0, 0, more), value=float("nan")),
    )
    for name, tensor in run(leaves(longer), "cpu").items():
        if name in ("output", "gradient of x"):
            assert not tensor[:, case.T :].any(), f"{name} is not 0 in the padding"
            tensor = tensor[:, : case.T]
        assert_same_bits(f"{cell} {case} {name}", tensor, expected[name])


@each_case
@each_cell
def test_full_lengths_equal_none(isa, cell, case):
    problem = draw(cell, case)
    full = replace(problem, lengths=torch.full((case.B,), case.T))
    expected = run(leaves(replace(problem, lengths=None)), "cpu")
    for name, tensor in run(leaves(full), "cpu").items():
        assert_same_bits(f"{cell} {case} {name}", tensor, expected[name])


@each_case
@each_cell
def test_the_order_of_the_rows_changes_no_row(isa, cell, case):
    problem = draw(cell, case)
    expected = run(leaves(problem), "cpu")
    order = torch.randperm(case.B, generator=torch.Generator().manual_seed(5))
    found = run(take(problem, order), "cpu")
    for name, tensor in rows_of(expected, order).items():
        assert_same_bits(f"{cell} {case} {name}", found[name], tensor)
    for name in found.keys() - rows_of(expected, order).keys():
        assert_near(f"{cell} {case} {name}", found[name], expected[name], "float32 and reference")


@each_case
@each_cell
@pytest.mark.parametrize("lengths", ["ragged", "full"])
def test_the_number_of_rows_changes_no_row(isa, cell, case, lengths):
    problem = draw(cell, case)
    if lengths == "full":
        problem = replace(problem, lengths=None)
    expected = run(leaves(problem), "cpu")
    for rows in ([0], [case.B // 2], [case.B - 1, 0], list(range(1, case.B))):
        found = run(take(problem, rows), "cpu")
        for name, tensor in rows_of(expected, rows).items():
            assert_same_bits(f"{cell} {case} rows {rows}: {name}", found[name], tensor)


@each_cell
@on_each_isa("case", [LARGE, HALVES], [HALVES])
def test_in_bfloat16_a_row_alone_has_the_same_bits(isa, cell, case):
    def half(problem):
        with torch.no_grad():
            problem = problem.to(torch.bfloat16)
            require("cpu", problem)
        return values(problem, "cpu")

    problem = draw(cell, case)
    expected = half(problem)
    for row in range(case.B):
        found = half(take(problem, [row]))
        for name, tensor in rows_of(expected, [row]).items():
            assert_same_bits(f"{cell} {case} row {row}: {name}", found[name], tensor)
