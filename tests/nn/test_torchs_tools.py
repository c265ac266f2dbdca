"""What torch's own tools do with a layer by its class, they do with ours."""

from __future__ import annotations

import copy
import inspect
import sys

import pytest
import torch
from torch import nn
from torch.ao.nn.quantized import dynamic as quantized
from torch.ao.quantization import quantize_dynamic

import elman.nn
from elman.nn import accelerate, restore
from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.table import flat

TORCHS = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}
each_name = pytest.mark.parametrize("name", TORCHS)


class Net(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.rnn, self.fc = kind(5, 7, batch_first=True, bidirectional=True), nn.Linear(14, 2)

    def forward(self, x: torch.Tensor):
        return self.fc(self.rnn(x)[0])


@each_name
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
def test_script_compiles_torchs_layer_with_the_same_weights(name):
    model, x = Net(TORCHS[name]), torch.randn(3, 4, 5)
    accelerate(model)
    expected, layer = model(x), model.rnn
    scripted = torch.jit.script(model)
    assert_near("output", scripted(x), expected, "float32 and reference")
    assert scripted.rnn.original_name == name
    assert type(layer) is getattr(elman.nn, name)
    # torch puts what it compiles into the model; nothing else of it changes
    assert model.rnn.weight_hh_l0 is layer.weight_hh_l0
    assert [entry.name for entry in accelerate(model).swapped] == ["rnn"]
    assert_same_bits("again", model(x), expected)


@pytest.mark.filterwarnings("ignore:torch.ao.quantization is deprecated")
@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
# by name: the order of a set is another one in every process
@pytest.mark.parametrize(
    "spec",
    [None, {nn.LSTM, nn.GRU}, {nn.LSTM}, {"rnn"}, {nn.Linear}],
    ids=["none", "LSTM-GRU", "LSTM", "rnn", "Linear"],
)
@each_name
def test_quantisation_makes_of_ours_what_it_makes_of_torchs(name, spec):
    plain = Net(TORCHS[name]).eval()
    model, x = copy.deepcopy(plain), torch.randn(3, 4, 5)
    accelerate(model)
    expected, found = quantize_dynamic(plain, spec), quantize_dynamic(model, spec)
    assert type(model.rnn) is getattr(elman.nn, name), "the model that was given stays what it was"
    kinds = [type(each.fc) for each in (found, expected)]
    assert kinds[0] is kinds[1]
    if type(expected.rnn) is TORCHS[name]:
        wanted = TORCHS[name] if spec == {"rnn"} else getattr(elman.nn, name)
        assert type(found.rnn) is wanted
        assert_near("output", found(x), expected(x), "float32 and reference")
    else:
        assert type(found.rnn) is getattr(quantized, name)
        assert_same_bits("output", found(x), expected(x))


@pytest.mark.parametrize("name", ["RNNCell", "GRUCell", "LSTMCell"])
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
@pytest.mark.filterwarnings("ignore:torch.ao.quantization is deprecated")
@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
def test_cells_are_scripted_and_quantised_as_torchs(name):
    cell, x = getattr(elman.nn, name)(5, 7), torch.randn(3, 5)
    plain = getattr(nn, name)(5, 7)
    plain.load_state_dict(cell.state_dict())
    scripted = torch.jit.script(cell)
    assert scripted.original_name == name
    for a, b in zip(flat(scripted(x)), flat(cell(x)), strict=True):
        assert_near("state", a, b, "float32 and reference")
    found, expected = (quantize_dynamic(nn.ModuleList([each]))[0] for each in (cell, plain))
    assert type(found) is type(expected) is getattr(quantized, name)
    for a, b in zip(flat(found(x)), flat(expected(x)), strict=True):
        assert_same_bits("state", a, b)


@pytest.mark.filterwarnings("ignore:torch.ao.quantization is deprecated")
def test_quantisation_leaves_classes_of_the_users_alone():
    class Own(elman.nn.LSTM):
        pass

    found = quantize_dynamic(nn.ModuleList([Own(3, 4)]))
    assert type(found[0]) is Own


@each_name
def test_signatures_show_torchs_arguments(name):
    shown = inspect.signature(getattr(elman.nn, name)).parameters
    first = ["input_size", "hidden_size", "num_layers"]
    assert [*shown][:3] == first
    if sys.version_info >= (3, 11):
        from typing import get_overloads

        overload = next(
            found
            for each in get_overloads(TORCHS[name].__init__)
            if "bias" in (found := inspect.signature(each).parameters)
        )
        names = [one for one in overload if one != "self"]
        assert [*shown] == names
        assert [shown[one].default for one in names] == [overload[one].default for one in names]


@each_name
def test_arguments_by_place_are_torchs(name):
    given = (3, 5, 2) + (("relu",) if name == "RNN" else ()) + (False, True, 0.25, True)
    ours, theirs = getattr(elman.nn, name)(*given), TORCHS[name](*given)
    assert repr(ours) == repr(theirs)
    assert {k: v.shape for k, v in ours.state_dict().items()} == {
        k: v.shape for k, v in theirs.state_dict().items()
    }
    empty = nn.utils.skip_init(getattr(elman.nn, name), 3, 5, dtype=torch.float64)
    assert empty.weight_hh_l0.dtype is torch.float64
    restore(empty)
    assert type(empty) is TORCHS[name]
