"""The layers are torch.nn's with copied weights: every option, every input form, every gradient."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.table import LAYERS, flat

B, T, I, H = 4, 6, 3, 5  # noqa: E741

OPTIONS = {
    "plain": {},
    "batch first": {"batch_first": True},
    "both ways": {"bidirectional": True},
    "no bias": {"bias": False},
    "two layers, both ways, batch first": {
        "num_layers": 2,
        "bidirectional": True,
        "batch_first": True,
    },
    "three layers, no bias, dropout": {"num_layers": 3, "bias": False, "dropout": 0.4},
    "projection": {"proj_size": 2, "num_layers": 2, "bidirectional": True},
}

FORMS = ["padded", "unbatched", "packed, sorted", "packed, any order"]


def options_of(layer):
    return [name for name in OPTIONS if name != "projection" or layer.name == "LSTM"]


CASES = [(layer, name) for layer in LAYERS for name in options_of(layer)]
IDS = [f"{layer}-{name}" for layer, name in CASES]


def inputs(form, batch_first, dtype):
    """The same numbers for the same arguments, as a leaf and in the form asked for."""
    torch.manual_seed(7)
    leaf = torch.randn(T, B, I).to(dtype)
    if form == "unbatched":
        leaf = leaf[:, 0].contiguous()
    elif batch_first:
        leaf = leaf.transpose(0, 1).contiguous()
    leaf.requires_grad_()
    if not form.startswith("packed"):
        return leaf, leaf
    lengths = [6, 4, 4, 1] if form == "packed, sorted" else [2, 6, 1, 5]
    packed = pack_padded_sequence(
        leaf, lengths, batch_first=batch_first, enforce_sorted=form == "packed, sorted"
    )
    return leaf, packed


def results(module, form, given_state, dtype):
    """Output, final states and every gradient, by name."""
    leaf, given = inputs(form, module.batch_first, dtype)
    torch.manual_seed(8)
    hx = None
    if given_state is not None:
        hx = tuple(part.to(dtype).requires_grad_() for part in given_state)
    output, state = module(given, hx if hx is None or len(hx) == 2 else hx[0])
    assert isinstance(output, PackedSequence) == form.startswith("packed")
    data = output.data if isinstance(output, PackedSequence) else output
    found = {"output": data, **dict(zip(("h_n", "c_n"), flat(state), strict=False))}
    loss = sum((t * torch.randn(t.shape, dtype=torch.float64)).sum() for t in found.values())
    leaves = {"input": leaf, **dict(module.named_parameters())}
    leaves |= dict(zip(("h_0", "c_0"), hx or (), strict=False))
    gradients = torch.autograd.grad(loss, list(leaves.values()))
    return found | {f"gradient of {k}": g for k, g in zip(leaves, gradients, strict=True)}


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize(("layer", "option"), CASES, ids=IDS)
def test_equals_torch(engine, layer, option):
    ours, theirs = layer.pair(I, H, **OPTIONS[option])
    ours.eval(), theirs.eval()
    dtype = torch.float32 if engine == "cpu" else torch.float64
    pair = "float32 and reference" if engine == "cpu" else "float64 and reference"
    ours = ours.to(dtype)
    for form, with_state in itertools.product(FORMS, (False, True)):
        state = None
        if with_state:
            state = flat(layer.states(theirs, None if form == "unbatched" else B))
        expected = results(theirs, form, state, torch.float64)
        found = results(ours, form, state, dtype)
        assert found.keys() == expected.keys()
        for name, tensor in expected.items():
            what = f"{layer}, {option}, {form}{', hx' * with_state}: {name}"
            assert found[name].dtype == dtype, what
            assert_near(what, found[name], tensor, pair)


@pytest.mark.parametrize(("layer", "option"), CASES, ids=IDS)
def test_weights_go_both_ways(layer, option):
    ours, theirs = layer.pair(I, H, **OPTIONS[option])
    assert list(ours.state_dict()) == list(theirs.state_dict())
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.normal_()
    theirs.load_state_dict(ours.state_dict(), strict=True)
    for (name, a), (again, b) in zip(
        ours.named_parameters(), theirs.named_parameters(), strict=True
    ):
        assert name == again
        assert_same_bits(name, b, a)
    assert isinstance(ours, layer.torchs)


def test_packed_forms_keep_their_order(engine):
    ours, theirs = LAYERS[0].pair(I, H)
    _, packed = inputs("packed, any order", False, torch.float64)
    found, expected = ours(packed)[0], theirs(packed)[0]
    assert found.batch_sizes.equal(expected.batch_sizes)
    assert found.sorted_indices.equal(expected.sorted_indices)
    assert found.unsorted_indices.equal(expected.unsorted_indices)
