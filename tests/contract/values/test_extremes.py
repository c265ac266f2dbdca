"""Numbers out of the ordinary: saturated gates, infinities, a NaN that stays in its row."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.table import CELLS, LARGE, Case, draw, needs_cpu, run
from tests.isas import on_each_isa

pytestmark = needs_cpu


@pytest.mark.parametrize("cell", CELLS)
@on_each_isa("scale", [5, 40, 1e4], [5, 1e4])
def test_saturated_gates_equal_the_reference(isa, cell, scale):
    # One step: beyond, what a saturated network does with its last digit is chance.
    problem = draw(cell, Case(9, 1, 5, 19, D=2))
    problem = replace(problem, x=problem.x * scale)
    expected = run(problem.to(torch.float64), "reference")
    for name, tensor in run(problem.to(torch.float32), "cpu").items():
        # A slope of 0 is what is left of 1 - h², and the input multiplies its last digit.
        at_least = scale if name.startswith("gradient") else 0
        assert_near(name, tensor, expected[name], "float32 and reference", at_least=at_least)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("infinite", [float("inf"), -float("inf"), 3e38])
def test_an_infinite_input_saturates_and_does_not_become_nan(cell, infinite):
    problem = draw(cell, Case(2, 3, 1, 19))
    x = problem.x.clone()
    x[0, 1] = infinite
    expected = run(replace(problem, x=x).to(torch.float64), "reference")
    found = run(replace(problem, x=x).to(torch.float32), "cpu")
    assert found["output"].isfinite().all()
    assert_near("output", found["output"], expected["output"], "float32 and reference")


@pytest.mark.parametrize("cell", CELLS)
def test_a_nan_stays_in_its_row_and_after_its_step(cell):
    problem = draw(cell, LARGE)
    row = int(problem.lengths.argmax())
    t = int(problem.lengths[row]) // 2
    x = problem.x.clone()
    x[row, t] = float("nan")
    clean = run(problem.to(torch.float32), "cpu")
    found = run(replace(problem, x=x).to(torch.float32), "cpu")
    others = torch.arange(LARGE.B) != row
    for name in ("output", "gradient of x"):
        assert_same_bits(name, found[name][others], clean[name][others])
    forwards = found["output"][row, :, : LARGE.H]
    assert_same_bits("before", forwards[:t], clean["output"][row, :t, : LARGE.H])
    if cell != "rnn_relu":  # there a comparison decides, as in torch
        assert forwards[t : int(problem.lengths[row])].isnan().all()
        assert found["h_n"][0, row].isnan().all()


def test_relu_passes_nan_on_as_torch_does():
    problem = draw("rnn_relu", LARGE).to(torch.float32)
    with torch.no_grad():
        problem.x[-1, 0] = float("nan")
    found, expected = run(problem, "cpu"), run(problem, "reference")
    assert found["output"].isnan().equal(expected["output"].isnan())
