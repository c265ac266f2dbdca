"""`torch.compile(fullgraph=True)` gives what eager gives: no graph break, forward and training.

The backend is "aot_eager": it traces forward and backward as inductor does, without a compiler.
"""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import elman.nn
from elman.nn.layer.compiling import compile_whole
from tests.contract.compare import assert_near
from tests.contract.table import LAYERS, Case, draw, flat, needs_cpu
from tests.native.build import COMPILER

pytestmark = needs_cpu


@pytest.fixture(autouse=True)
def _dynamo():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


class Model(nn.Module):
    """A layer within a model, as it is compiled in life."""

    def __init__(self, rnn):
        super().__init__()
        self.rnn = rnn
        self.fc = nn.Linear(2 * rnn.hidden_size, 1)

    def forward(self, x, hx=None, lengths=None):
        output, state = self.rnn(x, hx, lengths=lengths)
        return self.fc(output).squeeze(-1), state


def setting(layer):
    torch.manual_seed(0)
    rnn, _ = layer.pair(3, 7, num_layers=2, bidirectional=True, batch_first=True)
    model = Model(rnn.float())
    return model, torch.randn(4, 6, 3), layer.states(rnn.float(), 4)


def trained(model, forward, x, hx, lengths):
    """Results and every gradient of one step."""
    x = x.clone().requires_grad_()
    score, state = forward(x, hx, lengths)
    torch.manual_seed(1)
    loss = sum((t * torch.randn(t.shape)).sum() for t in (score, *flat(state)))
    gradients = torch.autograd.grad(loss, [x, *model.parameters()])
    return [score, *flat(state), *gradients]


@pytest.mark.parametrize("lengths", [None, [6, 0, 3, 5]], ids=["full", "lengths"])
@pytest.mark.parametrize("layer", LAYERS[1:], ids=str)
def test_compiled_training_equals_eager(layer, lengths):
    model, x, hx = setting(layer)
    lengths = None if lengths is None else torch.tensor(lengths)
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    expected = trained(model, model, x, hx, lengths)
    found = trained(model, compiled, x, hx, lengths)
    for k, (a, b) in enumerate(zip(found, expected, strict=True)):
        assert_near(f"result {k}", a, b, "float32 and reference")


@pytest.mark.slow
@pytest.mark.skipif(not COMPILER, reason="inductor needs a C++ compiler")
@pytest.mark.filterwarnings("ignore")
def test_inductor_gives_the_same():
    model, x, hx = setting(LAYERS[3])
    compiled = torch.compile(model, fullgraph=True)
    lengths = torch.tensor([6, 0, 3, 5])
    expected = trained(model, model, x, hx, lengths)
    for k, a in enumerate(trained(model, compiled, x, hx, lengths)):
        assert_near(f"result {k}", a, expected[k], "float32 and reference")


@pytest.mark.parametrize("layer", LAYERS[:3:2], ids=str)
def test_compiled_inference_equals_eager_for_other_lengths_and_sizes(layer):
    model, x, _ = setting(layer)
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    with torch.no_grad():
        for rows, lengths in ((4, [6, 0, 3, 5]), (4, [1, 6, 6, 2]), (3, [2, 2, 6])):
            lengths = torch.tensor(lengths)
            found, state = compiled(x[:rows], None, lengths)
            expected, state_n = model(x[:rows], None, lengths)
            assert_near("output", found, expected, "float32 and reference")
            for a, b in zip(flat(state), flat(state_n), strict=True):
                assert_near("state", a, b, "float32 and reference")


def test_torchs_own_layers_are_compiled_as_if_ours_were_not_there():
    x, ours = torch.randn(4, 2, 3), nn.Sequential(elman.nn.GRU(3, 5))
    theirs = nn.Sequential(nn.GRU(3, 5))
    torch.compile(ours, fullgraph=True, backend="eager")(x)
    assert torch._dynamo.config.allow_rnn is False
    with pytest.raises(torch._dynamo.exc.Unsupported, match="RNN, GRU, or LSTM"):
        torch.compile(theirs, fullgraph=True, backend="eager")(x)
    with torch._dynamo.config.patch(allow_rnn=True):
        torch.compile(theirs, fullgraph=True, backend="eager")(x)


def test_the_order_of_imports_does_not_matter(monkeypatch):
    builder = torch._dynamo.variables.builder.VariableBuilder
    monkeypatch.setattr(builder, "wrap_module", builder.wrap_module.__wrapped__)
    compiled = torch.compile(elman.nn.GRU(3, 5), fullgraph=True, backend="eager")
    with pytest.raises(torch._dynamo.exc.Unsupported, match="RNN, GRU, or LSTM"):
        compiled(torch.zeros(4, 2, 3))
    compile_whole(elman.nn.GRU)
    compiled(torch.zeros(4, 2, 3))


@pytest.mark.parametrize("cell", ["rnn", "lstm"])  # that keep nothing for backward, and most
def test_the_operators_pass_torchs_own_check(cell):
    """Schema, fake kernel, autograd registration and dynamic shapes, as torch tests them."""
    # Rows without padding: what is kept for the backward pass is not written beyond real steps.
    problem = draw(cell, Case(3, 5, 3, 7, D=2)).to(torch.float32)
    arguments = (problem.x, list(problem.state), problem.weights, None, None, cell, True)
    torch.library.opcheck(torch.ops.elman.layer, arguments)
    with torch.no_grad():
        output, _, _, reserve = torch.ops.elman.layer(*arguments)
    x, state, weights = (torch.utils._pytree.tree_map(Tensor.detach, a) for a in arguments[:3])
    grads = [problem.grad_output, *problem.grad_state]
    every = [True] * (1 + len(state) + len(weights))
    for wanted in (every, [k % 3 == 0 for k in range(len(every))]):
        rest = (None, None, output, reserve, cell, wanted)
        torch.library.opcheck(torch.ops.elman.layer_backward, (grads, x, state, weights, *rest))


@pytest.mark.parametrize("lengths", [None, [6, 0, 3, 5]], ids=["full", "lengths"])
def test_torchs_code_within_ours_stays_out_of_the_graph(lengths):
    """As torch's own layers do: a backend unrolls it, which takes a tenth of a second a step."""
    lengths = None if lengths is None else torch.tensor(lengths)
    model = Model(elman.nn.LSTM(3, 5, bidirectional=True, batch_first=True)).double()
    x, seen = torch.randn(4, 6, 3, dtype=torch.float64), []

    def note(graph, inputs):
        seen.extend(str(node.target) for node in graph.graph.nodes)
        return graph.forward

    compiled = torch.compile(model, backend=note)
    with torch.no_grad():
        expected = model(x, None, lengths)[0]
        assert_near("output", compiled(x, None, lengths)[0], expected, "float64 and reference")
        assert any("linear" in name for name in seen)
        assert not [name for name in seen if "lstm" in name]
        torch._dynamo.reset()
        with torch._dynamo.config.patch(allow_rnn=True):
            found = torch.compile(model, fullgraph=True, backend="eager")(x)[0]
        assert_near("asked for", found, model(x)[0], "float64 and reference")
