"""What is recorded from a layer runs elsewhere, without elman, and gives the same."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.contract.compare import assert_near
from tests.contract.table import LAYERS

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
