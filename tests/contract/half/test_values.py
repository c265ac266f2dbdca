"""Layers in products of bfloat16 equal the equations that round where they do, in float64."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import torch

import elman.nn
from elman import native, ops
from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.half.rounding import rounding
from tests.contract.half.units import drawn, in_bfloat16, without_gradients
from tests.contract.table import CASES, CELLS, LARGE, Case, derived, draw
from tests.isas import ISAS_HERE

MORE = [
    # Rows of more than a tile, columns of more than one; steps and rows of several panels.
    Case(37, 3, 70, 50, D=2, lengths="ragged"),
    Case(70, 20, 5, 33, lengths="ragged"),
    Case(2, 3, 40, 128),
]


@cache
def expected(cell, case):
    return derived(drawn(draw(cell, case)).to(torch.float64), rounding)


@pytest.mark.parametrize("cell", CELLS)
def test_values_and_every_gradient_equal_the_equations(unit, cell):
    for case in CASES + MORE:
        found = in_bfloat16(drawn(draw(cell, case)))
        for name, tensor in expected(cell, case).items():
            what = f"{unit} {cell} {case}, {name}"
            assert_near(what, found[name], tensor, "bfloat16, rounded alike")


@pytest.mark.parametrize("cell", CELLS)
def test_results_are_the_same_where_nothing_is_kept(unit, cell):
    for case in CASES[:3] + MORE:
        problem = drawn(draw(cell, case))
        kept = in_bfloat16(problem)
        for name, tensor in without_gradients(problem).items():
            assert_same_bits(f"{unit} {cell} {case}, {name}", tensor, kept[name])


@pytest.mark.parametrize("isa", ISAS_HERE, indirect=True)
@pytest.mark.parametrize("cell", CELLS)
def test_the_emulation_runs_on_every_instruction_set(isa, cell, monkeypatch):
    if isa is None:
        pytest.skip(str(native.missing()))
    monkeypatch.setattr(ops.TWINS["half"], "advises_against", lambda *_, **__: None)
    assert native.use_half("emulated")
    try:
        for case in (CASES[0], LARGE, Case(3, 4, 16, 33, lengths="ragged")):
            found = in_bfloat16(drawn(draw(cell, case)))
            for name, tensor in expected(cell, case).items():
                what = f"{isa} {cell} {case}, {name}"
                assert_near(what, found[name], tensor, "bfloat16, rounded alike")
    finally:
        native.use_half(None)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("scale", [5, 1e4])
def test_saturated_gates_equal_the_equations(unit, cell, scale):
    problem = draw(cell, Case(9, 1, 5, 19, D=2))
    problem = replace(problem, x=problem.x * scale)
    exact = derived(problem.to(torch.float64), rounding)
    for name, tensor in in_bfloat16(problem.to(torch.float32)).items():
        at_least = scale if name.startswith("gradient") else 0
        pair = "bfloat16, rounded alike"
        assert_near(f"{unit} {name}", tensor, exact[name], pair, at_least=at_least)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("infinite", [float("inf"), -float("inf"), 3e38])
def test_an_infinite_input_saturates_and_does_not_become_nan(unit, cell, infinite):
    problem = draw(cell, Case(2, 3, 1, 19))
    x = problem.x.clone()
    x[0, 1] = infinite
    problem = replace(problem, x=x)
    exact = derived(problem.to(torch.float64), rounding)
    found = in_bfloat16(problem.to(torch.float32))
    # also where sums beyond the last unit, of an infinity and no weight, go back
    for name in ("output", "gradient of h_0"):
        assert_near(f"{unit} {name}", found[name], exact[name], "bfloat16, rounded alike")


def test_no_state_of_a_gru_leaves_one(unit):
    """h is n here, and n is the tanh of a bias, in float32."""
    H = 128
    layer = elman.nn.GRU(1, H)
    with torch.no_grad():
        for weight in layer.parameters():
            weight.zero_()
        layer.bias_ih_l0[H : 2 * H] = -1000.0
        for x in torch.linspace(-7, 7, 80 * H).view(-1, H):
            layer.bias_ih_l0[2 * H :] = x
            with torch.autocast("cpu", torch.bfloat16):
                h = layer(torch.zeros(1, 1, 1))[0].flatten()
            assert h.dtype is torch.float32
            assert float(h.abs().max()) <= 1
            assert_near("tanh", h, x.double().tanh(), "quick tanh")
