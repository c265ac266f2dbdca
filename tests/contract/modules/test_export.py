"""What is recorded from a layer runs elsewhere and gives the same.

At fixed sizes it runs without elman. With free steps, which torch's own layers do not have, it is
made of our operators.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from torch import nn
from torch.export import Dim

from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.table import LAYERS, needs_cpu

pytestmark = pytest.mark.filterwarnings("ignore")  # torch's exporters warn of themselves

each_layer = pytest.mark.parametrize("layer", LAYERS, ids=str)


class Model(nn.Module):
    """A layer and a head."""

    def __init__(self, rnn):
        super().__init__()
        self.rnn = rnn
        self.fc = nn.Linear(2 * rnn.hidden_size, 1)

    def forward(self, x):
        return self.fc(self.rnn(x)[0])


def setting(layer):
    ours, _ = layer.pair(3, 5, batch_first=True, bidirectional=True)
    return Model(ours.float()).eval(), torch.randn(2, 6, 3), torch.randn(2, 6, 3)


@each_layer
@pytest.mark.parametrize("gradients", [False, True])
def test_a_traced_layer_computes_and_remembers_nothing(layer, gradients):
    model, x, other = setting(layer)
    with torch.set_grad_enabled(gradients):
        traced = torch.jit.trace(model, x)
    assert_near("output", traced(other), model(other), "float32 and reference")


@pytest.mark.parametrize(
    ("layer", "strict"),
    [*((layer, False) for layer in LAYERS), (LAYERS[0], True), (LAYERS[3], True)],
    ids=str,
)
def test_an_exported_layer_is_made_of_torchs_operators(layer, strict):
    model, x, other = setting(layer)
    program = torch.export.export(model, (x,), strict=strict)
    assert_near("output", program.module()(other), model(other), "float32 and reference")
    called = {str(n.target) for n in program.graph.nodes if n.op == "call_function"}
    assert called
    assert not any("elman" in name for name in called)


@each_layer
def test_onnx_gives_the_same(layer, tmp_path):
    runtime = pytest.importorskip("onnxruntime")
    model, x, other = setting(layer)
    path = str(tmp_path / "model.onnx")
    torch.onnx.export(model, (x,), path, dynamo=False, input_names=["x"])
    (found,) = runtime.InferenceSession(path).run(None, {"x": other.numpy()})
    assert_near("output", torch.from_numpy(found), model(other), "float32 and reference")


class Ragged(Model):
    """With lengths, states given, and two layers with dropout between them."""

    def forward(self, x, lengths, hx):
        output, state = self.rnn(x, hx, lengths=lengths)
        return self.fc(output), state


FREE = {
    "dynamic": (Dim.DYNAMIC, Dim.DYNAMIC),
    "named": (Dim("rows", min=1, max=64), Dim("steps", min=1, max=3000)),
    "steps alone": (None, Dim.AUTO),
}


@needs_cpu
@pytest.mark.parametrize("free", FREE)
@pytest.mark.parametrize("strict", [False, True], ids=["", "strict"])
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_steps_left_free_stay_free(layer, strict, free, tmp_path):
    rows, steps = FREE[free]
    model, _, _ = setting(layer)
    sizes = {0: rows, 1: steps}
    program = torch.export.export(
        model, (torch.randn(4, 11, 3),), dynamic_shapes=(sizes,), strict=strict
    )
    torch.export.save(program, tmp_path / "model.pt2")
    again = torch.export.load(tmp_path / "model.pt2")
    for B, T in ((4, 11), (4, 300), (4, 1)) if rows is None else ((4, 11), (1, 1), (33, 70)):
        x = torch.randn(B, T, 3)
        for name, exported in (("exported", program), ("loaded", again)):
            assert_same_bits(f"{name} {B} x {T}", exported.module()(x), model(x))


@needs_cpu
@pytest.mark.parametrize("layer", LAYERS[1:], ids=str)
def test_lengths_states_and_several_layers_are_exported(layer):
    ours, _ = layer.pair(3, 5, 2, batch_first=True, bidirectional=True, dropout=0.5)
    model = Ragged(ours.float()).eval()
    lengths, hx = torch.tensor([6, 0, 3, 5]), layer.states(ours, 4)
    of_state = ({1: Dim.DYNAMIC},) * 2 if isinstance(hx, tuple) else {1: Dim.DYNAMIC}
    shapes = ({0: Dim.DYNAMIC, 1: Dim.DYNAMIC}, {0: Dim.DYNAMIC}, of_state)
    program = torch.export.export(model, (torch.randn(4, 6, 3), lengths, hx), dynamic_shapes=shapes)
    x, lengths, hx = (
        torch.randn(7, 9, 3),
        torch.tensor([9, 1, 0, 4, 4, 9, 2]),
        layer.states(ours, 7),
    )
    found, expected = (call(x, lengths, hx) for call in (program.module(), model))
    leaves = [torch.utils._pytree.tree_leaves(each) for each in (found, expected)]
    assert len(leaves[0]) == len(leaves[1]) >= 2
    for a, b in zip(*leaves, strict=True):
        assert_same_bits("result", a, b)


@needs_cpu
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_an_exported_program_can_be_trained(layer):
    model, x, _ = setting(layer)
    model.train()
    sizes = {0: Dim.DYNAMIC, 1: Dim.DYNAMIC}
    program = torch.export.export(model, (x,), dynamic_shapes=(sizes,)).module()
    x = torch.randn(5, 9, 3)
    expected = torch.autograd.grad(model(x).square().sum(), list(model.parameters()))
    found = torch.autograd.grad(program(x).square().sum(), list(program.parameters()))
    for a, b in zip(found, expected, strict=True):
        assert_near("gradient", a, b, "float32 and reference")


@needs_cpu
def test_another_process_runs_it(tmp_path):
    model, _, _ = setting(LAYERS[2])
    sizes = {0: Dim.DYNAMIC, 1: Dim.DYNAMIC}
    program = torch.export.export(model, (torch.randn(4, 6, 3),), dynamic_shapes=(sizes,))
    torch.export.save(program, tmp_path / "model.pt2")
    x = torch.randn(2, 50, 3)
    torch.save((x, model(x).detach()), tmp_path / "expected.pt")
    code = """
import sys, torch, elman.nn
x, expected = torch.load(sys.argv[2])
print(torch.equal(torch.export.load(sys.argv[1]).module()(x), expected))
"""
    command = [sys.executable, "-W", "ignore", "-c", code, "model.pt2", "expected.pt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.stdout == "True\n", done.stderr
