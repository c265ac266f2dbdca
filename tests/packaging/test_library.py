"""A library that is not whole, not ours or of another version is said, and kills nobody."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from elman import native
from elman.native import library
from tests.native.build import COMPILER

needs_library = pytest.mark.skipif(not native.PATH.exists(), reason=str(native.missing()))
needs_compiler = pytest.mark.skipif(not COMPILER, reason="no C++ compiler")

ASK = """
import sys
from pathlib import Path
from elman import native
from elman.native import library
for path in sys.argv[1:]:
    library._load.cache_clear()
    library.PATH = Path(path)
    print(native.missing())
    assert library.library() is None and native.isa() is None
"""


def reasons(*paths):
    """What `missing()` says of each file, asked in a process that may die."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, *paths], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr}"
    return done.stdout.splitlines()


@needs_library
def test_a_library_that_ends_too_early(tmp_path):
    whole = native.PATH.read_bytes()
    ends = [0, 10, 63, 64, 1000, 5000, len(whole) // 2, len(whole) - 4000, len(whole) - 1]
    paths = [tmp_path / f"{end}.so" for end in ends]
    for end, path in zip(ends, paths, strict=True):
        path.write_bytes(whole[:end])
    said = reasons(*paths)
    assert len(said) == len(ends)
    for path, reason in zip(paths, said, strict=True):
        assert reason.startswith("the C++ kernels ")
        assert str(path) in reason
        assert reason.endswith("; reinstall elman")


def test_a_file_that_is_no_library(tmp_path):
    path = tmp_path / "text.so"
    path.write_text("x" * 5000)
    [reason] = reasons(path)
    assert reason.startswith("the C++ kernels could not be loaded: ")


def test_no_library(tmp_path):
    [reason] = reasons(tmp_path / "absent.so")
    assert reason == (
        "this install has no C++ kernels: no C++ compiler was found that takes them. Install one "
        "(Debian: apt install g++) and then elman again, with pip's "
        "--force-reinstall --no-deps --no-cache-dir"
    )


@needs_compiler
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            'extern "C" long long elman_abi() { return 99; }',
            rf"built for another version of elman \(99, not {library._ABI}\); reinstall elman$",
        ),
        ('extern "C" long long other() { return 1; }', r"could not be loaded: .*elman_abi"),
    ],
    ids=["another version", "another library"],
)
def test_a_library_of_others(source, reason, tmp_path):
    (tmp_path / "other.cpp").write_text(source)
    command = [*COMPILER, "-shared", "-fPIC", "other.cpp", "-o", "other.so"]
    subprocess.check_call(command, cwd=tmp_path)
    [said] = reasons(tmp_path / "other.so")
    assert re.search(reason, said)
