"""`explain_choice` names the twin that really ran, and why no faster one did."""

from __future__ import annotations

import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence

from elman import native, ops
from elman.native import library
from tests.contract.compare import torchs_own
from tests.contract.table import CPU_LACKS, LAYERS, needs_cpu


@pytest.fixture
def ran(monkeypatch):
    """What ran, in order: names of twins, and "torch" for torch's own module."""
    calls = []

    def spy(home, name, what):
        real = getattr(home, name)

        def called(*args, **kwargs):
            calls.append(what)
            return real(*args, **kwargs)

        monkeypatch.setattr(home, name, called)

    for twin in ("aten", "reference"):
        spy(ops.TWINS[twin], "layer", twin)
    spy(native.Layer, "forward", "cpu")
    for layer in LAYERS[1:]:
        spy(layer.torchs, "forward", "torch")
    return calls


NOT_IN = "the C++ kernels take float32, and bfloat16 without gradients, and x is "

SITUATIONS = {
    "float32": ({}, torch.float32, None),
    "float64": ({}, torch.float64, NOT_IN + "torch.float64"),
    "bfloat16": ({}, torch.bfloat16, NOT_IN + "torch.bfloat16"),
    "projection": (
        {"proj_size": 2},
        torch.float32,
        "proj_size=2: no fast twin projects the state",
    ),
}


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize("form", ["padded", "lengths", "packed"])
@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_the_twin_named_is_the_one_that_ran(layer, situation, form, ran):
    options, dtype, reason = SITUATIONS[situation]
    if options and layer.name != "LSTM":
        pytest.skip("only LSTM has projections")
    ours = layer.ours(3, 5, **dict(layer.options), **options).to(dtype)
    x = torch.randn(6, 2, 3, dtype=dtype)
    given = pack_padded_sequence(x, [6, 4]) if form == "packed" else x
    lengths = [6, 4] if form == "lengths" else None
    choice = ours.explain_choice(given, lengths=lengths)
    assert not ran
    expected = "cpu" if reason is None and CPU_LACKS is None else "aten"
    with torchs_own(expected == "aten"):
        ours(given, lengths=lengths)
    assert choice.twin == expected
    assert set(ran) == {"torch" if expected == "aten" else expected}
    if expected == "aten":
        assert choice.reasons["cpu"] == (reason if options else CPU_LACKS or reason)
    assert "cpu" in str(choice)


@pytest.mark.parametrize("twin", list(ops.TWINS))
def test_a_twin_named_is_the_one_that_runs(twin, ran):
    x, weights = torch.randn(2, 4, 3), [torch.randn(5, 3), torch.randn(5, 5)]
    arguments = {"weights": weights, "state": (torch.zeros(1, 2, 5),)}
    if ops.TWINS[twin].supports("rnn", x, **arguments) is not None:
        pytest.skip(f"{twin}: not here")
    ops.layer("rnn", x, **arguments, twin=twin)
    assert ran == [twin]


def test_a_choice_reads_as_a_sentence():
    choice = ops.Choice("aten", {"gpu": "x is on the cpu", "cpu": "it was left out"})
    assert str(choice) == "aten; not gpu: x is on the cpu; not cpu: it was left out"


@needs_cpu
def test_the_kernels_can_be_left_out_by_the_environment(monkeypatch):
    monkeypatch.setenv("ELMAN_NATIVE", "off")
    lib, reason = library._load.__wrapped__()
    assert (lib, reason) == (None, "it was left out by ELMAN_NATIVE=off")
    monkeypatch.setattr(ops.TWINS["cpu"], "_MISSING", reason)
    choice = LAYERS[2].ours(3, 5).explain_choice(torch.zeros(4, 2, 3))
    assert choice.twin == "aten"
    assert choice.reasons["cpu"] == reason
