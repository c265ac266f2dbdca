"""First and second derivatives are right: against finite differences, and against the reference."""

from __future__ import annotations

import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck

from elman import ops
from tests.contract.compare import assert_near
from tests.contract.table import CELLS, SMALL, Case, draw, needs_cpu

TINY = Case(3, 3, 2, 2, D=2, lengths="ragged")


def function(problem, twin):
    """The layer as a function of one flat list of tensors."""
    S = ops.STATES[problem.cell]

    def layer(x, *rest):
        output, state = ops.layer(
            problem.cell,
            x,
            weights=rest[S:],
            state=rest[:S],
            lengths=problem.lengths,
            twin=twin,
        )
        return (output, *state)

    return layer, [problem.x, *problem.state, *problem.weights]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("twin", ["reference", "aten"])
def test_first_derivative_equals_finite_differences(twin, cell):
    layer, leaves = function(draw(cell, TINY).to(torch.float64), twin)
    assert gradcheck(layer, leaves)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("twin", ["reference", "aten"])
def test_second_derivative_equals_finite_differences(twin, cell):
    layer, leaves = function(draw(cell, TINY).to(torch.float64), twin)
    # Along random directions: every element of a second derivative takes minutes.
    torch.manual_seed(0)
    assert gradgradcheck(layer, leaves, fast_mode=True)


def second_derivatives(cell, twin, dtype):
    """Of the product of every gradient with a random tensor, by every leaf and cotangent."""
    problem = draw(cell, SMALL).to(dtype)
    layer, leaves = function(problem, twin)
    cotangents = [problem.grad_output, *problem.grad_state]
    cotangents = [cotangent.requires_grad_() for cotangent in cotangents]
    first = torch.autograd.grad(layer(*leaves), leaves, cotangents, create_graph=True)
    torch.manual_seed(3)
    along = [torch.randn(g.shape, dtype=torch.float64).to(dtype) for g in first]
    names = [name for name, _ in problem.named()]
    names += [f"cotangent of {name}" for name in ("output", "h_n", "c_n")]
    second = torch.autograd.grad(first, [*leaves, *cotangents], along)
    return dict(zip(names, second, strict=False))


@needs_cpu
@pytest.mark.parametrize("cell", CELLS)
def test_second_derivative_of_the_kernels_equals_the_reference(cell):
    expected = second_derivatives(cell, "reference", torch.float64)
    found = second_derivatives(cell, "cpu", torch.float32)
    for name, tensor in expected.items():
        assert_near(f"{cell}, second derivative by {name}", found[name], tensor,
                    "float32 and reference")  # fmt: skip


def penalised(cell, twin, dtype):
    """Gradients of a loss that asks the gradient by the input to have length 1."""
    problem = draw(cell, SMALL).to(dtype)
    layer, leaves = function(problem, twin)
    output, *_ = layer(*leaves)
    loss = output.square().sum()
    (slope,) = torch.autograd.grad(loss, problem.x, create_graph=True)
    penalty = (slope.flatten(1).norm(dim=1)[problem.lengths > 0] - 1).square().sum()
    (loss + penalty).backward()
    return {name: leaf.grad for name, leaf in problem.named()}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("twin", ["aten", pytest.param("cpu", marks=needs_cpu)])
def test_a_gradient_penalty_trains_as_on_the_reference(twin, cell):
    dtype = torch.float32 if twin == "cpu" else torch.float64
    expected = penalised(cell, "reference", torch.float64)
    found = penalised(cell, twin, dtype)
    pair = f"{str(dtype).removeprefix('torch.')} and reference"
    for name, tensor in expected.items():
        assert_near(f"{cell}, penalty by {name}", found[name], tensor, pair)
