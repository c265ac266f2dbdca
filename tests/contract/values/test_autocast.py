"""Under `torch.autocast` on the CPU the layers return what torch's return, at least as accurate.

What torch 2.13 returns there, bfloat16 asked for: RNN bfloat16; LSTM bfloat16, but float32 when
packed; GRU float32 always. States given in float32 are taken by all, states and outputs returned
have one dtype, and gradients of parameters and input keep theirs.
"""

from __future__ import annotations

import pytest
import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

import elman.nn
from elman import native, ops
from elman.ops.recurrent import cpu, half
from tests.contract.compare import assert_near, torchs_own
from tests.contract.table import CPU_LACKS, LAYERS, flat, needs_cpu

FORMS = ["padded", "hx", "packed"]


@pytest.fixture(params=["half", "cpu", "aten"])
def engine(request, monkeypatch):
    """Have the layers run on one twin, whatever would be quicker on this processor."""
    left_out = {"half": ["gpu"], "cpu": ["gpu", "half"], "aten": ["gpu", "half", "cpu"]}
    if request.param != "aten" and CPU_LACKS:
        pytest.skip(f"{request.param}: {CPU_LACKS}")
    for twin in left_out[request.param]:
        monkeypatch.setattr(ops.TWINS[twin], "supports", lambda *_, **__: "left out")
    monkeypatch.setattr(cpu, "_HALF", False)
    monkeypatch.setattr(half, "advises_against", lambda *_, **__: None)
    if request.param == "half" and native.half() is None:
        native.use_half("emulated")
    yield request.param
    native.use_half(None)


@pytest.fixture
def float32_only(monkeypatch):
    """No unit multiplies bfloat16 in our kernels."""
    monkeypatch.setattr(half, "supports", lambda *_, **__: "left out")


def forward(layer, module, form, x, hx):
    given = pack_padded_sequence(x, [6, 4, 4, 1], batch_first=True) if form == "packed" else x
    output, state = module(given, hx if form == "hx" else None)
    return [output.data if isinstance(output, PackedSequence) else output, *flat(state)]


def gradients(module, x, results):
    torch.manual_seed(3)
    loss = sum((r.float() * torch.randn(r.shape)).sum() for r in results)
    return torch.autograd.grad(loss, [x, *module.parameters()])


def setting(layer):
    ours, theirs = layer.pair(3, 8, batch_first=True, num_layers=2)
    ours, theirs = ours.float(), theirs.float()
    return ours, theirs, torch.randn(4, 6, 3, requires_grad=True), layer.states(ours, 4)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_dtypes_are_torchs_and_values_at_least_as_accurate(engine, layer, form):
    ours, theirs, x, hx = setting(layer)
    exact = forward(layer, theirs, form, x, hx)
    with torch.autocast("cpu", torch.bfloat16):
        with torchs_own():
            expected = forward(layer, theirs, form, x, hx)
        found = forward(layer, ours, form, x, hx)
    for k, (a, b, truth) in enumerate(zip(found, expected, exact, strict=True)):
        assert a.dtype == b.dtype, f"result {k}: {a.dtype}, torch {b.dtype}"
        ours_off, torchs_off = ((t.float() - truth).norm() for t in (a, b))
        assert ours_off <= 1.5 * torchs_off + 1e-6, f"result {k}: off {ours_off}, {torchs_off}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_values_and_gradients_are_near_those_of_float32(engine, layer, form):
    ours, theirs, x, hx = setting(layer)
    exact = forward(layer, theirs, form, x, hx)
    with torch.autocast("cpu", torch.bfloat16), torchs_own(engine == "aten"):
        found = forward(layer, ours, form, x, hx)
    for k, (a, truth) in enumerate(zip(found, exact, strict=True)):
        assert_near(f"result {k}", a, truth, "bfloat16 and reference")
    if layer.name == "RNN-relu":
        return  # a sum that rounds across 0 switches a whole gradient on or off
    truths = gradients(theirs, x, exact)
    names = ["x", *dict(ours.named_parameters())]
    for name, a, truth in zip(names, gradients(ours, x, found), truths, strict=True):
        assert a.dtype == torch.float32, name
        assert_near(f"gradient of {name}", a, truth, "bfloat16 and reference")


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_with_lengths_it_runs_and_is_accurate(engine, layer):
    ours, _ = layer.pair(3, 8, batch_first=True)
    ours = ours.float()
    x, lengths = torch.randn(4, 6, 3), [6, 0, 4, 1]
    exact, _ = ours(x, lengths=lengths)
    with torch.autocast("cpu", torch.bfloat16):
        found, state = ours(x, lengths=lengths)
    assert {found.dtype, *(s.dtype for s in flat(state))} <= {torch.bfloat16, torch.float32}
    assert_near("output", found, exact, "bfloat16 and reference")
    found.float().sum().backward()
    assert ours.weight_hh_l0.grad.isfinite().all()


@needs_cpu
@pytest.mark.parametrize("form", ["padded", "packed"])
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_a_state_returned_goes_on_in_the_kernels(layer, form, engine):
    """Truncated backpropagation through time, and step after step: states of 16 bits come back."""
    if engine == "aten":
        pytest.skip("the kernels are what is asked")
    ours, _, x, _ = setting(layer)
    with torch.no_grad():
        exact = ours(torch.cat([x, x], 1))[0][:, 6:]
    given = pack_padded_sequence(x, [6] * 4, batch_first=True) if form == "packed" else x
    with torch.autocast("cpu", torch.bfloat16):
        _, state = ours(given)
        if layer.name.startswith("RNN") or (layer.name == "LSTM" and form == "padded"):
            assert {part.dtype for part in flat(state)} == {torch.bfloat16}
        assert ours.explain_choice(given, state).twin == engine
        output, _ = ours(given, state)
    output = output.data.view(6, 4, -1).transpose(0, 1) if form == "packed" else output
    assert_near("second window", output.float(), exact, "bfloat16 and reference")
    output.float().sum().backward()
    assert ours.weight_hh_l0.grad.abs().sum() > 0


QUICKER = "under autocast torch's own multiplies bfloat16, here faster"


@needs_cpu
@pytest.mark.parametrize("tiles", [False, True])
@pytest.mark.parametrize(
    ("kind", "B", "H", "by_torch"),
    [
        ("LSTM", 4, 65, True),
        ("LSTM", 3, 512, False),
        ("GRU", 64, 256, True),
        ("GRU", 63, 256, False),
        ("RNN", 128, 255, False),
        ("RNN", 32, 512, True),
    ],
)
@pytest.mark.usefixtures("float32_only")
def test_what_torch_does_quicker_is_left_to_it_and_said(kind, B, H, by_torch, tiles, monkeypatch):
    monkeypatch.setattr(cpu, "_HALF", True)
    monkeypatch.setattr(cpu, "_TILES", tiles)
    ours, x = getattr(elman.nn, kind)(3, H, batch_first=True), torch.randn(B, 2, 3)
    with torch.autocast("cpu", torch.bfloat16):
        choice = ours.explain_choice(x)
        assert choice.twin == ("aten" if by_torch else "cpu")
        assert (choice.reasons.get("cpu") == QUICKER) is by_torch
        # of several lengths, padded or packed, torch's are slow
        assert ours.explain_choice(x, lengths=[2] * B).twin == "cpu"
        packed = pack_padded_sequence(x, [2] * B, batch_first=True)
        assert ours.explain_choice(packed).twin == "cpu"
    assert ours.explain_choice(x).twin == "cpu"


@needs_cpu
@pytest.mark.usefixtures("float32_only")
def test_small_lstms_stay_in_the_kernels_beside_tiles(monkeypatch):
    monkeypatch.setattr(cpu, "_HALF", True)
    ours, x = elman.nn.LSTM(3, 64), torch.randn(2, 4, 3)
    with torch.autocast("cpu", torch.bfloat16):
        monkeypatch.setattr(cpu, "_TILES", True)
        assert ours.explain_choice(x).twin == "cpu"
        monkeypatch.setattr(cpu, "_TILES", False)
        assert ours.explain_choice(x).twin == "aten"
