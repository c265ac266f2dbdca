"""Initial weights do what their names promise, on torch's layers and ours."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from elman.errors import OptionError
from elman.nn import GRU, LRU, LSTM, RNN, init, minGRU, minLSTM


def recurrent(layer):
    return [
        gate
        for name, weight in layer.named_parameters()
        if name.startswith("weight_hh")
        for gate in weight.detach().split(layer.hidden_size)
    ]


@pytest.mark.parametrize("kind", [nn.RNN, RNN, GRU, LSTM])
def test_orthogonal_keeps_every_length(kind):
    layer = kind(3, 7, num_layers=2, bidirectional=True)
    init.orthogonal_(layer, 0.5)
    for gate in recurrent(layer):
        torch.testing.assert_close(gate @ gate.T, 0.25 * torch.eye(7))


@pytest.mark.parametrize(("kind", "gates", "candidate"), [(RNN, 1, 0), (GRU, 3, 2), (LSTM, 4, 2)])
def test_identity_is_that_of_what_is_new(kind, gates, candidate):
    layer = kind(3, 5, num_layers=2)
    init.identity_(layer, 1.5)
    found = recurrent(layer)
    assert len(found) == 2 * gates
    for k, gate in enumerate(found):
        expected = 1.5 * torch.eye(5) if k % gates == candidate else torch.zeros(5, 5)
        assert torch.equal(gate, expected)


@pytest.mark.parametrize(("kind", "gain"), [(RNN, 1.5), (GRU, 4.0), (LSTM, 4.0)])
def test_a_latch_keeps_the_signs_of_its_first_input(kind, gain):
    torch.manual_seed(0)
    layer = kind(4, 50, batch_first=True)
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    init.latch_(layer, gain)
    init.input_(layer, 0.2)
    x = 0.05 * torch.randn(6, 300, 4)
    x[:, 0] = torch.randn(6, 4)
    with torch.no_grad():
        output, _ = layer(x)
    agree = (output[:, 0].sign() == output[:, -1].sign()).float().mean()
    assert agree > 0.9, "and the identity's own, 0.5 or so, would not be seen here"
    # away from 0; an LSTM at rest shows half of tanh(c)
    assert output[:, -1].abs().median() > 0.3


def test_without_a_latch_signs_are_lost():
    torch.manual_seed(0)
    layer = RNN(4, 50, batch_first=True)
    init.input_(layer, 0.2)
    x = 0.05 * torch.randn(6, 300, 4)
    x[:, 0] = torch.randn(6, 4)
    with torch.no_grad():
        output, _ = layer(x)
    assert (output[:, 0].sign() == output[:, -1].sign()).float().mean() < 0.7


@pytest.mark.parametrize("kind", [nn.GRU, GRU, nn.LSTM, LSTM, minGRU, minLSTM, LRU])
def test_chrono_keeps_within_the_band(kind):
    """Without input a unit keeps ½ to (longest − 2)/(longest − 1) of what it holds, section 3.2."""
    torch.manual_seed(0)
    layer, longest, H = kind(3, 200), 50, 200
    init.chrono_(layer, longest)
    if kind is LRU:
        keep = torch.exp(-torch.exp(layer.nu_log_l0))
        turned = longest * torch.exp(layer.theta_log_l0)
        assert (turned > 0).all()
        assert (turned <= math.pi * (1 + 1e-5)).all()
        torch.testing.assert_close(layer.gamma_log_l0.exp(), (1 - keep**2).sqrt())
        low, high = math.exp(-1), math.exp(-1 / (longest - 1))
    else:
        bias = layer.bias_ih_l0
        low, high = 0.5, (longest - 1) / longest
        if kind in (nn.LSTM, LSTM):
            keep = torch.sigmoid(bias[H : 2 * H])
            assert torch.equal(bias[:H], -bias[H : 2 * H])
            assert not layer.bias_hh_l0[: 2 * H].any()
            assert layer.bias_hh_l0[2 * H :].all(), "the biases of the other gates stay"
        elif kind in (nn.GRU, GRU):
            assert not layer.bias_hh_l0[H : 2 * H].any()
            keep = torch.sigmoid(bias[H : 2 * H])
        elif kind is minGRU:
            keep = 1 - torch.sigmoid(bias[:H])
        else:
            f, i = torch.sigmoid(bias[:H]), torch.sigmoid(bias[H : 2 * H])
            keep = f / (f + i)
            high = (longest - 1) ** 2 / ((longest - 1) ** 2 + 1)
    assert low - 1e-6 <= keep.min() < 0.8
    assert 0.95 < keep.max() <= high + 1e-6


def test_what_has_no_gate_or_no_square_weight_is_refused():
    with pytest.raises(OptionError, match="RNN has neither"):
        init.chrono_(RNN(2, 3), 10)
    with pytest.raises(OptionError, match="at least 3"):
        init.chrono_(GRU(2, 3), 2)
    with pytest.raises(OptionError, match="proj_size=2"):
        init.orthogonal_(nn.LSTM(2, 3, proj_size=2))


def test_initialise_sets_everything():
    torch.manual_seed(0)
    layer, table = LSTM(6, 9, num_layers=2), nn.Embedding(11, 6)
    for parameter in layer.parameters():
        nn.init.constant_(parameter, torch.nan)
    init.initialise(layer, table, gain=0.5, input_gain=0.1, embedding_range=0.01)
    assert all(p.isfinite().all() for p in layer.parameters())
    assert layer.bias_ih_l1[9:18].eq(1).all()
    assert layer.bias_ih_l1.sum() == 9
    assert not layer.bias_hh_l0.any()
    assert table.weight.abs().max() <= 0.01
    assert not table.weight[0].any()
    largest = 0.1 * math.sqrt(6 / (6 + 9))
    assert 0.9 * largest < layer.weight_ih_l0.abs().max() <= largest
    for gate in recurrent(layer):
        torch.testing.assert_close(gate @ gate.T, 0.25 * torch.eye(9))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: init.orthogonal_(minGRU(2, 3)), "minGRU has no recurrent weights"),
        (lambda: init.identity_(nn.Linear(2, 3)), "Linear has no recurrent weights"),
        (lambda: init.chrono_(GRU(2, 3, bias=False), 10), "bias=False"),
        (lambda: init.chrono_(GRU(2, 3), float("nan")), "at least 3"),
        (lambda: init.input_(nn.Linear(2, 3), 0.1), "found 0 in Linear"),
        (lambda: init.input_(RNN(2, 3), -1.0), "std=-1"),
    ],
)
def test_what_would_change_nothing_is_refused(call, said):
    with pytest.raises(OptionError, match=said):
        call()
