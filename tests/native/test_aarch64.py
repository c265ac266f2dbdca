"""The kernels of another processor: built for aarch64, run under an emulator, equal to these.

What they take there says nothing of a real one. They ask for Debian's g++-aarch64-linux-gnu and
qemu-user.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from elman import native
from tests.native.build import COMPILER, compile_objects, link
from tests.tolerances import TOLERANCES

HERE = Path(__file__).parent
CSRC = native.PATH.with_name("csrc")
CROSS = ["aarch64-linux-gnu-g++"]
EMULATOR = "qemu-aarch64"
LIBRARIES = "/usr/aarch64-linux-gnu"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (COMPILER and shutil.which(CROSS[0]) and shutil.which(EMULATOR)),
        reason="no compiler for aarch64, or no emulator of it",
    ),
]


def results_of(compiler, run, into):
    """Everything that the driver's layers and steps give, in its order."""
    into.mkdir()
    flags = ["-O2", "-fno-math-errno", "-fno-trapping-math", f"-I{CSRC}"]
    sources = [*sorted(CSRC.glob("*.cpp")), HERE / "memory_driver.cpp"]
    assert compile_objects(sources, into, "baseline", flags, compiler)
    link(into.glob("*.o"), into / "driver", flags, compiler)
    done = subprocess.run(
        [*run, into / "driver", "values", "baseline"], capture_output=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found, at = [], 0
    while at < len(done.stdout):
        (size,) = np.frombuffer(done.stdout, np.int64, 1, at)
        found.append(np.frombuffer(done.stdout, np.float32, size, at + 8))
        at += 8 + 4 * int(size)
    return found


def test_another_processor_gives_the_same(tmp_path):
    here = results_of(COMPILER, [], tmp_path / "here")
    there = results_of(CROSS, [EMULATOR, "-L", LIBRARIES], tmp_path / "there")
    assert len(here) == len(there) > 5_000
    same = 0
    for k, (one, other) in enumerate(zip(here, there, strict=True)):
        if not one.size:
            continue
        apart = np.max(np.abs(one.astype(np.float64) - other)) / max(np.max(np.abs(one)), 0.05)
        assert apart <= TOLERANCES["float32 and reference"], f"result {k}, of {one.size}"
        same += np.array_equal(one, other)
    assert same < len(here) / 2, "one processor was asked twice"
