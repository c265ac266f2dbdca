"""Ours is torch's AdamW, bit for bit."""

from __future__ import annotations

import pytest
import torch

from elman.training.adam import Adam
from elman.training.config import LoopConfig
from elman.training.step import Weights


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_steps_equal_torchs_to_the_bit(weight_decay):
    torch.manual_seed(3)
    first = [torch.nn.Parameter(torch.randn(shape)) for shape in ((7, 5), (3,), (2, 4))]
    second = [torch.nn.Parameter(p.detach().clone()) for p in first]
    ours = Adam(first, beta2=0.97, weight_decay=weight_decay)
    theirs = torch.optim.AdamW(
        second, lr=1.0, betas=(0.9, 0.97), weight_decay=weight_decay, fused=True
    )
    for step in range(9):
        rate = 0.1 / (1 + step)
        ours.zero_grad()
        assert all(p.grad is None for p in first)
        for n, (one, two) in enumerate(zip(first, second, strict=True)):
            # the last has no gradient at first
            gradient = None if n == 2 and step < 4 else torch.randn_like(one)
            one.grad = gradient
            two.grad = None if gradient is None else gradient.clone()
        theirs.param_groups[0]["lr"] = rate
        theirs.step()
        ours.step(rate)
        assert all(torch.equal(one, two) for one, two in zip(first, second, strict=True))


def test_factors_are_factors_on_the_rate_and_of_their_own_parameter():
    torch.manual_seed(0)
    start, grads = torch.randn(3, 5), [torch.randn(3, 5) for _ in range(4)]

    def moved(rates, factors):
        pair = [start.clone() for _ in factors]
        adam = Adam(pair, beta2=0.99, weight_decay=0.0, factors=factors)
        for rate, grad in zip(rates, grads, strict=True):
            for parameter in pair:
                parameter.grad = grad.clone()
            adam.step(rate)
        return pair

    rates = [0.1, 0.2, 0.05, 0.1]
    (plain,) = moved(rates, [1.0])
    (triple,) = moved([3 * rate for rate in rates], [1.0])
    assert not torch.equal(plain, triple)
    for found, wanted in zip(moved(rates, [1.0, 3.0, 1.0]), (plain, triple, plain), strict=True):
        assert torch.allclose(found, wanted, rtol=1e-6)


def test_a_run_takes_its_factors_by_the_first_part_of_a_name():
    module = torch.nn.ModuleDict({"fc": torch.nn.Linear(2, 3), "rnn": torch.nn.Linear(3, 1)})
    weights = Weights(module, LoopConfig(1, rates=(("fc", 3.0), ("other", 9.0))))
    assert weights.optimizer.factors == [3.0, 3.0, 1.0, 1.0]
