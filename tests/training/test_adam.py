"""Ours is torch's AdamW, bit for bit, and does not load its compiler."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from elman.training.adam import Adam


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


def test_training_does_not_load_torchs_compiler(tmp_path):
    code = (
        "import sys, elman\n"
        "from tests.tasks.classify.small import reviews\n"
        "elman.train(list(reviews(90)), sys.argv[1], baselines=False, time_limit='0.2s')\n"
        "sys.exit('loaded' if 'torch._dynamo' in sys.modules else 0)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "m")], check=True, timeout=120)
