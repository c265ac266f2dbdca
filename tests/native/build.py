"""Build the kernels privately: one instruction set, flags of one's own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

COMPILER = (
    os.environ.get("CXX") or next(filter(shutil.which, ("c++", "g++", "clang++")), "")
).split()

MARCH = {
    "avx512": ["-march=x86-64-v4", "-mprefer-vector-width=512"],
    "avx2": ["-march=x86-64-v3"],
    "baseline": [],
}
MARCH["dots"] = [*MARCH["avx512"], "-mavx512bf16"]
MARCH["tiles"] = [*MARCH["dots"], "-mamx-tile", "-mamx-bf16"]
ONCE = ("answer", "dispatch", "half_dispatch", "logistic", "sum", "text")
"""As setup.py has them."""


def compile_objects(
    sources: Iterable[Path],
    into: Path,
    isa: str,
    flags: list[str],
    compiler: list[str] = COMPILER,
) -> bool:
    """Compile each source to an object of its name; False where the compiler refuses one.

    Whatever the instruction set, it goes under the name `baseline`, which the dispatcher always
    has; so one set is built instead of all.
    """
    jobs = []
    for source in sources:
        kernels = [] if source.stem in ONCE else [*MARCH[isa], "-DELMAN_ISA=baseline"]
        output = ["-c", str(source), "-o", str(into / f"{source.stem}.o")]
        command = [*compiler, "-std=c++17", "-fPIC", *flags, *kernels, *output]
        jobs.append(subprocess.Popen(command, stderr=subprocess.PIPE))
    statuses = [job.communicate() and job.returncode for job in jobs]
    return not any(statuses)


def link(
    objects: Iterable[Path], target: Path, flags: list[str], compiler: list[str] = COMPILER
) -> None:
    """Link objects to a program, or to a library with `-shared` among the flags."""
    subprocess.check_call(
        [*compiler, *flags, *map(str, objects), "-o", str(target), "-lpthread", "-ldl"]
    )
