"""Every task's training can be shared among processes: what is learnt is sent, losses add up."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from elman.training.listener import Listener
from elman.training.problem import Weighed
from elman.training.several.sent import packed, unpacked
from elman.workflow import run
from elman.workflow.train import train_report
from tests.tasks.contract.samples import SAMPLES

_EXAMPLES = 11


@pytest.fixture
def nothing_random(monkeypatch):
    """What is drawn within a loss is the same for every row, whoever stands beside it."""
    full = torch.full
    monkeypatch.setattr(torch, "rand", lambda *size, **how: full(*_shape(size), 0.75))
    monkeypatch.setattr(torch, "randn", lambda *size, **how: full(*_shape(size), 0.0))
    zeros = torch.zeros
    monkeypatch.setattr(torch, "randint", lambda *a, **how: zeros(a[-1], dtype=torch.int64))
    monkeypatch.setattr(torch, "multinomial", lambda p, n, **how: torch.arange(n) % len(p))


def _shape(size):
    return size if isinstance(size[0], (tuple, torch.Size)) else (size,)


class _EnoughError(Exception):
    """The problem was seen; its training takes longer than this test has."""


@pytest.mark.parametrize("name", [*SAMPLES, "classify strong"])
def test_losses_of_shares_add_up_to_that_of_the_batch(name, tmp_path, nothing_random, monkeypatch):
    def looked_at(module, problem, config, **how):
        _check(module, problem, np.arange(min(len(problem.lengths), _EXAMPLES)))
        raise _EnoughError

    monkeypatch.setattr(run, "_fit", looked_at)
    name, _, preset = name.partition(" ")
    sample = SAMPLES[name]
    options = dict(sample.options) | (sample.stages or {}) | ({"preset": preset} if preset else {})
    with pytest.raises(_EnoughError):
        train_report(sample.write(tmp_path), tmp_path / "model", name, options, Listener())


def _check(module, problem, examples):
    there = unpacked(packed((module, problem)))
    module.eval(), there[0].eval()
    whole = float(problem.loss(module, examples).detach())
    total = mass = 0.0
    for share in (examples[::2], examples[1::2]):
        loss = float(there[1].loss(there[0], share).detach())
        counts = there[1].mass(share) if isinstance(problem, Weighed) else len(share)
        total, mass = total + loss * counts, mass + counts
    assert total / mass == pytest.approx(whole, rel=1e-5)
    module.train()
