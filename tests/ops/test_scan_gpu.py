"""The Triton walk of the linear recurrence is the loop over its equation, and so are its gradients.

Run by `test_gpu_interpreted.py` where there is no GPU, for the reason given in `test_gpu.py`.
"""

from __future__ import annotations

import os

import pytest
import torch

from elman.ops.scan import gpu as scan_gpu
from tests.contract.compare import assert_near, assert_same_bits

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
if DEVICE == "cpu" and os.environ.get("TRITON_INTERPRET") != "1":
    pytest.skip("run by test_gpu_interpreted.py", allow_module_level=True)

DTYPES = {
    "float32": (torch.float32, torch.float64),
    "complex64": (torch.complex64, torch.complex128),
    "bfloat16": (torch.bfloat16, torch.float64),
    "float16": (torch.float16, torch.float64),
}

SIZES = [(1, 1, 1), (3, 6, 7), (2, 5, 33)]
"""(B, T, H): T one, a whole number of the steps that are read together, and not."""


@pytest.fixture(autouse=True)
def _three_steps_together(monkeypatch):
    if DEVICE == "cpu":
        monkeypatch.setattr(scan_gpu, "_STEPS", 3)


def loop(a, x, h_0):
    steps, h = [], h_0
    for t in range(x.shape[1]):
        h = a[:, t] * h + x[:, t]
        steps.append(h)
    return torch.stack(steps, 1)


def numbers(size, dtype, exact):
    """a (a time-major view), x (every second channel of a wider tensor), h_0, cotangent."""
    generator = torch.Generator().manual_seed(sum(size))
    B, T, H = size

    def normal(*shape):
        drawn = torch.randn(shape, generator=generator, dtype=exact)
        return (drawn * 0.7).to(dtype).to(DEVICE, exact)

    return [normal(T, B, H).transpose(0, 1), normal(B, T, 2 * H)[:, :, ::2], normal(B, H)], normal(
        B, T, H
    )


def run(function, inputs, cotangent, dtype):
    leaves = [t.to(DEVICE, dtype).requires_grad_() for t in inputs]
    h = function(*leaves)
    return [h, *torch.autograd.grad(h, leaves, cotangent.to(h))]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("dtype", DTYPES)
def test_values_and_gradients_equal_the_loop(dtype, size):
    low, exact = DTYPES[dtype]
    inputs, cotangent = numbers(size, low, exact)
    found = run(scan_gpu.walk, inputs, cotangent, low)
    right = run(loop, inputs, cotangent, exact)
    pair = f"{'float32' if dtype == 'complex64' else dtype} and reference"
    for name, a, b in zip(("h", "da", "dx", "dh_0"), found, right, strict=True):
        assert a.dtype == low
        for part in ("real", "imag") if exact.is_complex else ("real",):
            assert_near(f"{name}.{part}", getattr(a, part), getattr(b, part), pair, at_least=0.1)


def test_a_coefficient_may_be_the_same_at_every_step():
    inputs, cotangent = numbers((2, 4, 5), torch.float32, torch.float64)
    a = inputs[0][0, 0]

    def expanded(function):
        return lambda a, x, h_0: function(a.expand_as(x), x, h_0)

    found = run(expanded(scan_gpu.walk), [a, *inputs[1:]], cotangent, torch.float32)
    right = run(expanded(loop), [a, *inputs[1:]], cotangent, torch.float64)
    for name, one, other in zip(("h", "da", "dx", "dh_0"), found, right, strict=True):
        assert_near(name, one, other, "float32 and reference")


def test_a_conjugate_that_torch_has_not_written_out_is_one():
    inputs, cotangent = numbers((2, 5, 3), torch.complex64, torch.complex128)

    def conjugated(function):
        return lambda a, x, h_0: function(a.conj(), x, h_0.conj()).conj()

    found = run(conjugated(scan_gpu.walk), inputs, cotangent, torch.complex64)
    right = run(conjugated(loop), inputs, cotangent, torch.complex128)
    for name, one, other in zip(("h", "da", "dx", "dh_0"), found, right, strict=True):
        assert_near(f"{name}.real", one.real, other.real, "float32 and reference")
        assert_near(f"{name}.imag", one.imag, other.imag, "float32 and reference")


def test_without_a_first_state_it_is_zero_and_without_steps_there_is_none():
    (a, x, h_0), _ = numbers((3, 6, 7), torch.float32, torch.float32)
    zeros = scan_gpu.walk(a, x, torch.zeros_like(h_0))
    assert_same_bits("h", scan_gpu.walk(a, x), zeros)
    assert zeros.abs().min() > 0
    assert scan_gpu.walk(a[:, :0], x[:, :0], h_0).shape == (3, 0, 7)
    assert scan_gpu.walk(a[:0], x[:0], h_0[:0]).shape == (0, 6, 7)


@pytest.mark.parametrize("dtype", ["float32", "complex64"])
def test_second_derivatives_equal_the_loops(dtype):
    def curvature(function, dtype):
        leaves = [t.to(DEVICE, dtype).requires_grad_() for t in inputs]
        h = function(*leaves)
        loss = (h * cotangent.to(h)).real.sum() + (h * h.conj()).real.sum()
        first = torch.autograd.grad(loss, leaves, create_graph=True)
        return torch.autograd.grad(sum(g.sin().real.sum() for g in first), leaves)

    inputs, cotangent = numbers((2, 5, 3), *DTYPES[dtype])
    found = curvature(scan_gpu.walk, DTYPES[dtype][0])
    right = curvature(loop, DTYPES[dtype][1])
    for name, a, b in zip(("a", "x", "h_0"), found, right, strict=True):
        assert b.abs().max() > 0
        for part in ("real", "imag") if dtype == "complex64" else ("real",):
            assert_near(name, getattr(a, part), getattr(b, part), "float32 and reference")


def test_the_operator_passes_torchs_own_check():
    (a, x, h_0), _ = numbers((2, 5, 3), torch.float32, torch.float32)
    torch.library.opcheck(scan_gpu._scan, tuple(t.requires_grad_() for t in (a, x, h_0)))


def test_what_it_does_not_compute_is_said(monkeypatch):
    x = torch.zeros(1, 1, 1, dtype=torch.float64, device=DEVICE)
    assert scan_gpu.supports(x, x) == (
        "x is torch.float64, and it computes float32, complex64, bfloat16 and float16"
    )
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    x = x.cpu().float()
    assert scan_gpu.supports(x, x) == "x is on the cpu"
