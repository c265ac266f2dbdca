"""Where there is no GPU: the Triton kernels under Triton's interpreter, and through its compiler.

The interpreter says whether the numbers are right, the compiler (which needs no GPU) whether the
kernels are Triton at all, keep to registers and fit the memory they were planned for.
"""

from __future__ import annotations

import os
import re
from importlib.util import find_spec

import pytest
import torch

from elman import ops
from elman.ops.recurrent import gpu_launch

pytestmark = [
    pytest.mark.skipif(find_spec("triton") is None, reason="Triton is not installed"),
    pytest.mark.skipif(
        torch.cuda.is_available() or os.environ.get("TRITON_INTERPRET") == "1",
        reason="test_gpu.py and test_scan_gpu.py run by themselves here",
    ),
]


def test_the_kernels_are_right_under_the_interpreter(interpreted):
    code, printed = interpreted
    assert code == 0, printed[-8000:]
    passed = re.search(r"(\d+) passed", printed)
    assert passed is not None, printed
    assert int(passed[1]) >= 65, printed
    assert "skipped" not in printed


def compiled(kernel, options, pointers):
    """Compile for compute capability 9.0, the arguments as `gpu` passes them."""
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    launch = ("num_warps", "num_stages", "enable_fp_fusion")
    signature, constants = {}, {}
    for k, name in enumerate(kernel.arg_names):
        if name == "carried":
            signature[name] = "*fp32"
        elif name in options:
            signature[name], constants[(k,)] = "constexpr", options[name]
        elif name in ("B", "T", "H") or name.endswith(("_row", "_time", "_channel")):
            signature[name] = "i32"
        else:
            signature[name] = "*i32" if name == "lengths" else f"*{pointers}"
    source = ASTSource(kernel, signature, constants)
    chosen = {name: options[name] for name in launch if name in options}
    return triton.compile(source, target=GPUTarget("cuda", 90, 32), options=chosen)


SETTINGS = [
    ("rnn", torch.float32, 16),
    ("gru", torch.float32, 32),
    ("lstm", torch.bfloat16, 128),
    ("gru", torch.bfloat16, 200),
]
"""The last is too large to be held on chip."""


@pytest.mark.parametrize(("cell", "dtype", "H"), SETTINGS)
@pytest.mark.parametrize("way", ["forward", "backward"])
def test_the_kernels_compile_and_fit_the_chip(monkeypatch, way, cell, dtype, H):
    monkeypatch.setattr(gpu_launch, "chip_bytes", lambda device: 227 * 1024)
    x, state = torch.zeros(1, 1, 1, dtype=dtype), [torch.zeros(1, 1, H)] * ops.STATES[cell]
    kernel, options = gpu_launch.kernel(way, cell, x, state)
    assert ("BLOCK_H" in options) == (H < 200)
    options["LEARNS"] = True
    result = compiled(kernel, options, {torch.float32: "fp32", torch.bfloat16: "bf16"}[dtype])
    assert "cubin" in result.asm
    if H < 200:
        assert result.metadata.shared <= gpu_launch.needed_bytes(cell, H, dtype) <= 227 * 1024


@pytest.mark.parametrize(("way", "complex_"), [("forward", False), ("backward", True)])
def test_the_scan_compiles(way, complex_):
    from elman.ops.scan import gpu, gpu_kernels

    options = gpu._options(torch.zeros(1, dtype=torch.complex64 if complex_ else None))
    result = compiled(getattr(gpu_kernels, way), options, "fp32")
    # Channels exchange nothing.
    assert result.metadata.shared == 0
