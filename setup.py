"""Build the C++ kernels of `elman/csrc` into one plain shared library beside `elman/native.py`.

The library knows neither Python nor torch, so one build serves every version of both. Where there
is no C++ compiler the package is installed without it, works on torch's and numpy's own code, and
`elman.native.missing()` says why.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

CSRC = Path("elman/csrc")
PER_ISA = sorted(path for path in CSRC.glob("*.cpp") if path.stem != "dispatch")
FLAGS = ["-std=c++17", "-O3", "-fPIC", "-fvisibility=hidden", "-fno-math-errno",
         "-fno-trapping-math", "-Wall", "-Wextra",
         "-Wno-maybe-uninitialized"]  # fmt: skip

if platform.machine().lower() in ("x86_64", "amd64"):
    ISAS = {
        "avx512": ["-march=x86-64-v4", "-mprefer-vector-width=512"],
        "avx2": ["-march=x86-64-v3"],
        "baseline": [],
    }
else:
    ISAS = {"baseline": []}


class BuildNative(build_ext):
    """Compile every kernel file once per instruction set, and link them with the dispatcher."""

    def get_ext_filename(self, fullname: str) -> str:
        return str(Path(*fullname.split("."))) + ".so"

    def build_extension(self, ext: Extension) -> None:
        target = Path(self.get_ext_fullpath(ext.name))
        try:
            self.link(target, self.compiler_command())
        except (OSError, subprocess.CalledProcessError) as error:
            target.unlink(missing_ok=True)
            print(f"elman: built without its C++ kernels: {error}", file=sys.stderr)

    def compiler_command(self) -> list[str]:
        if named := os.environ.get("CXX"):
            return named.split()
        for name in ("c++", "g++", "clang++"):
            if shutil.which(name):
                return [name]
        raise FileNotFoundError("no C++ compiler found (c++, g++, clang++, or CXX)")

    def link(self, target: Path, compiler: list[str]) -> None:
        work = Path(self.build_temp)
        work.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        defines = [f"-DELMAN_HAS_{isa.upper()}" for isa in ISAS]
        jobs = [(CSRC / "dispatch.cpp", "dispatch", defines)]
        for source in PER_ISA:
            for isa, flags in ISAS.items():
                jobs.append((source, f"{source.stem}-{isa}", [*flags, f"-DELMAN_ISA={isa}"]))
        extra = os.environ.get("CXXFLAGS", "").split()
        running = []
        for source, stem, flags in jobs:
            output = str(work / f"{stem}.o")
            command = [*compiler, *FLAGS, *flags, *extra, "-c", str(source), "-o", output]
            running.append((command, output, subprocess.Popen(command)))
        for command, _, process in running:
            if process.wait():
                raise subprocess.CalledProcessError(process.returncode, command)
        objects = [output for _, output, _ in running]
        # Linked beside and renamed: a process that has the old library mapped keeps it whole.
        fresh = str(target) + ".new"
        subprocess.check_call(
            [*compiler, "-shared", *extra, *objects, "-o", fresh, "-lpthread", "-ldl"]
        )
        os.replace(fresh, target)


class PlatformWheel(bdist_wheel):
    """One wheel for every Python 3 of this platform: the library has no Python in it."""

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", super().get_tag()[2]


setup(
    ext_modules=[Extension("elman._native", sources=[str(path) for path in CSRC.glob("*.cpp")])],
    cmdclass={"build_ext": BuildNative, "bdist_wheel": PlatformWheel},
)
