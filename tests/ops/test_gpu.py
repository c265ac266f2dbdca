"""The gpu twin is the reference, in values and every gradient.

Where there is no GPU its kernels run under Triton's interpreter, in a process of their own that
`test_gpu_interpreted.py` starts: whether Triton compiles or interprets is settled when it is first
imported, and torch imports it when it likes.
"""

from __future__ import annotations

import os
from functools import cache
from types import SimpleNamespace

import pytest
import torch

import elman.nn
from elman import ops
from elman.errors import OptionError
from elman.ops.recurrent import gpu, gpu_launch, gpu_operators
from tests.contract.compare import assert_near, assert_same_bits
from tests.contract.table import Case, draw, run

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
if DEVICE == "cpu" and os.environ.get("TRITON_INTERPRET") != "1":
    pytest.skip("run by test_gpu_interpreted.py", allow_module_level=True)

SMALL = Case(3, 3, 3, 7, D=2, lengths="ragged")

CASES = [
    SMALL,
    Case(3, 3, 4, 17, biased=False, lengths="ragged"),
    Case(1, 3, 2, 33, D=2, biased=False),
    Case(17, 2, 3, 16),
    Case(1, 1, 1, 1),
    Case(3, 0, 3, 7, D=2, lengths="ragged"),
    Case(17, 2, 3, 7, D=2, lengths="empty"),
]

# More than one tile of the weight; an even and an odd number of steps.
STREAMED = [Case(3, 2, 3, 65, D=2, lengths="ragged"), CASES[1], CASES[5]]

HALVES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


@pytest.fixture(autouse=True)
def _full_float32(monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn.rnn, "fp32_precision", "ieee")


@pytest.fixture(params=["resident", "streamed"])
def form(request, monkeypatch):
    """The weight held on chip, or read again at every step."""
    chip = 1 << 20 if request.param == "resident" else 0
    if DEVICE == "cpu" or chip == 0:
        monkeypatch.setattr(gpu_launch, "chip_bytes", lambda device: chip)
    return request.param


@cache
def expected(cell, case):
    return run(draw(cell, case).to(torch.float64), "reference")


def arguments(problem):
    return {"weights": problem.weights, "state": problem.state, "lengths": problem.lengths}


WALKS = [("resident", case) for case in CASES] + [("streamed", case) for case in STREAMED]


@pytest.mark.parametrize(
    ("cell", "form", "case"),
    [(cell, *walk) for cell in ("rnn", "gru", "lstm") for walk in WALKS]
    # but for one line of its cell it is the rnn
    + [("rnn_relu", *walk) for walk in (WALKS[0], WALKS[-3])],
    indirect=["form"],
    ids=str,
)
def test_float32_equals_the_reference(form, cell, case):
    found = run(draw(cell, case).to(torch.float32, DEVICE), "gpu")
    for name, tensor in expected(cell, case).items():
        assert found[name].dtype == torch.float32, name
        assert_near(f"{cell} {case}, {name}", found[name], tensor, "float32 and reference")


@pytest.mark.parametrize("case", CASES[1:2], ids=str)
@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("cell", ops.GATES)
@pytest.mark.parametrize("form", ["resident"], indirect=True)
def test_halves_equal_the_reference(form, cell, dtype, case):
    found = run(draw(cell, case).to(HALVES[dtype], DEVICE), "gpu")
    for name, tensor in expected(cell, case).items():
        if cell == "rnn_relu" and name.startswith("gradient"):
            continue  # a sum that rounds across 0 switches a whole gradient on or off
        assert found[name].dtype == HALVES[dtype], name
        assert_near(f"{cell} {case}, {name}", found[name], tensor, f"{dtype} and reference")


@pytest.mark.filterwarnings("ignore:RNN module weights are not part of single contiguous chunk")
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_torchs_own_twin_learns_there_too(cell):
    found = run(draw(cell, SMALL).to(torch.float32, DEVICE), "aten")
    for name, tensor in expected(cell, SMALL).items():
        assert_near(name, found[name], tensor, "float32 and reference")


def test_float32_is_multiplied_as_torchs_own_layers_do(monkeypatch):
    monkeypatch.setattr(torch.backends.cudnn.rnn, "fp32_precision", "tf32")
    assert gpu_launch.precision() == "tf32"
    found = run(draw("gru", CASES[1]).to(torch.float32, DEVICE), "gpu")
    for name, tensor in expected("gru", CASES[1]).items():
        assert_near(name, found[name], tensor, "tf32 and reference")


@pytest.mark.parametrize("cell", ["gru"])
def test_two_runs_agree_to_the_bit(form, cell):
    first, again = (run(draw(cell, CASES[1]).to(torch.float32, DEVICE), "gpu") for _ in range(2))
    for name, tensor in first.items():
        assert_same_bits(name, again[name], tensor)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_the_state_of_sixteen_bits_is_carried_in_thirty_two(form, cell):
    """Nothing but the state's decay by 1 − 2⁻⁹ a step, which eight bits cannot tell from 1."""
    T, D = 12, torch.bfloat16
    G = ops.GATES[cell]
    # z of the gru and f of the lstm are σ(6.25) = 1 − 0.0019; all else is 0.
    bias = torch.zeros(G)
    bias[1] = 6.25
    weights = [torch.zeros(G, 1), torch.zeros(G, 1), bias, torch.zeros(G)]
    state = tuple(torch.ones(1, 1, 1) for _ in range(ops.STATES[cell]))
    x = torch.zeros(1, T, 1)
    to = {"device": DEVICE, "dtype": D}
    _, ends = ops.layer(
        cell,
        x.to(**to),
        weights=[weight.to(**to) for weight in weights],
        state=tuple(part.to(**to) for part in state),
        twin="gpu",
    )
    _, exact = ops.layer(cell, x, weights=weights, state=state, twin="reference")
    assert float(exact[-1]) < 0.98
    assert_near("state", ends[-1].cpu(), exact[-1], "bfloat16, once rounded")


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_any_strides(cell):
    """A time-major view of the input, states and cotangents that are not contiguous."""
    problem = draw(cell, SMALL).to(torch.float32, DEVICE)

    def crooked(tensor):
        return tensor.detach().mT.contiguous().mT.requires_grad_()

    other = type(problem)(
        cell,
        SMALL,
        problem.x.detach().transpose(0, 1).contiguous().transpose(0, 1).requires_grad_(),
        [crooked(weight) if weight.dim() > 1 else weight for weight in problem.weights],
        tuple(crooked(part) for part in problem.state),
        problem.lengths,
        crooked(problem.grad_output).detach(),
        tuple(crooked(part).detach() for part in problem.grad_state),
    )
    assert not other.x.is_contiguous()
    assert not other.state[0].is_contiguous()
    found, straight = run(other, "gpu"), run(problem, "gpu")
    for name, tensor in straight.items():
        assert_near(name, found[name], tensor, "float32 and reference")


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_second_derivatives_equal_the_references(cell):
    def curvature(problem, twin):
        """Gradient of the gradient's sine: of every leaf, through every leaf."""
        leaves = [tensor for _, tensor in problem.named()]
        output, state = ops.layer(cell, problem.x, **arguments(problem), twin=twin)
        loss = (output * problem.grad_output).sum() + (output**2).sum()
        loss = loss + sum((p * g).sum() for p, g in zip(state, problem.grad_state, strict=True))
        first = torch.autograd.grad(loss, leaves, create_graph=True)
        return torch.autograd.grad(sum(g.sin().sum() for g in first), leaves)

    found = curvature(draw(cell, SMALL).to(torch.float32, DEVICE), "gpu")
    right = curvature(draw(cell, SMALL).to(torch.float64), "reference")
    for k, (a, b) in enumerate(zip(found, right, strict=True)):
        assert b.abs().max() > 0
        assert_near(f"{cell}, leaf {k}", a.cpu(), b, "float32 and reference")


def test_a_gradient_that_nobody_uses_is_zero():
    problem = draw("lstm", SMALL).to(torch.float32, DEVICE)
    leaves = [tensor for _, tensor in problem.named()]
    found, right = (
        torch.autograd.grad(
            ops.layer("lstm", problem.x, **arguments(problem), twin=twin)[1][1].sum(), leaves
        )
        for twin in ("gpu", "reference")
    )
    for k, (a, b) in enumerate(zip(found, right, strict=True)):
        assert_near(f"leaf {k}", a, b, "float32 and reference")


def test_compiled_equals_eager():
    def train(x, weights, state, lengths):
        output, ends = ops.layer(
            "lstm", x, weights=weights, state=state, lengths=lengths, twin="gpu"
        )
        return (output**2).sum() + sum(end.sum() for end in ends)

    problem = draw("lstm", SMALL).to(torch.float32, DEVICE)
    leaves = [problem.x, *problem.weights, *problem.state]
    torch._dynamo.reset()
    compiled = torch.compile(train, fullgraph=True, backend="aot_eager")
    found, right = (
        torch.autograd.grad(f(problem.x, problem.weights, problem.state, problem.lengths), leaves)
        for f in (compiled, train)
    )
    torch._dynamo.reset()
    for k, (a, b) in enumerate(zip(found, right, strict=True)):
        assert_same_bits(f"leaf {k}", a, b)


def test_the_operator_passes_torchs_own_check():
    problem = draw("gru", SMALL).to(torch.float32, DEVICE)
    lengths = problem.lengths.to(DEVICE)
    given = ("gru", problem.x, problem.weights, list(problem.state), lengths, True)
    torch.library.opcheck(gpu_operators.forward, given)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_under_autocast_a_layer_computes_in_that_type(monkeypatch, cell):
    monkeypatch.setattr(gpu, "advises_against", lambda *call, **options: None)
    module = {"gru": elman.nn.GRU, "lstm": elman.nn.LSTM}[cell]
    layer = module(3, 7, bidirectional=True, batch_first=True).to(DEVICE)
    problem = draw(cell, SMALL).to(torch.float32, DEVICE)
    with torch.no_grad():
        for mine, theirs in zip(layer.parameters(), problem.weights, strict=True):
            mine.copy_(theirs)
    hx = problem.state if cell == "lstm" else problem.state[0]
    with torch.autocast(DEVICE, torch.bfloat16):
        assert layer.explain_choice(problem.x, hx, lengths=problem.lengths).twin == "gpu"
        output, ends = layer(problem.x, hx, lengths=problem.lengths)
    ends = ends if cell == "lstm" else (ends,)
    loss = (output.float() * problem.grad_output).sum()
    loss = loss + sum((p.float() * g).sum() for p, g in zip(ends, problem.grad_state, strict=True))
    found = torch.autograd.grad(loss, [problem.x, *problem.state, *layer.parameters()])
    right = expected(cell, SMALL)
    assert output.dtype is torch.bfloat16
    assert_near("output", output.cpu(), right["output"], "bfloat16 and reference")
    leaves = [f"gradient of {name}" for name, _ in problem.named()]
    assert set(leaves) <= set(right)
    for name, gradient in zip(leaves, found, strict=True):
        assert gradient.dtype is torch.float32, name
        assert_near(name, gradient.cpu(), right[name], "bfloat16 and reference")


def test_offsets_are_of_sixty_four_bits():
    """The third row of a tensor of 3 · 2³⁰ elements begins past what 32 bits count."""
    if DEVICE == "cuda":
        pytest.skip("takes 13 GB where memory is given when it is asked for, not when touched")
    from elman.ops.recurrent.gpu_resident import forward_resident

    B, T = 3, 2**30 + 1
    a, output = (torch.empty(B, T, 1, dtype=torch.bfloat16) for _ in range(2))
    a[:, 0, 0] = torch.tensor([0.5, 0.25, 1.0])
    zero, h_n = torch.zeros(1, B, 1, dtype=torch.bfloat16), torch.empty(1, B, 1)
    problem = draw("rnn", Case(B, 1, 1, 1)).to(torch.bfloat16)
    _, options = gpu_launch.kernel("forward", "rnn", problem.x, [zero])
    lengths = torch.ones(B, dtype=torch.int32)
    forward_resident[1, 1](
        a, torch.zeros(1, 1, 1, dtype=torch.bfloat16), zero, zero, zero, lengths,
        output, h_n, h_n, output, output, B=B, T=T, H=1, LEARNS=False, **options,
    )  # fmt: skip
    assert_near("h_n", h_n.view(3), a[:, 0, 0].float().tanh(), "float32 and reference")
    assert_near("output", output[:, 0, 0], h_n.view(3), "bfloat16, once rounded")


def test_what_it_does_not_compute_is_said():
    problem = draw("gru", SMALL).to(torch.float64, DEVICE)
    with pytest.raises(OptionError) as error:
        ops.layer("gru", problem.x, **arguments(problem), twin="gpu")
    assert str(error.value) == (
        'Twin "gpu" does not compute this gru: x is torch.float64, and it computes float32, '
        "bfloat16 and float16."
    )
    half = problem.x.detach().half()
    assert gpu.supports("gru", half, **arguments(problem)) == (
        "x is torch.float16 and a weight or state torch.float64"
    )


def test_without_the_interpreter_a_tensor_on_the_cpu_is_refused(monkeypatch):
    monkeypatch.setattr(gpu_launch, "INTERPRETED", False)
    problem = draw("gru", SMALL).to(torch.float32)
    assert gpu.supports("gru", problem.x, **arguments(problem)) == "x is on the cpu"


def test_it_is_chosen_only_where_it_was_measured_faster(monkeypatch):
    problem = draw("gru", SMALL).to(torch.float32, DEVICE)
    monkeypatch.setattr(gpu, "FASTER", {})
    choice = ops.explain_choice("gru", problem.x, **arguments(problem))
    assert choice.twin != "gpu"
    assert choice.reasons["gpu"].endswith("name twin='gpu'")

    x = SimpleNamespace(device=torch.device("cuda"), dtype=torch.float32)
    this = SimpleNamespace(name="this GPU")
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: this)

    def advice(cell, B, H, lengths=None):
        state = (torch.empty(1, B, H),)
        return gpu.advises_against(cell, x, weights=[], state=state, lengths=lengths)

    never = "no measurement on this GPU says it is faster at this size; name twin='gpu'"
    assert advice("gru", 8, 64) == never
    monkeypatch.setattr(gpu, "FASTER", {("this GPU", "gru", torch.float32, False): (64, 128)})
    assert advice("gru", 64, 128) is None
    assert advice("gru", 65, 128) == never
    assert advice("gru", 64, 129) == never
    assert advice("gru", 64, 128, torch.ones(64)) == never
    assert advice("lstm", 64, 128) == never
    monkeypatch.setattr(gpu, "_computed_in", lambda x: torch.bfloat16)
    assert advice("gru", 64, 128) == never
    monkeypatch.setattr(gpu, "FASTER", {("this GPU", "gru", torch.bfloat16, False): (64, 128)})
    assert advice("gru", 64, 128) is None
