"""Results lie in memory as torch's do, so a program that views torch's goes on with ours."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

import elman.nn
from tests.contract.compare import torchs_own
from tests.contract.table import LAYERS, flat

SIZES = [(4, 6), (1, 6), (4, 1), (1, 1), (0, 6)]
OPTIONS = [
    {"batch_first": first, "bidirectional": both, "num_layers": depth}
    for first, both, depth in itertools.product([False, True], [False, True], [1, 2])
]
LAID = {
    "plain": lambda *shape: torch.randn(shape),
    "swapped": lambda B, T, I: torch.randn(T, B, I).transpose(0, 1),  # noqa: E741
    "sliced": lambda *shape: torch.randn(*shape[:-1], 2 * shape[-1])[..., ::2],
}
FORMS = ["padded", "unbatched", "packed"]


def strides(results):
    output, state = results
    data = output.data if isinstance(output, PackedSequence) else output
    return [tensor.stride() for tensor in (data, *flat(state))]


def inputs(form, size, lay, dtype, batch_first):
    B, T = size
    x = LAID[lay](*((B, T) if batch_first else (T, B)), 3).to(dtype)
    if form == "unbatched":
        return x.select(0 if batch_first else 1, 0)
    if form == "packed":
        return pack_padded_sequence(x, [T] * B, batch_first=batch_first)
    return x


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("layer", LAYERS[1:], ids=str)
def test_strides_are_torchs(engine, layer, dtype):
    seen = 0
    for options in OPTIONS:
        ours, theirs = (module.to(dtype) for module in layer.pair(3, 7, **options))
        first = options["batch_first"]
        for form, size, lay, learns, given in itertools.product(
            FORMS, SIZES, LAID, [False, True], [False, True]
        ):
            if form != "padded" and size[0] == 0:
                continue
            x = inputs(form, size, lay, dtype, first)
            hx = layer.states(theirs, None if form == "unbatched" else size[0]) if given else None
            with torch.set_grad_enabled(learns), torchs_own():
                expected = strides(theirs(x, hx))
            with torch.set_grad_enabled(learns):
                found = strides(ours(x, hx))
            assert found == expected, (options, form, size, lay, learns, given)
            seen += 1
    assert seen == len(OPTIONS) * (5 + 4 + 4) * 3 * 2 * 2


@pytest.mark.parametrize("first", [False, True], ids=["time first", "batch first"])
@pytest.mark.parametrize("layer", LAYERS[1:], ids=str)
def test_rows_of_different_lengths_lie_as_others(engine, layer, first):
    ours, _ = layer.pair(3, 7, bidirectional=True, batch_first=first, dtype=torch.float32)
    x = inputs("padded", (4, 6), "plain", torch.float32, first)
    for lengths in ([6, 0, 3, 5], [0, 0, 0, 0]):
        assert strides(ours(x, lengths=lengths)) == strides(ours(x))


@pytest.mark.parametrize("first", [False, True], ids=["time first", "batch first"])
def test_autocast_keeps_the_layout(first):
    for layer in LAYERS[1:]:
        ours, _ = layer.pair(3, 7, batch_first=first, dtype=torch.float32)
        x = inputs("padded", (4, 6), "plain", torch.float32, first)
        expected = strides(ours(x))
        with torch.autocast("cpu", torch.bfloat16):
            assert strides(ours(x)) == expected


@pytest.mark.parametrize("kind", [elman.nn.minGRU, elman.nn.minLSTM, elman.nn.LRU])
@pytest.mark.parametrize("lay", LAID)
@pytest.mark.parametrize("first", [False, True], ids=["time first", "batch first"])
def test_the_linear_family_lies_as_torchs_layers(kind, lay, first):
    for both, size, lengths in itertools.product([False, True], SIZES, [None, 1]):
        module = kind(3, 7, batch_first=first, bidirectional=both)
        x = inputs("padded", size, lay, torch.float32, first)
        real = None if lengths is None else torch.full(size[:1], lengths)
        output, h_n = module(x, lengths=real)
        by_time = output.transpose(0, 1) if first else output
        by_time.view(size[0] * size[1], 7 * (1 + both))
        assert by_time.is_contiguous()
        assert h_n.is_contiguous()
        if size[0]:
            output, h_n = module(inputs("unbatched", size, lay, torch.float32, first))
            assert output.is_contiguous()
            assert h_n.is_contiguous()
