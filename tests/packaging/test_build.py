"""What setup.py compiles, and when it does not have to; with a compiler that only takes notes."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from tests.native.build import ONCE

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the kernels are not built on Windows")

ISAS = (
    ["baseline", "avx2", "avx512"]
    if platform.machine().lower() in ("x86_64", "amd64")
    else ["baseline"]
)
UNITS = ["dots", "tiles"] if "avx512" in ISAS else []
"""What multiplies bfloat16 and is compiled beside the sets."""
COMPILER = """#!/bin/sh
echo "$@" >> "$NOTES"
while [ $# -gt 0 ]; do
    [ "$1" = -o ] && : > "$2"
    shift
done
exit $STATUS
"""


@pytest.fixture(scope="module")
def compiler(tmp_path_factory):
    path = tmp_path_factory.mktemp("compiler") / "c++"
    path.write_text(COMPILER)
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def build(checkout, compiler):
    """Build in the copied checkout; return the compiler's arguments of every call, sorted."""

    def build(status=0, code=0, inplace=False, **given):
        notes = checkout / "notes"
        notes.unlink(missing_ok=True)
        named = {"CXX": str(compiler), "NOTES": str(notes), "STATUS": str(status)}
        where = ["--inplace"] if inplace else []
        done = subprocess.run(
            [sys.executable, "setup.py", "-q", "build_ext", *where],
            cwd=checkout,
            env=os.environ | {"CXXFLAGS": ""} | named | given,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == code, done.stderr
        build.said = done.stderr
        return notes.read_text().splitlines() if notes.exists() else []

    build()
    return build


def compiled(calls):
    """Which file was compiled for which set, sorted."""
    found = []
    for call in calls:
        words = call.split()
        if "-c" in words and "-" not in words:
            isa = [word[12:] for word in words if word.startswith("-DELMAN_ISA=")]
            found.append(" ".join([words[words.index("-c") + 1].split("/")[-1], *isa]))
    return sorted(found)


def all_of(csrc):
    once = [f"{name}.cpp" for name in ONCE]
    kernels = [path.name for path in csrc.glob("*.cpp") if path.name not in once]
    assert len(kernels) >= 5
    half = [f"{name} {unit}" for name in kernels if name.startswith("half_") for unit in UNITS]
    assert len(half) >= 4 * len(UNITS)
    return sorted([*once, *half, *(f"{name} {isa}" for name in kernels for isa in ISAS)])


def test_nothing_is_compiled_twice(build):
    assert compiled(build()) == []


def test_a_changed_kernel_is_compiled_for_every_set(build, checkout):
    (checkout / "elman/csrc/scan.cpp").touch()
    assert compiled(build()) == sorted(f"scan.cpp {isa}" for isa in ISAS)
    assert compiled(build()) == []


def test_a_changed_header_or_flag_compiles_everything(build, checkout):
    (checkout / "elman/csrc/simd.h").touch()
    assert compiled(build()) == all_of(checkout / "elman/csrc")
    assert compiled(build(CXXFLAGS="-g")) == all_of(checkout / "elman/csrc")
    assert compiled(build()) == all_of(checkout / "elman/csrc")


def test_an_object_of_a_failed_compilation_is_not_taken(build, checkout):
    (checkout / "elman/csrc/scan.cpp").touch()
    build(status=1)
    assert "built WITHOUT its C++ kernels" in build.said
    assert compiled(build()) == sorted(f"scan.cpp {isa}" for isa in ISAS)


def test_functions_of_several_objects_are_linked_for_the_least_processor(build):
    """The linker keeps the first std::vector<…> that it meets, whatever it was compiled for."""
    [link] = [call for call in build() if "-shared" in call.split()]
    objects = [word for word in link.split() if word.endswith(".o") and "-" in word]
    sets = ISAS + UNITS
    order = [sets.index(name.removesuffix(".o").rsplit("-", 1)[1]) for name in objects]
    assert order == sorted(order)
    assert set(order) == set(range(len(sets)))


@pytest.mark.skipif(not UNITS, reason="of other processors there is none")
def test_a_compiler_that_knows_no_tiles_builds_the_rest(build, checkout, compiler, tmp_path):
    old = tmp_path / "c++"
    refuse = 'case "$*" in *amx*) exit 1;; esac\necho "$@" >> "$NOTES"'
    old.write_text(COMPILER.replace('echo "$@" >> "$NOTES"', refuse))
    old.chmod(0o755)
    calls = build(CXX=str(old))
    assert compiled(calls) == [
        call for call in all_of(checkout / "elman/csrc") if not call.endswith(" tiles")
    ]
    [dispatch] = [call for call in calls if "half_dispatch.cpp" in call]
    assert "-DELMAN_HAS_DOTS" in dispatch
    assert "TILES" not in dispatch
    build()


def test_without_a_compiler_the_library_of_other_sources_goes(build, checkout):
    library = checkout / "elman/_native.so"
    build(inplace=True)
    assert library.exists()
    assert build(inplace=True, CXX="no-such-compiler") == []
    assert "built WITHOUT its C++ kernels" in build.said
    assert "no-such-compiler" in build.said
    assert not library.exists()
