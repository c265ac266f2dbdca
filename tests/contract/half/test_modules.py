"""Layers under autocast on the kernels of bfloat16: who runs, and what programs do with results."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import elman.nn
from elman import native, ops
from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.table import LAYERS, flat, needs_cpu

pytestmark = needs_cpu


def under(dtype=torch.bfloat16):
    return torch.autocast("cpu", dtype)


def layer_and_x(layer, B=5, T=6, **options):
    ours, _ = layer.pair(7, 19, batch_first=True, **options)
    return ours.float(), torch.randn(B, T, 7, requires_grad=True)


def choice(module, x, **options):
    return module.explain_choice(x, **options)


def test_under_autocast_they_run_and_elsewhere_it_is_said(unit):
    module, x = elman.nn.LSTM(7, 19, batch_first=True), torch.randn(5, 6, 7)
    assert choice(module, x).twin == "cpu"
    assert choice(module, x).reasons["half"] == "outside of autocast"
    with under():
        assert choice(module, x).twin == "half"
        assert choice(module, x, lengths=[6, 1, 0, 3, 2]).twin == "half"
        assert choice(module, x.bfloat16()).twin == "half"
        packed = pack_padded_sequence(x, [6, 4, 4, 1, 1], batch_first=True)
        assert choice(module, packed).twin == "half"
    with under(torch.float16):
        assert choice(module, x).reasons["half"] == "autocast is to torch.float16"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda x: x.double(), "x is torch.float64 on cpu"),
        (lambda x: x.to("meta"), "x is torch.float32 on meta"),
    ],
)
def test_what_they_do_not_take_goes_elsewhere(unit, change, reason):
    module, x = elman.nn.LSTM(7, 19, batch_first=True), change(torch.randn(5, 6, 7))
    with under():
        assert ops.TWINS["half"].supports("lstm", x, weights=[], state=(x,)) == reason
        weights = list(module.double().parameters())
        state = (torch.zeros(1, 5, 19),) * 2
        said = ops.TWINS["half"].supports("lstm", torch.zeros(1), weights=weights, state=state)
    assert said == "a weight is torch.float64 on cpu"


def test_torchs_compiler_and_transforms_go_where_they_went(unit, monkeypatch):
    module, x = elman.nn.GRU(7, 19, batch_first=True), torch.randn(3, 5, 6, 7)
    with under():
        found = torch.func.vmap(lambda rows: module(rows)[0])(x)
        monkeypatch.setattr(torch.compiler, "is_compiling", lambda: True)
        assert choice(module, x[0]).reasons["half"] == "torch compiles it"
    exact = torch.stack([module(rows)[0] for rows in x])
    assert_near("vmap", found, exact, "float32 and reference")


def test_without_a_unit_it_is_said(monkeypatch):
    monkeypatch.setattr(native, "half", lambda: None)
    with under():
        said = choice(elman.nn.LSTM(7, 19), torch.randn(5, 6, 7)).reasons["half"]
    assert said == "this processor multiplies bfloat16 no faster than float32"


def test_the_account_says_it(unit):
    with under():
        account = str(elman.nn.accelerate(nn.Sequential(nn.LSTM(7, 19))))
    assert "elman's C++ kernels in bfloat16" in account


def test_large_gates_of_one_row_are_left_to_float32():
    advises = ops.TWINS["half"].advises_against
    for cell, B, H, against in [
        ("gru", 1, 256, True),
        ("lstm", 1, 256, True),
        ("gru", 1, 255, False),
        ("gru", 2, 256, False),
        ("rnn", 1, 256, False),
    ]:
        given = {"weights": [], "state": (torch.zeros(1, B, H),)}
        reason = advises(cell, torch.zeros(B, 3, 2), **given)
        assert (reason is not None) is against, (cell, B, H)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_an_output_changed_in_place_is_computed_again(unit, layer):
    module, x = layer_and_x(layer)
    found = []
    for factor in (1, 3):
        with under():
            output, _ = module(x)
        grad = torch.linspace(-1, 1, output.numel()).reshape(output.shape).to(output.dtype)
        output.mul_(factor)
        output.backward(grad / factor if factor == 1 else grad / 3)
        found.append([p.grad.clone() for p in (x, *module.parameters())])
        module.zero_grad()
        x.grad = None
    for a, b in zip(*found, strict=True):
        assert_near("gradient", b, a, "bfloat16, rounded alike")


@pytest.mark.parametrize("layer", [kind for kind in LAYERS if kind.name != "RNN-relu"], ids=str)
def test_second_derivatives_are_those_of_float32(unit, layer):
    module, x = layer_and_x(layer)
    weights = list(module.parameters())

    def second():
        output, _ = module(x)
        first = torch.autograd.grad((output.float() ** 2).sum(), weights, create_graph=True)
        return torch.autograd.grad(sum((grad**2).sum() for grad in first), [x, *weights])

    exact = second()
    with under():
        found = second()
    for k, (a, b) in enumerate(zip(found, exact, strict=True)):
        assert_near(f"second derivative {k}", a, b, "bfloat16 and reference")
    again = x.detach().bfloat16().requires_grad_()
    with under():
        output, _ = module(again)
    [grad] = torch.autograd.grad(output.float().sum(), again, create_graph=True)
    assert grad.dtype == torch.bfloat16


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_a_gradient_alone_has_the_bits_of_all(unit, layer):
    module, x = layer_and_x(layer, bidirectional=True)
    state = layer.states(module, 5)
    leaves = [x, *flat(state), *module.parameters()]
    for leaf in leaves:
        leaf.requires_grad_()
    with under():
        output, ends = module(x, state)
    loss = (output.float() ** 2).sum() + sum(end.float().sum() for end in flat(ends))
    every = torch.autograd.grad(loss, leaves, retain_graph=True)
    for k, leaf in enumerate(leaves):
        for other in leaves:
            other.requires_grad_(other is leaf)
        with under():
            output, ends = module(x, state)
        loss = (output.float() ** 2).sum() + sum(end.float().sum() for end in flat(ends))
        [alone] = torch.autograd.grad(loss, [leaf])
        assert alone.dtype == torch.float32
        assert_same_bits(f"gradient {k}", alone, every[k])


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_packed_and_by_time_have_the_bits_of_padded(unit, layer):
    module, x = layer_and_x(layer)
    lengths = [6, 4, 4, 2, 1]
    given = pack_padded_sequence(x, lengths, batch_first=True)
    with under():
        padded, ends = module(x, lengths=lengths)
        packed, packed_ends = module(given)
        by_time = layer.ours(7, 19, **dict(layer.options))
        by_time.load_state_dict(module.state_dict())
        turned, _ = by_time(x.transpose(0, 1), lengths=lengths)
    found, _ = pad_packed_sequence(packed, batch_first=True)
    if layer.name in ("GRU", "LSTM"):
        assert found.dtype == torch.float32
    assert_same_bits("packed", found.to(padded.dtype), padded)
    assert_same_bits("by time", turned.transpose(0, 1), padded)
    for a, b in zip(flat(packed_ends), flat(ends), strict=True):
        assert_same_bits("state", a.to(b.dtype), b)
    grads = [torch.autograd.grad(o.float().sum(), x)[0] for o in (found, padded, turned)]
    for grad in grads[1:]:
        assert_same_bits("gradient of x", grad, grads[0])


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_an_input_of_bfloat16_is_what_a_rounded_one_is(unit, layer):
    module, x = layer_and_x(layer, num_layers=2, bidirectional=True)
    half = x.detach().bfloat16().requires_grad_()
    same = half.detach().float().requires_grad_()
    outputs = []
    for given in (half, same):
        with under():
            outputs.append(module(given)[0])
        outputs[-1].float().pow(2).sum().backward()
    assert_same_bits("output", *outputs)
    assert half.grad.dtype == torch.bfloat16
    assert_near("gradient", half.grad.float(), same.grad, "bfloat16, rounded alike")
