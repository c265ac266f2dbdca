"""The trace of a layer is the reference stepped by hand: every state, every gate, every step."""

from __future__ import annotations

import pytest
import torch

from elman import ops
from elman.errors import OptionError
from elman.ops.recurrent import reference
from tests.contract.compare import assert_near
from tests.contract.table import LAYERS, flat

B, T, I, H = 4, 7, 3, 5  # noqa: E741
LENGTHS = [7, 0, 3, 1]


def stepped(cell, x, state, weights, *, reverse):
    """h, c and gates of one row of one direction, in the order of time."""
    states, gates = [], []
    order = range(len(x) - 1, -1, -1) if reverse else range(len(x))
    for t in order:
        state, letters = reference.step(cell, x[t][None], state, weights)
        states.append([part[0] for part in state])
        gates.append({letter: gate[0] for letter, gate in letters.items()})
    return (states[::-1], gates[::-1]) if reverse else (states, gates)


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "lengths"])
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_trace_equals_the_reference_stepped_by_hand(engine, layer, lengths):
    ours, _ = layer.pair(I, H, num_layers=2, bidirectional=True, batch_first=True)
    dtype = torch.float32 if engine == "cpu" else torch.float64
    pair = "float32 and reference" if engine == "cpu" else "float64 and reference"
    ours = ours.to(dtype)
    x = torch.randn(B, T, I, dtype=dtype)
    hx = layer.states(ours, B)
    traces = ours.trace(x, hx, lengths=lengths)
    output, _ = ours(x, hx, lengths=lengths)
    top = torch.cat([trace.h for trace in traces[-1]], 2)
    assert_near("h of the last layer", top, output, pair)

    assert [len(directions) for directions in traces] == [2, 2]
    below = x.double()
    for depth, directions in enumerate(traces):
        for d, trace in enumerate(directions):
            weights = ops.directions_of([w.double() for w in ours._weights(depth)])[d]
            for b in range(B):
                n = T if lengths is None else lengths[b]
                before = tuple(part[2 * depth + d, b].double()[None] for part in flat(hx))
                states, gates = stepped(ours._cell, below[b, :n], before, weights, reverse=d == 1)
                for t in range(n):
                    where = f"layer {depth}, direction {d}, row {b}, step {t}"
                    assert_near(f"h, {where}", trace.h[b, t], states[t][0], pair)
                    if trace.c is not None:
                        assert_near(f"c, {where}", trace.c[b, t], states[t][1], pair)
                    assert trace.gates.keys() == gates[t].keys()
                    for letter, gate in gates[t].items():
                        assert_near(f"{letter}, {where}", trace.gates[letter][b, t], gate, pair)
                for tensor in (trace.h, *trace.gates.values(), *[trace.c] * (trace.c is not None)):
                    assert not tensor[b, n:].any(), f"row {b} is not 0 after its end"
        assert (directions[0].c is not None) == (layer.name == "LSTM")
        below = torch.cat([trace.h.double() for trace in directions], 2)


def test_gates_are_those_of_the_cell():
    letters = {"RNN": [], "RNN-relu": [], "GRU": ["n", "r", "z"], "LSTM": ["f", "g", "i", "o"]}
    for layer in LAYERS:
        ours, _ = layer.pair(I, H)
        ((trace,),) = ours.trace(torch.randn(T, B, I, dtype=torch.float64))
        assert sorted(trace.gates) == letters[layer.name]
        assert trace.h.shape == (B, T, H)


def test_a_trace_is_differentiable():
    ours, _ = LAYERS[3].pair(I, H)
    x = torch.randn(T, B, I, dtype=torch.float64, requires_grad=True)
    ((trace,),) = ours.trace(x)
    (gradient,) = torch.autograd.grad(trace.c[:, -1].sum(), x)
    assert (gradient[-1] != 0).all()


def test_a_projected_state_is_not_traced():
    ours, _ = LAYERS[3].pair(I, H, proj_size=2)
    with pytest.raises(OptionError, match=r"^trace\(\) does not follow a projected state "
                                          r"\(proj_size=2\)\.$"):  # fmt: skip
        ours.trace(torch.zeros(T, B, I, dtype=torch.float64))
