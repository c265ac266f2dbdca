"""Dropout acts between layers, in training only, at its rate, and on the generator of torch."""

from __future__ import annotations

import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence

from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.table import LAYERS, flat

p = 0.3


def stack(layer, dropout, dtype):
    ours, theirs = layer.pair(3, 8, num_layers=2, batch_first=True, dropout=dropout)
    return ours.to(dtype).train(), theirs.to(dtype).train()


@pytest.fixture
def dtype(engine):
    return torch.float32 if engine == "cpu" else torch.float64


@pytest.mark.parametrize("layer", LAYERS, ids=str)
@pytest.mark.parametrize("form", ["padded", "lengths", "packed"])
def test_evaluation_drops_nothing_and_training_repeats_under_a_seed(layer, form, dtype):
    ours, _ = stack(layer, p, dtype)
    x = torch.randn(4, 6, 3, dtype=dtype)

    def forward():
        if form == "packed":
            return ours(pack_padded_sequence(x, [6, 5, 5, 2], batch_first=True))[0].data
        return ours(x, lengths=[6, 5, 5, 2] if form == "lengths" else None)[0]

    torch.manual_seed(1)
    first, second = forward(), forward()
    torch.manual_seed(1)
    assert_same_bits("under a seed", forward(), first)
    assert (first != second).any()
    ours.eval()
    assert_same_bits("evaluation", forward(), forward())


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_dropping_everything_equals_torch(layer, dtype):
    ours, theirs = stack(layer, 1.0, dtype)
    x = torch.randn(4, 6, 3, dtype=dtype)
    (found, found_n), (expected, expected_n) = ours(x), theirs(x)
    pair = f"{str(dtype).removeprefix('torch.')} and reference"
    assert_near("output", found, expected, pair)
    for a, b in zip(flat(found_n), flat(expected_n), strict=True):
        assert_near("state", a, b, pair)
    ours.eval()
    assert (ours(x)[0] != found).any()


def test_kept_elements_are_scaled_and_the_rate_is_right(dtype):
    # The second layer passes on what reaches it: each element is dropped or scaled by 1 / (1 - p).
    ours, _ = stack(LAYERS[1], p, dtype)
    with torch.no_grad():
        ours.weight_ih_l1.copy_(torch.eye(8))
        ours.weight_hh_l1.zero_()
        ours.bias_ih_l1.zero_(), ours.bias_hh_l1.zero_()
        ours.bias_ih_l0.fill_(3.0)
    x = torch.rand(64, 20, 3, dtype=dtype)
    below = ours.run_layer(0, x)
    above = ours(x)[0]
    kept = above != 0
    assert_near("kept", above[kept], below[kept] / (1 - p), "float32 and reference")
    n = kept.numel()
    assert abs(int((~kept).sum()) - p * n) < 4 * (n * p * (1 - p)) ** 0.5
