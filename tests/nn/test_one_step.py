"""A layer called step by step: `step`, and sequences of one, against torch's own layer."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import elman.nn
from tests.contract.compare import assert_near

KINDS = [("RNN", {}), ("RNN", {"nonlinearity": "relu"}), ("GRU", {}), ("LSTM", {})]
FORMS = [
    {},
    {"batch_first": True},
    {"num_layers": 2},
    {"num_layers": 3, "batch_first": True, "bias": False},
]


def both(kind, options):
    torch.manual_seed(11)
    torchs = getattr(nn, kind)(5, 7, **options)
    ours = getattr(elman.nn, kind)(5, 7, **options)
    ours.load_state_dict(torchs.state_dict())
    return torchs, ours


def parts(state):
    return state if isinstance(state, tuple) else (state,)


@pytest.mark.parametrize(("kind", "cell"), KINDS)
@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("given", [True, False])
def test_a_loop_over_steps_is_torchs_over_the_sequence(kind, cell, form, given):
    torchs, ours = both(kind, {**cell, **form})
    first = form.get("batch_first", False)
    x = torch.randn((3, 6, 5) if first else (6, 3, 5))
    states = [torch.randn(form.get("num_layers", 1), 3, 7) for _ in range(1 + (kind == "LSTM"))]
    start = (tuple(states) if kind == "LSTM" else states[0]) if given else None
    found = []
    for how in ("whole", "sequences of one", "step"):
        layer = torchs if how == "whole" else ours
        layer.zero_grad()
        leaf = x.clone().requires_grad_()
        if how == "whole":
            output, state = layer(leaf, start)
        else:
            outputs, state = [], start
            for each in leaf.unbind(1 if first else 0):
                if how == "step":
                    output, state = layer.step(each, state)
                    output = output.unsqueeze(1 if first else 0)
                else:
                    output, state = layer(each.unsqueeze(1 if first else 0), state)
                outputs.append(output)
            output = torch.cat(outputs, 1 if first else 0)
        total = output.square().sum() + sum(part.cos().sum() for part in parts(state))
        total.backward()
        grads = [parameter.grad.clone() for parameter in layer.parameters()]
        found.append([output, *parts(state), leaf.grad, *grads])
    for how in found[1:]:
        for k, (value, expected) in enumerate(zip(how, found[0], strict=True)):
            assert_near(str(k), value, expected, "float32 and reference")


@pytest.mark.parametrize(("kind", "cell"), KINDS)
def test_one_row_without_a_batch(kind, cell):
    torchs, ours = both(kind, cell)
    x = torch.randn(5)
    expected, state = torchs(x[None])
    found, after = ours.step(x)
    assert_near("output", found, expected[0], "float32 and reference")
    assert [part.shape for part in parts(after)] == [part.shape for part in parts(state)]
    again, _ = ours.step(x, after)
    assert_near("second", again, torchs(x[None], state)[0][0], "float32 and reference")


@pytest.mark.parametrize(("kind", "cell"), KINDS)
@pytest.mark.parametrize("form", FORMS, ids=str)
def test_output_and_state_lie_apart_and_as_torchs(kind, cell, form):
    torchs, ours = both(kind, {**cell, **form})
    x = torch.randn((3, 1, 5) if form.get("batch_first") else (1, 3, 5))
    with torch.no_grad():
        (expected, _), (output, state) = torchs(x), ours(x)
        assert output.stride() == expected.stride()
        before = [part.clone() for part in parts(state)]
        output.fill_(7)
        for part, was in zip(parts(state), before, strict=True):
            assert torch.equal(part, was)


def test_dropout_between_layers_is_not_passed_over():
    layer = elman.nn.GRU(5, 64, num_layers=2, dropout=0.5)
    x = torch.randn(4, 5)
    torch.manual_seed(0)
    one, _ = layer.step(x)
    torch.manual_seed(1)
    other, _ = layer.step(x)
    assert not torch.equal(one, other)
    layer.eval()
    assert torch.equal(layer.step(x)[0], layer.step(x)[0])


@pytest.mark.parametrize(("kind", "cell"), KINDS)
def test_misfits_of_a_step_are_the_layers_errors(kind, cell):
    _, ours = both(kind, cell)
    with pytest.raises(RuntimeError, match="input has 4 features"):
        ours.step(torch.zeros(2, 4))
    wrong = torch.zeros(1, 3, 7)
    with pytest.raises(RuntimeError, match="Expected hidden size"):
        ours.step(torch.zeros(2, 5), (wrong, wrong) if kind == "LSTM" else wrong)
