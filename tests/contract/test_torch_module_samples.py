"""PyTorch's own samples for nn.RNN, nn.GRU and nn.LSTM, 80 of them, run against our layers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.table import CPU_LACKS

SAMPLES = {"nn.RNN": 32, "nn.GRU": 16, "nn.LSTM": 32}


def test_torchs_own_samples_pass():
    pytest.importorskip("expecttest", reason="torch's test machinery needs it")
    done = subprocess.run(
        [sys.executable, "-m", "tests.contract.torch_module_samples"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(done.stdout)
    assert found["ran"] == {
        f"{name} {mode} {dtype}": count
        for name, count in SAMPLES.items()
        for mode in ("evaluation", "training")
        for dtype in ("torch.float32", "torch.float64")
    }
    assert sum(SAMPLES.values()) == 80
    # Of the 320 runs, those in float32 without a projection are the kernels'.
    assert found["twins"].get("cpu", 0) == (0 if CPU_LACKS else 128)
