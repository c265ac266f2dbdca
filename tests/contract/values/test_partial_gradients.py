"""Asking for some gradients, or giving a cotangent to some results, gives the same numbers."""

from __future__ import annotations

import pytest
import torch

from elman import ops
from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.table import CELLS, DEVICES, FAST, SMALL, draw, require, run


def layer(problem, twin):
    return ops.layer(
        problem.cell,
        problem.x,
        weights=problem.weights,
        state=problem.state,
        lengths=problem.lengths,
        twin=twin,
    )


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("twin", FAST)
def test_each_gradient_alone_equals_all_together(twin, cell):
    problem = draw(cell, SMALL).to(torch.float32, DEVICES[twin])
    require(twin, problem)
    together = run(problem, twin)
    leaves = dict(problem.named())
    for name, leaf in leaves.items():
        for other in leaves.values():
            other.requires_grad_(other is leaf)
        output, state = layer(problem, twin)
        results = [(output, problem.grad_output), *zip(state, problem.grad_state, strict=True)]
        results = [pair for pair in results if pair[0].requires_grad]
        (alone,) = torch.autograd.grad([r for r, _ in results], leaf, [c for _, c in results])
        assert_near(name, alone.cpu(), together[f"gradient of {name}"], "float32 and reference")


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("twin", FAST)
def test_a_missing_cotangent_is_zero(twin, cell):
    problem = draw(cell, SMALL).to(torch.float32, DEVICES[twin])
    require(twin, problem)
    leaves = [leaf for _, leaf in problem.named()]
    cotangents = [problem.grad_output, *problem.grad_state]
    for k in range(len(cotangents)):
        output, state = layer(problem, twin)
        alone = torch.autograd.grad(
            (output, *state)[k], leaves, cotangents[k], materialize_grads=True
        )
        zeros = [c if n == k else torch.zeros_like(c) for n, c in enumerate(cotangents)]
        output, state = layer(problem, twin)
        padded = torch.autograd.grad([output, *state], leaves, zeros)
        for (name, _), a, b in zip(problem.named(), alone, padded, strict=True):
            assert_near(f"result {k}, {name}", a, b, "float32 and reference")


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("twin", FAST)
def test_without_gradients_the_values_are_the_same(twin, cell):
    problem = draw(cell, SMALL).to(torch.float32, DEVICES[twin])
    require(twin, problem)
    output, state = layer(problem, twin)
    for mode in (torch.no_grad, torch.inference_mode):
        with mode():
            again, state_again = layer(problem, twin)
            assert not again.requires_grad
        assert_same_bits("output", again.clone(), output)
        for a, b in zip(state_again, state, strict=True):
            assert_same_bits("state", a.clone(), b)
