"""Nets whose memory is known, and rows to measure it on."""

from __future__ import annotations

import math

import torch
from torch import nn


def rows(count, shortest, longest, features=1, seed=0, positive=False):
    """Ragged rows of independent numbers of spread 1."""
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.randint(shortest, longest + 1, (count,), generator=generator)
    drawn = [torch.randn(int(n), features, generator=generator) for n in lengths]
    return [x.abs() for x in drawn] if positive else drawn


def labelled(net, x):
    """The net's own answers as targets: what it does, it does without error."""
    with torch.no_grad():
        return [(row, net(row[None], torch.tensor([len(row)]))[0]) for row in x]


class Last(nn.Module):
    """The last real state through a linear map."""

    def __init__(self, rnn, width, outputs=1):
        super().__init__()
        self.rnn = rnn
        self.fc = nn.Linear(width, outputs, bias=False)

    def forward(self, x, lengths):
        output, _ = self.rnn(x)
        return self.fc(output[torch.arange(len(x)), lengths - 1])


def set_to(parameter, value):
    with torch.no_grad():
        parameter.copy_(torch.as_tensor(value, dtype=parameter.dtype).expand(parameter.shape))


def decaying_rnn(tau, H=5, seed=0):
    """h' = max(0, λ h + |w| x) with x, w ≥ 0: linear, λ = e^(−1/τ), with an orthogonal basis."""
    torch.manual_seed(seed)
    net = nn.RNN(1, H, nonlinearity="relu", bias=False, batch_first=True)
    set_to(net.weight_ih_l0, torch.rand(H, 1) + 0.2)
    set_to(net.weight_hh_l0, math.exp(-1 / tau) * torch.eye(H)[torch.randperm(H)])
    return Last(net, H)


def decaying_lstm(tau, H=5, seed=0):
    """An LSTM whose forget gate stands at e^(−1/τ) and whose others hear the input alone."""
    torch.manual_seed(seed)
    net = nn.LSTM(1, H, batch_first=True)
    set_to(net.weight_hh_l0, 0.0)
    with torch.no_grad():
        net.weight_ih_l0[H : 2 * H] = 0
        net.bias_ih_l0[H : 2 * H] = -math.log(math.expm1(1 / tau))
        net.bias_hh_l0[H : 2 * H] = 0
    return Last(net, H)


def copying(d, H, scale=1.0):
    """A shift register of H places whose answer is the input d steps before the last."""
    net = nn.RNN(1, H, nonlinearity="relu", bias=False, batch_first=True)
    set_to(net.weight_ih_l0, torch.eye(H)[:, :1])
    set_to(net.weight_hh_l0, torch.diag(torch.ones(H - 1), -1))
    last = Last(net, H)
    set_to(last.fc.weight, scale * torch.eye(H)[d][None])
    return last


def forgetting(H=7, seed=0):
    """No memory: the recurrent weights are 0."""
    torch.manual_seed(seed)
    net = nn.RNN(1, H, batch_first=True)
    set_to(net.weight_hh_l0, 0.0)
    return Last(net, H)


def turning(H=6, seed=0):
    """A random orthogonal map of states so small that tanh is the identity: nothing decays."""
    torch.manual_seed(seed)
    net = nn.RNN(1, H, bias=False, batch_first=True)
    set_to(net.weight_ih_l0, 1e-5 * torch.randn(H, 1))
    set_to(net.weight_hh_l0, torch.linalg.qr(torch.randn(H, H))[0])
    return Last(net, H)


class Words(nn.Module):
    """Ids in, one logit out: small, ragged, random."""

    def __init__(self, make=nn.LSTM):
        super().__init__()
        torch.manual_seed(7)
        self.embedding = nn.Embedding(30, 5)
        self.rnn = make(5, 6, batch_first=True)
        self.fc = nn.Linear(6, 1)

    def forward(self, x, lengths):
        output, _ = self.rnn(self.embedding(x))
        return self.fc(output[torch.arange(len(x)), lengths - 1])


def texts(count=70, seed=0):
    """Ragged rows of words; the label is whether word 2 stands before word 3."""
    generator = torch.Generator().manual_seed(seed)
    data = []
    for _ in range(count):
        x = torch.randint(4, 30, (int(torch.randint(4, 15, (1,), generator=generator)),),
                          generator=generator)  # fmt: skip
        a, b = torch.randperm(len(x), generator=generator)[:2].tolist()
        x[a], x[b] = 2, 3
        data.append((x, int(a < b)))
    return data
