"""What outputs are worth, by hand, and how rows come together."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch
from torch import nn

from elman.memory.rows.examples import chosen
from elman.memory.rows.read import examples_of
from tests.memory.nets import Last, Words, rows


def examples(y, loss=None):
    return examples_of([(torch.tensor([3]), each) for each in y], Words(), loss=loss)


def test_of_one_logit_the_sign_decides_and_of_several_the_largest():
    assert chosen(torch.tensor([[-0.1], [0.0], [0.1]])).tolist() == [0, 0, 1]
    assert chosen(torch.tensor([[1.0, 2, 0], [5, 1, 1]])).tolist() == [1, 0]
    assert examples([0, 1]).right(torch.tensor([[-3.0], [-1.0]])).tolist() == [1, 0]


def test_losses_of_classes_values_and_no_labels():
    logit = torch.tensor([[math.log(3)], [math.log(3)]])  # p = ¾
    losses = examples([1, 0]).losses(logit)
    assert losses.tolist() == pytest.approx([-math.log(0.75), -math.log(0.25)])
    several = torch.tensor([[0.0, math.log(2), 0]])  # p = ¼, ½, ¼
    assert examples([1]).losses(several).tolist() == pytest.approx([math.log(2)])
    assert examples([1.0, 4.0]).losses(torch.tensor([[3.0], [4.0]])).tolist() == [4, 0]
    own = examples([1, 0], loss=lambda out, y: (out[:, 0] - y).abs()).losses(torch.ones(2, 1))
    assert own.tolist() == [0, 1]
    unlabelled = examples_of([torch.tensor([3]), torch.tensor([4])], Words())
    twice = unlabelled.losses(torch.tensor([[1.0, 0], [2, 0]]))
    assert twice[1] == 2 * twice[0] != 0


def test_change_is_a_divergence_of_classes_and_a_share_of_the_variance_of_values():
    before, after = torch.tensor([[0.0], [2.0]]), torch.tensor([[math.log(3)], [2.0]])
    # ½ ln(½ / ¼) + ½ ln(½ / ¾)
    expected = 0.5 * math.log(2) + 0.5 * math.log(2 / 3)
    assert examples([1, 0]).change(before, after).tolist() == pytest.approx([expected, 0])
    two = [torch.cat([torch.zeros_like(z), z], 1) for z in (before, after)]
    assert examples([1, 0]).change(*two).tolist() == pytest.approx([expected, 0])
    # variance 1 of the first, squared distances 4 and 0
    assert examples([1.0, 2.0]).change(before, torch.tensor([[2.0], [2.0]])).tolist() == [4, 0]


def test_of_outputs_at_every_step_the_last_real_one_counts():
    class Steps(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = nn.RNN(1, 1)

        def forward(self, x, lengths):
            return x.repeat(1, 1, 2)

    x = rows(5, 2, 9)
    found = examples_of([(row, n % 2) for n, row in enumerate(x)], Steps()).outputs(Steps())
    assert torch.equal(found, torch.stack([row[-1].repeat(2) for row in x]))


@pytest.mark.parametrize("padded", [True, False])
def test_batches_hold_each_row_once_padded_or_of_one_length(padded):
    x = rows(300, 3, 7)
    net = Last(nn.RNN(1, 2, batch_first=True), 2)
    labelled = dataclasses.replace(examples_of([(row, 0) for row in x], net), padded=padded)
    seen = []
    for numbers, batch, lengths in labelled.batches():
        assert len(numbers) <= 128
        assert padded or len(set(lengths.tolist())) == 1
        seen += numbers
        for n, row, length in zip(numbers, batch, lengths, strict=True):
            assert torch.equal(row[:length], x[n])
            assert not row[length:].any()
    assert sorted(seen) == list(range(300))
