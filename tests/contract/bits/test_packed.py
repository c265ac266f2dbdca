"""A PackedSequence, padded rows with lengths, and one row at a time are the same; to the bit on
the C++ kernels."""

from __future__ import annotations

import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.table import LAYERS, flat

B, T, I, H = 6, 9, 3, 17  # noqa: E741
LENGTHS = [4, 9, 1, 9, 2, 7]


@pytest.fixture
def dtype(engine):
    return torch.float32 if engine == "cpu" else torch.float64


def check(name, found, expected):
    if found.dtype == torch.float32:
        assert_same_bits(name, found, expected)
    else:
        assert_near(name, found, expected, "float64 and reference")


def setting(layer, dtype, **options):
    ours, _ = layer.pair(I, H, bidirectional=True, batch_first=True, **options)
    ours = ours.to(dtype)
    x = torch.randn(B, T, I, dtype=dtype, requires_grad=True)
    return ours, x, layer.states(ours, B)


def gradients(ours, x, output, state):
    """Of a fixed random functional of all results; the rows of the state count by their place."""
    torch.manual_seed(2)
    results = [output, *flat(state)]
    loss = [torch.randn(r.shape, dtype=r.dtype) for r in results]
    leaves = [x, *ours.parameters()]
    found = torch.autograd.grad(results, leaves, loss, retain_graph=True)
    return dict(zip(["x", *dict(ours.named_parameters())], found, strict=True))


@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("layer", LAYERS, ids=str)
@pytest.mark.parametrize("order", ["any", "sorted"])
def test_packed_equals_lengths(layer, num_layers, order, dtype):
    ours, x, hx = setting(layer, dtype, num_layers=num_layers)
    lengths = LENGTHS if order == "any" else sorted(LENGTHS, reverse=True)
    output, state = ours(x, hx, lengths=lengths)
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=order == "sorted")
    steps, state_packed = ours(packed, hx)
    unpacked, _ = pad_packed_sequence(steps, batch_first=True)
    check("output", unpacked, output)
    for found, expected in zip(flat(state_packed), flat(state), strict=True):
        check("state", found, expected)
    found = gradients(ours, x, unpacked, state_packed)
    for name, expected in gradients(ours, x, output, state).items():
        if name == "x":
            check("gradient of x", found[name], expected)
        else:  # sums over rows that lie in another order
            pair = f"{str(dtype).removeprefix('torch.')} and reference"
            assert_near(f"gradient of {name}", found[name], expected, pair)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_lengths_equal_one_row_at_a_time(layer, dtype):
    ours, x, hx = setting(layer, dtype, num_layers=2)
    lengths = [4, 9, 0, 9, 2, 7]
    output, state = ours(x, hx, lengths=torch.tensor(lengths, dtype=torch.int32))
    for b, length in enumerate(lengths):
        given = tuple(part[:, b] for part in flat(hx))
        given = given if layer.name == "LSTM" else given[0]
        assert not output[b, length:].any()
        if length == 0:
            for found, expected in zip(flat(state), flat(given), strict=True):
                check(f"state of empty row {b}", found[:, b], expected)
            continue
        alone, end = ours(x[b, :length], given)
        check(f"row {b}", output[b, :length], alone)
        for found, expected in zip(flat(state), flat(end), strict=True):
            check(f"state of row {b}", found[:, b], expected)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_lengths_without_batch_first_and_unbatched(layer, dtype):
    ours, _ = layer.pair(I, H)
    ours = ours.to(dtype)
    x = torch.randn(T, B, I, dtype=dtype)
    output, state = ours(x, lengths=LENGTHS)
    alone, end = ours(x[:, 2], lengths=LENGTHS[2:3])
    check("row 2", output[:, 2], alone)
    for found, expected in zip(flat(state), flat(end), strict=True):
        check("state", found[:, 2], expected)
