"""One step, by hand: the average, the running loss, what is clipped and counted."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from torch import nn

from elman.training.adam import Adam
from elman.training.config import LoopConfig
from elman.training.loop import fit
from elman.training.step import Weights, _clip
from tests.training.problems import Regression, net, weights

CONFIG = LoopConfig(epochs=1, batch_size=7, learning_rate=1e-2, seed=11)  # 9 steps an epoch


def trained(config, problem=None):
    """The weights after each step, and those that are kept in the end."""
    module, after = net(), []
    fit(module, problem or Regression(), config, report=lambda _: after.append(weights(module)))
    return torch.stack(after), weights(module)


@pytest.mark.parametrize("most", [0.05, 0.15, 0.98])
def test_the_average_is_short_at_first_and_then_as_long_as_asked(most):
    after, kept = trained(dataclasses.replace(CONFIG, average=most))
    average = weights(net())
    for n, each in enumerate(after):
        decay = min(most, (1 + n) / (10 + n))
        average = decay * average + (1 - decay) * each
    torch.testing.assert_close(kept, average, rtol=1e-5, atol=1e-7)


def test_averaging_validates_other_weights_and_trains_the_same():
    config = dataclasses.replace(CONFIG, epochs=3)
    plain, last = trained(config)
    averaged, kept = trained(dataclasses.replace(config, average=0.9))
    assert torch.equal(averaged, plain)
    assert not torch.equal(kept, last)


class Line(nn.Module):
    """One weight w, whose loss is what the problem says of it."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(1))


class Slopes:
    """A loss of slope s and value v at each step, as written down."""

    def __init__(self, values, slopes):
        self.script = list(zip(values, slopes, strict=True))
        self.lengths = np.ones(len(self.script), np.int64)

    def loss(self, module, examples):
        value, slope = self.script.pop(0)
        return value + slope * (module.w - module.w.detach()).sum()

    def validate(self, module):
        return {}

    def locate(self, examples):
        return ""


def test_the_loss_shown_is_the_mean_at_first_and_forgets_after_a_hundred_steps():
    shown = []
    values = [4.0, 2.0, 9.0, *[5.0] * 97, 105.0, 5.0]
    config = LoopConfig(1, batch_size=1)
    fit(Line(), Slopes(values, [0.0] * 102), config, report=lambda p: shown.append(p.loss))
    assert shown[:4] == pytest.approx([4.0, 3.0, 5.0, 5.0])
    assert shown[99:] == pytest.approx([5.0, 6.0, 0.99 * 6.0 + 0.01 * 5.0])


def test_what_is_longer_than_the_norm_is_clipped_and_counted():
    config = LoopConfig(1, batch_size=1, clip_norm=2.0)
    progress = fit(Line(), Slopes([0.0] * 4, [2.0, -2.5, 3.0, 0.5]), config).progress
    assert progress.clipped == 2
    assert progress.largest_norm == 3.0


@pytest.mark.parametrize("most", [1e-3, 0.5, 1e3])
def test_gradients_are_clipped_to_the_bits_of_torch(most):
    module, twin = net().eval(), net().eval()
    for each in (module, twin):
        Regression().loss(each, np.arange(20)).backward()
    weights = Weights(module, CONFIG)
    norm = float(nn.utils.clip_grad_norm_(twin.parameters(), most))
    assert _clip(weights, most) == norm > 0.01
    for ours, theirs in zip(module.parameters(), twin.parameters(), strict=True):
        assert torch.equal(ours.grad, theirs.grad)


def test_left_out_of_the_norm_is_left_out_of_the_clipping(monkeypatch):
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = Line(), Line()

    class Both(Slopes):
        def loss(self, module, examples):
            return super().loss(module.a, examples) + 4 * module.b.w.sum()

    given = []

    def still(self, rate):
        """Move nothing, and note the gradients that are there."""
        given.append([float(p.grad) for p in self.parameters])

    monkeypatch.setattr(Adam, "step", still)
    config = LoopConfig(1, batch_size=1, clip_norm=1.0, unclipped=("b",))
    progress = fit(Two(), Both([0.0] * 2, [3.0, 0.5]), config).progress
    assert given == [pytest.approx([1.0, 4.0]), pytest.approx([0.5, 4.0])]
    assert (progress.clipped, progress.largest_norm) == (1, 3.0)
