"""The layers behave as modules of torch do: copies, files, hooks, parametrisations, transforms."""

from __future__ import annotations

import copy
import io

import pytest
import torch
from torch import nn
from torch.func import functional_call
from torch.nn.utils import parametrizations, prune
from torch.utils.checkpoint import checkpoint

import elman.nn
from tests.contract.compare import assert_near, assert_same_bits, torchs_own
from tests.contract.table import LAYERS, flat

each_layer = pytest.mark.parametrize("layer", LAYERS, ids=str)


@pytest.fixture
def dtype(engine):
    return torch.float32 if engine == "cpu" else torch.float64


def pair_name(dtype):
    return f"{str(dtype).removeprefix('torch.')} and reference"


def setting(layer, dtype):
    ours, theirs = layer.pair(3, 7, num_layers=2, batch_first=True)
    return ours.to(dtype), theirs.to(dtype), torch.randn(4, 6, 3, dtype=dtype)


@each_layer
def test_copies_and_files_give_the_same(layer, dtype):
    ours, _, x = setting(layer, dtype)
    expected = ours(x)[0]
    copied = copy.deepcopy(ours)
    assert_same_bits("deep copy", copied(x)[0], expected)
    assert not {p.data_ptr() for p in copied.parameters()} & {
        p.data_ptr() for p in ours.parameters()
    }
    file = io.BytesIO()
    torch.save(ours.state_dict(), file)
    file.seek(0)
    fresh = layer.ours(3, 7, num_layers=2, batch_first=True, dtype=dtype, **dict(layer.options))
    fresh.load_state_dict(torch.load(file, weights_only=True), strict=True)
    assert_same_bits("state_dict", fresh(x)[0], expected)
    file = io.BytesIO()
    torch.save(ours, file)
    file.seek(0)
    whole = torch.load(file, weights_only=False)
    assert type(whole) is layer.ours
    assert_same_bits("pickle", whole(x)[0], expected)


@each_layer
def test_repr_evaluates_and_is_torchs(layer):
    ours, theirs = layer.pair(3, 7, num_layers=2, bidirectional=True, bias=False)
    assert repr(ours) == repr(theirs)
    names = {name: getattr(elman.nn, name) for name in ("RNN", "GRU", "LSTM")}
    again = eval(repr(ours), names)
    assert type(again) is type(ours)
    assert repr(again) == repr(ours)


@each_layer
def test_forward_keeps_the_parameters_themselves(layer, dtype):
    ours, _, x = setting(layer, dtype)
    before = {name: id(parameter) for name, parameter in ours.named_parameters()}
    output, _ = ours(x)
    output.sum().backward()
    assert {name: id(parameter) for name, parameter in ours.named_parameters()} == before
    assert all(parameter.grad is not None for parameter in ours.parameters())


@each_layer
def test_a_parametrised_weight_equals_torch(layer, dtype):
    ours, theirs, x = setting(layer, dtype)
    for module in (ours, theirs):
        parametrizations.weight_norm(module, "weight_hh_l0")
        module.parametrizations.weight_hh_l0.original0.data.mul_(1.5)
        module(x)[0].square().sum().backward()
    assert_near("output", ours(x)[0], theirs(x)[0], pair_name(dtype))
    grads = dict(theirs.named_parameters())
    assert any("original1" in name for name in grads)
    for name, parameter in ours.named_parameters():
        assert_near(name, parameter.grad, grads[name].grad, pair_name(dtype))


@each_layer
def test_a_pruned_weight_stays_pruned(layer, dtype):
    ours, theirs, x = setting(layer, dtype)
    for module in (ours, theirs):
        prune.l1_unstructured(module, "weight_hh_l0", amount=0.5)
    # torch's own forward reads the list of weights it keeps, which pruning does not reach.
    with torch.no_grad():
        theirs._flat_weights[theirs._flat_weights_names.index("weight_hh_l0")] = theirs.weight_hh_l0
    if "aten" in ours.explain_choice(x).twin:
        pytest.skip("torch's own forward")
    assert_near("output", ours(x)[0], theirs(x)[0], pair_name(dtype))


@each_layer
def test_functional_call_uses_the_parameters_given(layer, dtype):
    ours, theirs, x = setting(layer, dtype)
    given = {name: torch.randn_like(p) * 0.3 for name, p in ours.named_parameters()}
    before = ours(x)[0]
    expected = functional_call(theirs, given, (x,))
    found = functional_call(ours, given, (x,))
    assert_near("output", found[0], expected[0], pair_name(dtype))
    assert_same_bits("afterwards", ours(x)[0], before)


@each_layer
def test_a_transform_of_torch_func_equals_autograd(layer, dtype):
    ours, _, x = setting(layer, dtype)
    parameters = {name: p.detach() for name, p in ours.named_parameters()}

    def loss(parameters):
        return functional_call(ours, parameters, (x,))[0].square().sum()

    found = torch.func.grad(loss)(parameters)
    ours(x)[0].square().sum().backward()
    for name, parameter in ours.named_parameters():
        assert_near(name, found[name], parameter.grad, pair_name(dtype))


@each_layer
def test_hooks_run(layer, dtype):
    ours, _, x = setting(layer, dtype)
    seen = []
    ours.register_forward_pre_hook(lambda *_: seen.append("before"))
    ours.register_forward_hook(lambda *_: seen.append("after"))
    ours.register_full_backward_hook(lambda *_: seen.append("backward"))
    ours.weight_hh_l0.register_hook(lambda g: seen.append("weight"))
    ours(x.requires_grad_())[0].sum().backward()
    assert seen[:2] == ["before", "after"]
    assert sorted(seen[2:]) == ["backward", "weight"]


@each_layer
def test_checkpointing_gives_the_same_gradients(layer, dtype):
    ours, _, x = setting(layer, dtype)
    x.requires_grad_()
    leaves = [x, *ours.parameters()]
    expected = torch.autograd.grad(ours(x)[0].square().sum(), leaves)
    again = checkpoint(lambda x: ours(x)[0].square().sum(), x, use_reentrant=False)
    for a, b in zip(torch.autograd.grad(again, leaves), expected, strict=True):
        assert_near("gradient", a, b, pair_name(dtype))


@each_layer
def test_a_graph_kept_gives_its_gradients_twice(layer, dtype):
    ours, _, x = setting(layer, dtype)
    loss = ours(x)[0].square().sum()
    first = torch.autograd.grad(loss, list(ours.parameters()), retain_graph=True)
    for a, b in zip(torch.autograd.grad(loss, list(ours.parameters())), first, strict=True):
        assert_same_bits("gradient", a, b)


IN_PLACE = {
    "an activation": torch.relu_,
    "a factor": lambda output: output.mul_(2),
    "an index": lambda output: output.index_fill_(0, torch.tensor([0]), 0),
}


@each_layer
@pytest.mark.parametrize("rows", [4, 300])  # of memory of the allocator's, and of our own
@pytest.mark.parametrize("how", IN_PLACE)
def test_an_output_changed_in_place_trains_as_torchs(layer, how, rows, dtype):
    for options in ({}, {"batch_first": True, "bidirectional": True}):
        ours, theirs = layer.pair(3, 7, num_layers=2, **options)
        ours, x = ours.to(dtype), torch.randn(rows, 20, 3, dtype=dtype)

        def trained(module, change, x=x):
            leaves = [given := x.clone().requires_grad_(), *module.parameters()]
            return torch.autograd.grad(change(module(given)[0]).square().sum(), leaves)

        found = trained(ours, IN_PLACE[how])
        # torch's own LSTM of float32 refuses, where the others train
        expected = trained(theirs.to(dtype), lambda output: IN_PLACE[how](output.clone()))
        for a, b in zip(found, expected, strict=True):
            assert_near("gradient", a, b, pair_name(dtype))


@each_layer
def test_an_output_overwritten_outside_of_autograd_changes_no_gradient(layer, engine, dtype):
    ours, _, x = setting(layer, dtype)
    expected = torch.autograd.grad(ours(x)[0].sum(), list(ours.parameters()))
    output, _ = ours(x)
    with torch.no_grad():
        output.zero_()
    found = torch.autograd.grad(output.sum(), list(ours.parameters()), retain_graph=True)
    for a, b in zip(found, expected, strict=True):
        (assert_same_bits if engine == "cpu" else assert_near)("gradient", a, b, *_PAIR[engine])


_PAIR = {"cpu": (), "aten": ("float64 and reference",)}


@each_layer
def test_changing_a_weight_in_place_before_backward_is_an_error(layer, dtype):
    ours, _, x = setting(layer, dtype)
    output, _ = ours(x)
    with torch.no_grad():
        ours.weight_hh_l1.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        output.sum().backward()


@each_layer
@pytest.mark.parametrize("kind", [torch.float64, torch.bfloat16, torch.float32], ids=str)
def test_other_dtypes_run_and_keep_their_dtype(layer, kind):
    ours, theirs = layer.pair(3, 7)
    ours, theirs = ours.to(kind), theirs.to(kind)
    x = torch.randn(5, 2, 3, dtype=kind)
    with torchs_own():
        expected = theirs(x)[0]
    output, state = ours(x)
    assert {output.dtype, *(part.dtype for part in flat(state))} == {kind}
    assert_near(str(kind), output, expected, pair_name(kind))


@each_layer
def test_an_optimiser_trains_as_torch(layer, dtype):
    ours, theirs, x = setting(layer, dtype)
    losses = []
    for module in (ours, theirs):
        optimiser = torch.optim.Adam(module.parameters(), lr=0.01)
        losses.append([])
        for _ in range(10):
            optimiser.zero_grad()
            loss = (module(x)[0] - 0.3).square().mean()
            loss.backward()
            optimiser.step()
            losses[-1].append(loss.detach())
    found, expected = torch.stack(losses[0]), torch.stack(losses[1])
    assert expected[-1] < 0.9 * expected[0]
    assert_near("losses", found, expected, "stream and whole")


def test_an_empty_batch_is_as_torchs(dtype):
    for layer in LAYERS:
        ours, theirs, x = setting(layer, dtype)
        found, expected = ours(x[:0]), theirs(x[:0])
        sum(t.sum() for t in (found[0], *flat(found[1]))).backward()
        assert all((p.grad == 0).all() for p in ours.parameters())
        assert found[0].shape == expected[0].shape
        for a, b in zip(flat(found[1]), flat(expected[1]), strict=True):
            assert a.shape == b.shape


def test_a_layer_is_torchs_by_type():
    for name in ("RNN", "GRU", "LSTM"):
        assert issubclass(getattr(elman.nn, name), getattr(nn, name))
