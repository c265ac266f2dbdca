"""Other people's models: no layer is half done, and what becomes of one does not touch the rest."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.nn.functional import dropout
from torch.nn.utils import parametrizations, prune

import elman.nn
from elman import native
from elman.nn import accelerate
from tests.contract.compare import assert_near

RUNS_ON = "cpu" if native.missing() is None else "aten"
OURS = {nn.RNN: elman.nn.RNN, nn.GRU: elman.nn.GRU, nn.LSTM: elman.nn.LSTM}
each_kind = pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)


class WeightDrop(nn.Module):
    """As language models have it: the weight is no parameter, and is there from the first call."""

    def __init__(self, module, name="weight_hh_l0", p=0.5):
        super().__init__()
        self.module, self.name, self.p = module, name, p
        weight = module._parameters.pop(name)
        module.register_parameter(f"{name}_raw", nn.Parameter(weight.data))

    def forward(self, *arguments):
        raw = getattr(self.module, f"{self.name}_raw")
        setattr(self.module, self.name, dropout(raw, self.p, self.training))
        return self.module(*arguments)


def trained(model, x):
    """Output and gradients of one step; dropout draws the same for the same model."""
    torch.manual_seed(5)
    output = model(x)[0]
    model.zero_grad()
    output.square().sum().backward()
    return [output.detach(), *(parameter.grad for parameter in model.parameters())]


@each_kind
@pytest.mark.parametrize("when", ["before the first call", "after it"])
def test_weight_drop_goes_on_as_before(kind, when):
    torch.manual_seed(1)
    model, x = nn.Sequential(WeightDrop(kind(4, 6))), torch.randn(5, 3, 4)
    plain = copy.deepcopy(model)
    if when == "after it":
        model(x)
    account = accelerate(model)
    assert type(model[0].module) is OURS[kind]
    assert account.left == ()
    [entry] = account.swapped
    if when == "after it":
        assert (entry.runs_on, entry.name) == (RUNS_ON, "0.module")
    else:
        assert entry.runs_on == "what its first call allows"
        assert entry.reason == "it has no weight_hh_l0 until the model's own code sets it"
    for found, expected in zip(trained(model, x), trained(plain, x), strict=True):
        assert expected.abs().max() > 0
        assert_near("a step", found, expected, "float32 and reference")
    model.eval(), plain.eval()
    assert_near("evaluation", model(x)[0], plain(x)[0], "float32 and reference")


@each_kind
def test_weights_that_are_no_parameters_are_read_at_every_call(kind):
    torch.manual_seed(2)
    model, x = nn.Sequential(kind(4, 6), kind(4, 6)), torch.randn(5, 3, 4)
    prune.l1_unstructured(model[0], "weight_hh_l0", amount=0.5)
    weight = model[1]._parameters.pop("weight_ih_l0")
    model[1].weight_ih_l0 = weight.detach()
    expected = [layer(x)[0] for layer in model]
    assert [entry.runs_on for entry in accelerate(model).swapped] == [RUNS_ON] * 2
    for k, layer in enumerate(model):
        assert_near(f"layer {k}", layer(x)[0], expected[k], "float32 and reference")
    assert (model[0].weight_hh_l0 == 0).sum() == model[0].weight_hh_l0.numel() // 2
    model[1].weight_ih_l0 = 2 * model[1].weight_ih_l0
    assert (model[1](x)[0] - expected[1]).abs().max() > 0.1


class Own(nn.LSTM):
    """Its own way to call it."""

    def forward(self, x):
        return super().forward(x)[0]


def test_layers_that_cannot_be_understood_are_named_and_the_others_swapped():
    strange = nn.LSTM(4, 6)
    del strange._parameters["weight_ih_l0"]
    strange.weight_ih_l0 = "not a tensor"
    unprintable = nn.GRU(4, 6)
    del unprintable.input_size
    shared = nn.RNN(4, 4)
    model = nn.ModuleDict(
        {
            "first": shared,
            "strange": strange,
            "own": Own(4, 6),
            "again": nn.Sequential(shared),
            "unprintable": unprintable,
            "weighted": parametrizations.weight_norm(nn.GRU(4, 6), "weight_hh_l0"),
            "last": nn.LSTM(4, 6),
        }
    )
    account = accelerate(model)
    assert [entry.name for entry in account.swapped] == ["first, again.0", "last"]
    reasons = {left.name: left.reason for left in account.left}
    assert list(reasons) == ["strange", "own", "unprintable", "weighted"]
    begins = "it is not as torch makes them: "
    assert reasons["strange"] == begins + "TypeError: weight_ih_l0 is a str"
    assert reasons["unprintable"].startswith(begins + "AttributeError: ")
    assert "input_size" in reasons["unprintable"]
    assert type(strange) is nn.LSTM
    assert type(unprintable) is nn.GRU
    assert "GRU  left as it was: " in str(account).replace("   ", "")
    x = torch.randn(5, 3, 4)
    assert model["own"](x).shape == (5, 3, 6)
    assert type(model["last"]) is elman.nn.LSTM


def test_an_exception_while_looking_changes_nothing():
    class Late(nn.ModuleDict):
        def named_modules(self, *arguments, **options):
            for count, pair in enumerate(super().named_modules(*arguments, **options)):
                if count == 3:
                    raise OSError("gone")
                yield pair

    model = Late({"a": nn.LSTM(4, 6), "b": nn.GRU(4, 6), "c": nn.RNN(4, 6)})
    with pytest.raises(OSError, match="gone"):
        accelerate(model)
    assert [type(layer) for layer in model.values()] == [nn.LSTM, nn.GRU, nn.RNN]


def test_a_model_that_is_called_as_a_layer_is_none():
    class LSTM(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm, self.fc = nn.LSTM(3, 4), nn.Linear(4, 1)

    account = accelerate(LSTM())
    assert account.left == ()
    assert [entry.name for entry in account.swapped] == ["lstm"]
