"""The line in the progress bar: right on known nets, and without a trace in the weights."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from elman.memory import live
from elman.memory.live import LONGEST, HalfLife, live_half_life
from elman.models.network import RecurrentNetwork
from elman.nn import GRU, LRU
from elman.runtime.spec import NetworkSpec
from elman.training.config import LoopConfig
from elman.training.loop import fit
from elman.training.problem import Progress
from tests.memory import nets
from tests.tolerances import TOLERANCES


@pytest.mark.parametrize("tau", [3.0, 20.0])
def test_line_gives_the_half_life_of_a_linear_cell(tau):
    net = nets.decaying_rnn(tau)
    x = torch.rand(4, 71, 1)
    lengths = torch.tensor([71, 60, 71, 50])
    found = live_half_life(net, lambda: net(x, lengths))
    assert found == pytest.approx(tau * math.log(2), rel=TOLERANCES["known memory"])


def test_line_reads_run_layer_with_lengths_and_a_second_direction():
    torch.manual_seed(0)
    spec = NetworkSpec("rnn", 6, 1, input_size=1, num_layers=2, bidirectional=True)
    net = RecurrentNetwork(spec).train()
    for name, weight in net.rnn.named_parameters():
        if "weight_hh" in name:
            rate = 0.9 if name.endswith("l1") else 0.2
            nets.set_to(weight, rate * torch.linalg.qr(torch.randn(6, 6))[0])
        elif "weight_ih" in name:
            nets.set_to(weight, 1e-3 * torch.randn(weight.shape))
        else:
            nets.set_to(weight, 0.0)
    x, lengths = torch.randn(3, 40, 1), torch.tensor([40, 31, 35])
    found = live_half_life(net, lambda: net(x, lengths))
    assert found == pytest.approx(math.log(0.5) / math.log(0.9), rel=TOLERANCES["known memory"])
    assert net.training


def test_line_is_bounded_and_absent_where_there_is_nothing():
    net = nets.turning()
    x = torch.randn(4, 50, 1)
    assert live_half_life(net, lambda: net(x, torch.full((4,), 50))) == LONGEST
    assert live_half_life(net, lambda: net(x[:, :2], torch.full((4,), 2))) is None
    assert live_half_life(nn.Linear(1, 1), lambda: None) is None


@pytest.mark.parametrize("layer", [GRU(3, 5), GRU(3, 5, batch_first=True), LRU(3, 5)])
def test_line_leaves_gradients_and_methods_alone(layer):
    x = torch.randn(9, 9, 3)
    layer(x)[0].sum().backward()
    before = [p.grad.clone() for p in layer.parameters()]
    state = torch.get_rng_state()
    assert live_half_life(layer, lambda: layer(x)) > 0
    assert all(torch.equal(p.grad, g) for p, g in zip(layer.parameters(), before, strict=True))
    assert torch.equal(torch.get_rng_state(), state)
    assert "forward" not in layer.__dict__


class Parity:
    """Rows of unlike length whose class is that of their first number."""

    def __init__(self):
        generator = torch.Generator().manual_seed(0)
        self.lengths = np.random.default_rng(0).integers(3, 20, 90)
        self.x = torch.randn(90, 20, 1, generator=generator)

    def loss(self, module, examples):
        rows = torch.from_numpy(examples)
        answers = module(self.x[rows], torch.from_numpy(self.lengths[examples]))[:, 0]
        target = (self.x[rows, 0, 0] > 0).float()
        return nn.functional.binary_cross_entropy_with_logits(answers, target)

    def validate(self, module):
        return {"score": float(self.loss(module, np.arange(90)))}

    def locate(self, examples):
        return str(examples)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_a_run_with_the_line_ends_with_the_same_bits(cell, monkeypatch):
    monkeypatch.setattr(live, "EVERY", 1)

    def trained(*observers):
        torch.manual_seed(3)
        net = RecurrentNetwork(NetworkSpec(cell, 6, 1, input_size=1), dropout=0.3)
        fitted = fit(net, Parity(), LoopConfig(epochs=2, batch_size=9), observers=observers)
        return net.state_dict(), fitted.progress

    without, quiet = trained()
    with_line, told = trained(HalfLife())
    assert all(torch.equal(without[name], with_line[name]) for name in without)
    assert quiet.memory is None
    assert told.memory > 0
    assert [entry["memory_steps"] > 0 for entry in told.history] == [True, True]


def test_a_few_rows_are_looked_at_every_fifty_steps():
    class Counted(Parity):
        def loss(self, module, examples):
            if not module.training:
                looked.append(len(examples))
            return super().loss(module, examples)

        def validate(self, module):
            return {}

    looked = []
    net = RecurrentNetwork(NetworkSpec("rnn", 3, 1, input_size=1))
    config = LoopConfig(epochs=12, batch_size=9)  # 120 steps
    progress = fit(net, Counted(), config, observers=[HalfLife()]).progress
    assert looked == [4, 4]
    gone = Progress(memory=0.0, history=[{"epoch": 1}])
    HalfLife().on_epoch(gone)
    assert gone.history == [{"epoch": 1, "memory_steps": 0.0}]
    assert ["memory_steps" in entry for entry in progress.history] == [False] * 4 + [True] * 8
