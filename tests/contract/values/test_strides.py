"""Where the numbers lie in memory does not matter: transposed, sliced and broadcast tensors."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
import torch

from tests.contract.compare import assert_near
from tests.contract.table import CELLS, DEVICES, FAST, SMALL, Case, draw, require, run

WIDE = Case(5, 9, 17, 19, D=2, lengths="ragged")


def time_first(tensor):
    """The same numbers with the first two dimensions swapped in memory."""
    return tensor.transpose(0, 1).contiguous().transpose(0, 1)


def sliced(tensor):
    """The same numbers in every third place of a wider tensor of NaN."""
    wide = torch.full((*tensor.shape[:-1], 3 * tensor.shape[-1]), torch.nan, dtype=tensor.dtype)
    wide = wide.to(tensor.device)
    wide[..., 1::3] = tensor
    return wide[..., 1::3]


def embedded(tensor):
    """The same numbers as the first columns of a wider tensor of NaN, from an odd offset."""
    wide = torch.full((*tensor.shape[:-1], tensor.shape[-1] + 3), torch.nan, dtype=tensor.dtype)
    wide = wide.to(tensor.device)
    wide[..., 1 : tensor.shape[-1] + 1] = tensor
    return wide[..., 1 : tensor.shape[-1] + 1]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("twin", FAST)
def test_any_strides_give_the_same(twin, cell):
    for case, lay in itertools.product([SMALL, WIDE], [time_first, sliced, embedded]):
        problem = draw(cell, case).to(torch.float32, DEVICES[twin])
        require(twin, problem)
        expected = run(problem, twin)
        with torch.no_grad():
            laid = replace(
                problem,
                x=lay(problem.x),
                weights=[lay(w) if w.dim() == 2 else w for w in problem.weights],
                state=tuple(lay(part) for part in problem.state),
                grad_output=lay(problem.grad_output),
                grad_state=tuple(lay(part) for part in problem.grad_state),
            )
        for _, leaf in laid.named():
            leaf.requires_grad_()
        found = run(laid, twin)
        for name, tensor in expected.items():
            what = f"{lay.__name__} {case} {name}"
            assert_near(what, found[name], tensor, "float32 and reference")


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("twin", FAST)
def test_a_broadcast_cotangent_gives_the_same(twin, cell):
    problem = draw(cell, SMALL).to(torch.float32, DEVICES[twin])
    require(twin, problem)
    one = torch.ones((), device=problem.x.device)
    results = [problem.grad_output, *problem.grad_state]
    full = [torch.ones_like(result) for result in results]
    thin = [one.expand_as(result) for result in results]
    expected = run(replace(problem, grad_output=full[0], grad_state=tuple(full[1:])), twin)
    found = run(replace(problem, grad_output=thin[0], grad_state=tuple(thin[1:])), twin)
    for name, tensor in expected.items():
        assert_near(name, found[name], tensor, "float32 and reference")
