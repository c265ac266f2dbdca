"""Step by step, a layer gives what it gives for the whole sequence."""

from __future__ import annotations

import pytest
import torch

from elman.errors import OptionError
from tests.contract.compare import assert_near
from tests.contract.table import LAYERS, flat


@pytest.mark.parametrize("batch_first", [False, True], ids=["time first", "batch first"])
@pytest.mark.parametrize("rows", [None, 3], ids=["unbatched", "batched"])
@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_streaming_equals_whole_sequence(engine, layer, num_layers, rows, batch_first):
    ours, _ = layer.pair(3, 7, num_layers=num_layers, batch_first=batch_first)
    dtype = torch.float32 if engine == "cpu" else torch.float64
    ours = ours.to(dtype)
    time = 1 if batch_first and rows else 0
    x = torch.randn(*((9,) if rows is None else (9, rows)), 3, dtype=dtype)  # time first
    state = layer.states(ours, rows)
    whole, last = ours(x.transpose(0, time) if time else x, state)
    steps = []
    for x_t in x:
        y, state = ours.step(x_t, state)
        steps.append(y)
    pair = "stream and whole" if engine == "cpu" else "float64 and reference"
    assert_near("output", torch.stack(steps, time), whole, pair)
    for found, expected in zip(flat(state), flat(last), strict=True):
        assert_near("state", found, expected, pair)


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_a_stream_starts_from_zeros(engine, layer):
    ours, _ = layer.pair(3, 7)
    ours = ours.float()
    x = torch.randn(2, 3)
    zeros = [torch.zeros(1, 2, 7), torch.zeros(1, 2, 7)]
    given = tuple(zeros) if layer.name == "LSTM" else zeros[0]
    assert_near("first step", ours.step(x)[0], ours.step(x, given)[0], "stream and whole")


def test_a_layer_of_both_directions_does_not_stream():
    ours, _ = LAYERS[0].pair(3, 7, bidirectional=True)
    message = (
        r"^step\(\) goes left to right, and this layer reads both ways: its output at a step needs "
        r"the whole sequence\. Use forward\(\), or bidirectional=False\.$"
    )
    with pytest.raises(OptionError, match=message):
        ours.step(torch.zeros(2, 3))
