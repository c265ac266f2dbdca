"""The walk that shows the states gives the layer's own results, and leaves no trace."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import elman.nn as ours
from elman.errors import InputError
from elman.memory.measures.walk import recurrent_layers, walking
from elman.models.network import RecurrentNetwork
from elman.runtime.spec import NetworkSpec
from tests.tolerances import assert_close

KINDS = {
    "torch rnn": (nn.RNN, {}),
    "torch relu": (nn.RNN, {"nonlinearity": "relu", "bias": False}),
    "torch gru": (nn.GRU, {}),
    "torch lstm": (nn.LSTM, {}),
    "projected lstm": (nn.LSTM, {"proj_size": 3}),
    "rnn": (ours.RNN, {}),
    "gru": (ours.GRU, {}),
    "lstm": (ours.LSTM, {"bias": False}),
    "minGRU": (ours.minGRU, {}),
    "minLSTM": (ours.minLSTM, {}),
    "LRU": (ours.LRU, {}),
}


def flat(result):
    if isinstance(result, torch.Tensor):
        return [torch.view_as_real(result.resolve_conj()) if result.is_complex() else result]
    return [part for each in result for part in flat(each)]


def same(found, expected, name):
    for a, b in zip(flat(found), flat(expected), strict=True):
        assert_close(name, a.detach().numpy(), b.detach().numpy(), "float32 and reference")


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_walk_gives_the_layers_own_results(kind, batch_first, bidirectional):
    torch.manual_seed(1)
    make, options = KINDS[kind]
    layer = make(
        3, 5, num_layers=2, batch_first=batch_first, bidirectional=bidirectional, **options
    )
    x = torch.randn(4, 7, 3)
    x = x if batch_first else x.transpose(0, 1)
    calls = [{}, {"lengths": torch.tensor([7, 1, 4, 6])}]
    for options in calls if make.__module__.startswith("elman") else calls[:1]:
        expected = layer(x, **options)
        with walking(layer) as walk:
            same(layer(x, **options), expected, kind)
        assert len(walk.tracks) == 2 * (1 + bidirectional)
        again = layer(x, expected[1], **options)
        with walking(layer):
            same(layer(x, expected[1], **options), again, f"{kind} from a state")
    with walking(layer):
        found = layer(x[0])
    same(found, layer(x[0]), f"{kind} unbatched")


@pytest.mark.parametrize("sort", [True, False])
@pytest.mark.parametrize("make", [nn.LSTM, ours.GRU])
def test_walk_takes_packed_sequences(make, sort):
    torch.manual_seed(2)
    layer = make(3, 5, bidirectional=True, batch_first=True)
    lengths = [7, 6, 4, 1] if sort else [4, 7, 1, 6]
    packed = pack_padded_sequence(
        torch.randn(4, 7, 3), lengths, batch_first=True, enforce_sorted=sort
    )
    expected, end = layer(packed)
    with walking(layer) as walk:
        found, end_found = layer(packed)
    same(pad_packed_sequence(found)[0], pad_packed_sequence(expected)[0], "packed")
    same(end_found, end, "states after packed")
    assert walk.tracks[0].lengths.tolist() == lengths


def test_states_are_those_of_every_step_and_zero_after_the_end():
    torch.manual_seed(3)
    layer = ours.LSTM(3, 5, batch_first=True, bidirectional=True)
    x, lengths = torch.randn(3, 6, 3), torch.tensor([6, 2, 4])
    with torch.no_grad():
        traces = layer.trace(x, lengths=lengths)[0]
        with walking(layer) as walk:
            layer(x, lengths=lengths)
    for track, trace in zip(walk.tracks, traces, strict=True):
        same(track.states, (trace.h, trace.c), "states")
        real = torch.arange(6) < lengths[:, None]
        same(track.keep * real[:, :, None], trace.gates["f"], "forget gate")


def test_epsilon_gradient_is_the_total_derivative_of_the_state():
    torch.manual_seed(4)
    layer = nn.GRU(2, 3, batch_first=True).double()
    x, v = torch.randn(1, 5, 2, dtype=torch.float64), torch.randn(3, dtype=torch.float64)
    with walking(layer) as walk:
        output, _ = layer(x)
        (epsilon,) = walk.tracks[0].epsilons
        (delta,) = torch.autograd.grad((output[0, -1] @ v) + output[0, 1].sum(), epsilon)
    for t in range(5):
        h = walk.tracks[0].states[0][0, t].clone().requires_grad_()
        steps = layer(x[:, t + 1 :], h[None, None])[0][0] if t < 4 else h[None]
        total = steps[-1] @ v + (h.sum() if t == 1 else 0)
        total = total + (steps[0].sum() if t == 0 else 0)
        np.testing.assert_allclose(delta[0, t], torch.autograd.grad(total, h)[0], atol=1e-12)


def test_holding_leaves_values_alone_and_cuts_what_is_read_before_the_end():
    torch.manual_seed(5)
    net = RecurrentNetwork(NetworkSpec("gru", 4, 2, input_size=3, pools=("mean", "max")))
    x, lengths = torch.randn(3, 6, 3), torch.tensor([6, 3, 5])
    found = {}
    for hold in (None, 0):
        with walking(net, lengths, hold_before_end=hold) as walk:
            answer = net(x, lengths)
        same(answer, net(x, lengths), "answer")
        found[hold] = torch.autograd.grad(answer.sum(), walk.tracks[0].epsilons[0])[0]
    last = torch.arange(6) == lengths[:, None] - 1
    same(found[0][last], found[None][last], "at the end")
    assert (found[0] - found[None])[~last].abs().max() > 1e-3


def test_module_is_put_back_after_an_exception():
    layer = nn.LSTM(3, 5)
    own = layer.forward = nn.LSTM.forward.__get__(layer)
    net = nn.ModuleList([layer, ours.GRU(2, 2)])

    def fail():
        with walking(net):
            assert layer.forward is not own
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert layer.forward is own
    assert not {"forward", "run_layer"} & set(net[1].__dict__)


def test_layers_are_found_by_name():
    net = nn.ModuleDict({"a": nn.Sequential(nn.Linear(2, 2), ours.LRU(2, 2)), "b": nn.GRU(2, 2)})
    assert list(recurrent_layers(net)) == ["a.1", "b"]
    assert list(recurrent_layers(nn.RNN(1, 1))) == ["RNN"]


def test_cells_called_step_by_step_are_refused_by_name():
    import elman

    with pytest.raises(InputError, match="LSTMCell has no recurrent layer"):
        elman.memory_card(nn.LSTMCell(2, 2), [(torch.zeros(3, 2), 0)])
