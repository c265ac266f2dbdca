"""`accelerate` swaps the layers of somebody else's model in place, and says what it did."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.ao.nn.quantized import dynamic as quantized
from torch.nn.utils import parametrizations
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import elman
from elman import native
from elman.nn import accelerate, restore
from tests.contract.compare import assert_near, assert_same_bits, torchs_own

KERNELS = native.missing() is None
NOT_IN = "the C++ kernels take float32, and bfloat16 without gradients, and x is "
LAYERS = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}


class Tutorial(nn.Module):
    """The model of a hundred tutorials: embedding, packed LSTM, last state, one output."""

    def __init__(self, kind=nn.LSTM):
        super().__init__()
        self.embedding = nn.Embedding(50, 8, padding_idx=0)
        self.rnn = kind(8, 12, num_layers=2, bidirectional=True, batch_first=True)
        self.fc = nn.Linear(24, 1)

    def forward(self, ids, lengths):
        packed = pack_padded_sequence(
            self.embedding(ids), lengths, batch_first=True, enforce_sorted=False
        )
        output, state = self.rnn(packed)
        output, _ = pad_packed_sequence(output, batch_first=True)
        hidden = state[0] if isinstance(state, tuple) else state
        return self.fc(torch.cat([hidden[-2], hidden[-1]], 1) + output.mean(1)).squeeze(1)


def batch():
    generator = torch.Generator().manual_seed(3)
    lengths = torch.randint(1, 12, (16,), generator=generator)
    lengths[0] = 11
    ids = torch.randint(1, 50, (16, 11), generator=generator)
    ids = ids.masked_fill(torch.arange(11) >= lengths[:, None], 0)
    return ids, lengths, (ids[:, 0] > 25).float()


def steps(model, optimiser, n):
    ids, lengths, labels = batch()
    losses = []
    for _ in range(n):
        optimiser.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(model(ids, lengths), labels)
        loss.backward()
        optimiser.step()
        losses.append(loss.detach())
    return torch.stack(losses)


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("kind", LAYERS)
def test_a_tutorial_model_trains_to_the_same_losses(kind):
    torch.manual_seed(0)
    model = Tutorial(LAYERS[kind])
    plain = copy.deepcopy(model)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    plain_optimiser = torch.optim.Adam(plain.parameters(), lr=0.01)
    steps(model, optimiser, 3), steps(plain, plain_optimiser, 3)

    before = {name: id(p) for name, p in model.named_parameters()}
    memory = {id(p): optimiser.state[p]["exp_avg"] for p in model.parameters()}
    keys, layer = list(model.state_dict()), model.rnn
    account = accelerate(model)

    assert model.rnn is layer
    assert type(layer) is getattr(elman.nn, kind)
    assert isinstance(layer, LAYERS[kind])
    assert {name: id(p) for name, p in model.named_parameters()} == before
    assert list(model.state_dict()) == keys
    assert all(optimiser.state[p]["exp_avg"] is memory[id(p)] for p in model.parameters())
    assert [entry.name for entry in account.swapped] == ["rnn"]
    assert account.swapped[0].runs_on == ("cpu" if KERNELS else "aten")
    assert account.left == ()

    found, expected = steps(model, optimiser, 20), steps(plain, plain_optimiser, 20)
    assert expected[-1] < 0.5 * expected[0]
    assert_near("losses", found, expected, "same training")
    model.eval(), plain.eval()
    ids, lengths, _ = batch()
    assert_near("evaluation", model(ids, lengths), plain(ids, lengths), "same training")
    plain.load_state_dict(model.state_dict(), strict=True)
    assert_near("state_dict", model(ids, lengths), plain(ids, lengths), "stream and whole")


def test_the_layers_really_are_ours_afterwards(monkeypatch):
    if not KERNELS:
        pytest.skip(str(native.missing()))
    model = Tutorial()
    calls = []
    monkeypatch.setattr(nn.LSTM, "forward", lambda *_: calls.append("torch"))
    ids, lengths, _ = batch()
    with pytest.raises(TypeError):
        model(ids, lengths)
    assert calls == ["torch"]
    accelerate(model)
    model(ids, lengths)
    assert calls == ["torch"]


def test_a_layer_itself_nested_and_shared_layers():
    layer = nn.GRU(3, 5)
    assert [entry.name for entry in accelerate(layer).swapped] == ["(model)"]
    assert type(layer) is elman.nn.GRU

    shared = nn.RNN(3, 3)
    model = nn.ModuleDict(
        {
            "first": shared,
            "inner": nn.Sequential(nn.Linear(3, 3), nn.ModuleList([nn.LSTM(3, 4), shared])),
        }
    )
    account = accelerate(model)
    assert [entry.name for entry in account.swapped] == ["first, inner.1.1", "inner.1.0"]
    assert model["first"] is model["inner"][1][1] is shared


def test_again_changes_nothing_and_restore_undoes():
    model = Tutorial(nn.GRU)
    ids, lengths, _ = batch()
    plain = model(ids, lengths)
    accelerate(model)
    again = accelerate(model)
    assert again.swapped == ()
    assert [(left.name, left.reason) for left in again.left] == [
        ("rnn", "already elman.nn.recurrent.GRU")
    ]
    assert restore(model) == 1
    assert type(model.rnn) is nn.GRU
    assert_same_bits("output", model(ids, lengths), plain)
    assert restore(model) == 0


class OwnCell(nn.LSTMCell):
    """A cell of the user's."""


class Own(nn.LSTM):
    """A subclass."""


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
def test_what_is_left_is_left_with_the_reason():
    replaced = nn.GRU(3, 5)
    replaced.forward = lambda x: x
    weighted = parametrizations.weight_norm(nn.GRU(3, 5), "weight_hh_l0")
    scripted = torch.jit.script(nn.LSTM(3, 5))
    model = nn.ModuleDict(
        {
            "own": Own(3, 5),
            "replaced": replaced,
            "weighted": weighted,
            "quantised": quantized.LSTM(3, 5),
            "cell": OwnCell(3, 5),
            "linear": nn.Linear(3, 5),
        }
    )
    model.add_module("scripted", scripted)
    kinds = {name: type(module) for name, module in model.named_modules()}
    account = accelerate(model)
    assert account.swapped == ()
    reasons = {left.name: left.reason for left in account.left}
    assert reasons == {
        "own": f"{Own.__module__}.Own is a subclass with code of its own",
        "replaced": "its forward was replaced",
        "weighted": "a weight of it is parametrised: accelerate the model before that",
        "quantised": "torch.ao.nn.quantized.dynamic.modules.rnn.LSTM is not torch.nn.LSTM",
        "cell": f"{Own.__module__}.OwnCell is a subclass with code of its own",
        "scripted": "scripted: TorchScript runs it, not Python",
    }
    assert {name: type(module) for name, module in model.named_modules()} == kinds


def test_cells_are_swapped_and_given_back():
    cells = [nn.RNNCell(3, 5, nonlinearity="relu"), nn.GRUCell(3, 5, bias=False), nn.LSTMCell(3, 5)]
    model, x = nn.ModuleList(cells), torch.randn(2, 3)
    before = [cell(x) for cell in model]
    account = accelerate(model)
    assert [(each.name, each.runs_on) for each in account.swapped] == [
        (name, "aten" if native.missing() else "cpu") for name in ("0", "1", "2")
    ]
    assert account.left == ()
    ours = [elman.nn.RNNCell, elman.nn.GRUCell, elman.nn.LSTMCell]
    assert [type(cell) for cell in model] == ours
    for cell, expected in zip(model, before, strict=True):
        torch.testing.assert_close(cell(x), expected)
    assert elman.nn.restore(model) == 3
    assert [type(cell) for cell in model] == [nn.RNNCell, nn.GRUCell, nn.LSTMCell]


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
def test_a_layer_that_no_kernel_serves_says_so_and_works():
    model = nn.ModuleDict(
        {
            "projected": nn.LSTM(3, 5, proj_size=2),
            "wide": nn.RNN(3, 5).double(),
            "narrow": nn.GRU(3, 5).bfloat16(),
        }
    )
    x = torch.randn(4, 2, 3)
    with torchs_own():
        expected = {
            "projected": model["projected"](x)[0],
            "wide": model["wide"](x.double())[0],
            "narrow": model["narrow"](x.bfloat16())[0],
        }
    account = accelerate(model)
    half = "aten, without gradients on cpu" if KERNELS else "aten"
    assert [entry.runs_on for entry in account.swapped] == ["aten", "aten", half]
    reasons = [
        "proj_size=2: no fast twin projects the state",
        native.missing() or NOT_IN + "torch.float64",
        native.missing() or NOT_IN + "torch.bfloat16",
    ]
    assert [entry.reason for entry in account.swapped] == reasons
    for name, output in expected.items():
        assert_same_bits(name, model[name](x.to(output.dtype))[0], output)


def test_hooks_and_training_mode_are_kept():
    layer = nn.LSTM(3, 5, num_layers=2, dropout=0.3).eval()
    seen = []
    layer.register_forward_hook(lambda *_: seen.append("hook"))
    layer.register_buffer("note", torch.ones(1))
    accelerate(layer)
    assert not layer.training
    layer(torch.randn(4, 2, 3))
    assert seen == ["hook"]
    assert layer.note == 1
    assert layer.dropout == 0.3


def test_the_account_is_a_sentence_and_a_small_table():
    model = nn.Sequential(nn.GRU(3, 5), Own(5, 5, batch_first=True)).double()
    reason = native.missing() or NOT_IN + "torch.float64"
    left = f"left as it was: {Own.__module__}.Own is a subclass with code of its own"
    assert str(accelerate(model)).splitlines() == [
        "1 recurrent layer is elman's now, with the same weights; 1 was left",
        f"0  GRU(3, 5)                    torch's own code, as before: {reason}",
        f"1  Own(5, 5, batch_first=True)  {left}",
    ]
    assert str(accelerate(model)).splitlines()[0] == ("2 recurrent layers were left, none is new")
    assert str(accelerate(nn.Linear(3, 5))) == "no recurrent layer found"
    if KERNELS:
        half = str(accelerate(nn.GRU(3, 5).bfloat16())).splitlines()[1]
        assert "torch's own code, as before, and without gradients elman's C++ kernels: the" in half
        plain = str(accelerate(nn.ModuleList([nn.GRU(3, 5), nn.RNN(3, 5)])))
        assert plain.splitlines() == [
            "2 recurrent layers are elman's now, with the same weights",
            "0  GRU(3, 5)  elman's C++ kernels",
            "1  RNN(3, 5)  elman's C++ kernels",
        ]


def test_it_is_at_the_front_door():
    assert elman.accelerate is accelerate
