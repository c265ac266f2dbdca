"""No kernel reads or writes outside the buffers it is given, at any size.

`memory_driver.cpp` runs every cell forward and backward over odd sizes on buffers of exactly the
promised size. In `make test` against the library as installed, with unreadable pages around every
buffer; in `make sanitize` against builds with AddressSanitizer and UBSan, which also see what is
inside and fill fresh memory with NaN, and with ThreadSanitizer.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from elman import native
from tests.isas import ISAS_HERE
from tests.native.build import COMPILER, compile_objects, link

HERE = Path(__file__).parent
CSRC = native.PATH.with_name("csrc")
OF_BFLOAT16 = 19 * 4 * 3
LAYERS = 19 * 4 * 9 + OF_BFLOAT16
"""Shapes, cells and forms of the driver."""

UNITS = [unit for unit in ("tiles", "dots") if native.use_half(unit)]
native.use_half(None)

needs_compiler = pytest.mark.skipif(not COMPILER, reason="no C++ compiler")


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    """The driver, linked to the installed library."""
    if native.missing():
        pytest.skip(str(native.missing()))
    program = tmp_path_factory.mktemp("driver") / "driver"
    flags = ["-std=c++17", "-O1", f"-I{CSRC}", f"-Wl,-rpath,{native.PATH.parent}"]
    link([HERE / "memory_driver.cpp", native.PATH], program, flags)
    return program


@needs_compiler
@pytest.mark.parametrize("side", ["after", "before"])
def test_no_kernel_leaves_its_buffers(driver, side):
    command = [driver, side, *ISAS_HERE, *UNITS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr}"
    assert int(done.stdout) == LAYERS * len(ISAS_HERE) + OF_BFLOAT16 * len(UNITS)


@needs_compiler
@pytest.mark.parametrize("isa", ISAS_HERE)
def test_one_float_beyond_a_buffer_is_seen(driver, isa):
    done = subprocess.run([driver, "short", isa], capture_output=True, text=True, timeout=60)
    assert done.returncode < 0, "the input is one float too short, and nothing was seen"


SANITIZERS = {
    "address": ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    "thread": ["-fsanitize=thread"],
}


@pytest.mark.slow
@needs_compiler
@pytest.mark.parametrize("sanitizer", SANITIZERS)
@pytest.mark.parametrize("isa", [*ISAS_HERE, *UNITS])
def test_sanitizers_find_nothing(isa, sanitizer, tmp_path):
    sources = [*sorted(CSRC.glob("*.cpp")), HERE / "memory_driver.cpp"]
    flags = [*SANITIZERS[sanitizer], "-O1", "-g", f"-I{CSRC}", "-fno-math-errno",
             "-fno-trapping-math"]  # fmt: skip
    if not compile_objects(sources, tmp_path, isa, flags):
        pytest.skip("this compiler builds no sanitizers")
    program = tmp_path / "driver"
    link(tmp_path.glob("*.o"), program, flags)
    options = {
        "ASAN_OPTIONS": "max_malloc_fill_size=1000000000:malloc_fill_byte=255",
        "TSAN_OPTIONS": "halt_on_error=1",
    }
    done = subprocess.run(
        [program, "malloc", "baseline"],
        env={**os.environ, **options},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert int(done.stdout) == LAYERS
