"""`accelerate(model, example=…)` measures before and after, changes nothing else, and says it."""

from __future__ import annotations

import re

import pytest
import torch
from torch import nn

import elman.nn
from elman.errors import InputError
from elman.nn import accelerate, restore
from elman.nn.swap import measure
from elman.nn.swap.account import Account, Measured, Swapped, Times
from tests.contract.compare import assert_same_bits


class Remembering(nn.Module):
    """A model with all that a call may change."""

    def __init__(self):
        super().__init__()
        self.norm, self.rnn = nn.BatchNorm1d(5), nn.GRU(5, 7, batch_first=True)
        self.dropout, self.fc = nn.Dropout(0.5), nn.Linear(7, 2)
        self.hidden, self.calls = None, 0

    def forward(self, x, scale=1.0):
        self.calls += 1
        x = self.norm(x.transpose(1, 2)).transpose(1, 2)
        output, hidden = self.rnn(x, self.hidden)
        self.hidden = hidden.detach()
        return {"scores": self.fc(self.dropout(output)) * scale}


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(measure, "SECONDS", 0.02)


@pytest.mark.parametrize(
    "given",
    [
        lambda x: x,
        lambda x: (x, 2.0),
        lambda x: {"x": x, "scale": 2.0},
    ],
    ids=["one argument", "several", "by name"],
)
def test_both_ways_are_measured_and_the_model_is_only_swapped(given):
    model, x = Remembering(), torch.randn(3, 4, 5)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    random = torch.get_rng_state()
    account = accelerate(model, example=given(x))
    assert type(model.rnn) is elman.nn.GRU
    assert [entry.name for entry in account.swapped] == ["rnn"]
    measured = account.measured
    for times in (measured.forward, measured.training):
        assert 0 < times.before < 1
        assert 0 < times.after < 1
        assert times.ratio == times.before / times.after
    assert measured.threads == torch.get_num_threads()
    assert account.not_measured == ""
    assert model.calls == 0
    assert model.hidden is None
    assert all(parameter.grad is None for parameter in model.parameters())
    assert torch.equal(torch.get_rng_state(), random)
    for name, value in model.state_dict().items():
        assert_same_bits(name, value, before[name])


def test_torchs_layers_are_measured_first_and_ours_after_it(monkeypatch):
    seen = []

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = nn.GRU(5, 7)

        def forward(self, x):
            seen.append(type(self.rnn))
            return self.rnn(x)[0]

    model = Net()
    for _ in range(2):  # also where the model was swapped before
        seen.clear()
        accelerate(model, example=torch.randn(3, 4, 5))
        assert seen[:2] == [nn.GRU, elman.nn.GRU]
        assert seen.count(nn.GRU) == seen.count(elman.nn.GRU) >= 2 * measure.LEAST_ROUNDS


def test_a_model_without_gradients_is_measured_forward():
    model = nn.Sequential(nn.LSTM(5, 7)).requires_grad_(False)
    account = accelerate(model, example=torch.randn(3, 4, 5))
    assert account.measured.training is None
    assert "backward" not in str(account)


def test_an_example_that_does_not_fit_changes_nothing():
    model = nn.Sequential(nn.GRU(5, 7))
    with pytest.raises(
        InputError, match=r"does not take the example: RuntimeError: .*Expected 5, got 9"
    ):
        accelerate(model, example=torch.randn(3, 4, 9))
    assert type(model[0]) is nn.GRU
    with pytest.raises(InputError, match=r"a tuple of several, or a dict of them by name"):
        accelerate(model, example=(torch.randn(3, 4, 5), 1, 2))
    assert type(model[0]) is nn.GRU


def test_a_model_that_cannot_be_copied_is_swapped_and_not_measured():
    model = nn.Sequential(nn.GRU(5, 7))
    model.note = torch.ones(1, requires_grad=True) * 2
    account = accelerate(model, example=torch.randn(3, 4, 5))
    assert type(model[0]) is elman.nn.GRU
    assert account.measured is None
    assert (
        str(account)
        .splitlines()[-1]
        .startswith("not measured: the model cannot be copied: RuntimeError: Only Tensors created")
    )


def test_the_account_says_what_was_measured():
    swapped = (Swapped("rnn", "GRU(5, 7)", "cpu", ""),)
    times = Times(0.0042, 0.0014)
    account = Account(swapped, (), Measured(times, Times(0.012, 0.003), 2))
    assert str(account).splitlines() == [
        "1 recurrent layer is elman's now, with the same weights",
        "rnn  GRU(5, 7)  elman's C++ kernels",
        "on 2 threads, your example, forward: 4.2 ms before, 1.4 ms now (3.00 times as fast); "
        "forward and backward: 12 ms before, 3 ms now (4.00 times as fast)",
    ]
    slower = str(Measured(times, Times(0.01, 0.0125), 1))
    assert slower.startswith("on one thread, your example")
    assert "10 ms before, 12.5 ms now (1.25 times as slow)" in slower
    assert slower.endswith("; that is no gain: elman.nn.restore(model) gives torch's layers back")
    model = nn.Sequential(nn.GRU(5, 7))
    assert re.search(
        r"forward: \S+ ms before, \S+ ms now", str(accelerate(model, example=torch.zeros(3, 4, 5)))
    )
    restore(model)
