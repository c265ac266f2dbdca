"""Everybody who is timed computes the same, and who does not is refused by name."""

from __future__ import annotations

from itertools import product

import pytest
import torch

import elman.nn
from elman.bench import onnx_layer
from elman.bench.contestants import contestants, refuse_if_different
from elman.bench.grid import MODES, Case
from elman.errors import WorkError
from elman.exporting.parts import gates
from elman.runtime.spec import CELLS

EVERYBODY = list(product(CELLS, (False, True), MODES, (1, 2)))


def case_of(cell="gru", ragged=False, mode="forward", directions=1):
    return Case(cell, 5, 13, 3, 7, ragged, mode, 1, directions)


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.mark.parametrize(("cell", "ragged", "mode", "directions"), EVERYBODY)
def test_all_compute_the_same(cell, ragged, mode, directions):
    case = case_of(cell, ragged, mode, directions)
    found = contestants(case, seed=3)
    expected = (
        ["elman", "torch"] + ["torch_padded"] * ragged + ["onnxruntime"] * (mode == "forward")
    )
    assert list(found) == expected
    refuse_if_different(case, found)
    names = set(found["torch"].result())
    states = {"h_n", "c_n"} if cell == "lstm" else {"h_n"}
    assert {n for n in names if "gradient" not in n} == {"output"} | states
    assert len(names - states) - 1 == (1 + 4 * directions if mode == "training" else 0)
    assert found["elman"].twin


def test_threads_of_the_cases_are_all_there():
    assert len(EVERYBODY) == 24


def test_padding_alone_is_not_compared_but_runs():
    found = contestants(case_of(ragged=True, mode="training"))
    assert not found["torch_padded"].comparable
    found["torch_padded"].run()
    assert found["torch_padded"].result()["output"].shape == (5, 13, 7)


@pytest.mark.parametrize("name", ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"])
def test_another_weight_is_refused(monkeypatch, name):
    class Wrong(torch.nn.GRU):
        def forward(self, input, hx=None, lengths=None):
            with torch.no_grad():
                getattr(self, name)[0] += 0.01
            return super().forward(input, hx)

    monkeypatch.setattr(elman.nn, "GRU", Wrong)
    case = case_of()
    with pytest.raises(WorkError, match=r"gru 5×13×3×7, padded, forward, 1 thread: elman computes"):
        refuse_if_different(case, contestants(case))


def test_a_wrong_gradient_is_refused_though_the_output_is_right(monkeypatch):
    class Wrong(torch.nn.RNN):
        def forward(self, input, hx=None, lengths=None):
            output, h_n = super().forward(input, hx)
            output.register_hook(lambda gradient: gradient * 1.001)
            return output, h_n

    monkeypatch.setattr(elman.nn, "RNN", Wrong)
    case = case_of("rnn", mode="training")
    with pytest.raises(WorkError, match="another gradient of x than torch: off by"):
        refuse_if_different(case, contestants(case))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda r: r | {"h_n": r["h_n"][:, :4]}, r"shape \(1, 4, 7\), not \(1, 5, 7\)"),
        (lambda r: r | {"output": r["output"] * float("nan")}, "off by nan"),
        (lambda r: {"output": r["output"]}, "h_n than torch: none at all"),
    ],
)
def test_a_wrong_shape_a_nan_and_a_missing_tensor_are_refused(change, why):
    case = case_of()
    found = contestants(case)
    right = found["elman"]
    found["elman"] = type(right)(right.run, lambda: change(right.result()))
    with pytest.raises(WorkError, match=why):
        refuse_if_different(case, found)


@pytest.mark.parametrize(("op", "order"), [("GRU", [0, 1, 2]), ("LSTM", [0, 1, 2, 3])])
def test_onnx_with_torchs_order_of_gates_is_refused(monkeypatch, op, order):
    monkeypatch.setitem(gates.GATES, op.lower(), order)
    case = case_of(op.lower())
    with pytest.raises(WorkError, match="onnxruntime computes another output"):
        refuse_if_different(case, contestants(case))


def test_without_onnx_runtime_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(onnx_layer, "find_spec", lambda name: None)
    assert onnx_layer.missing() == (
        'onnx and onnxruntime not installed (pip install "elman[bench]")'
    )
    assert list(contestants(case_of())) == ["elman", "torch"]
