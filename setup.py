"""Build the C++ kernels of `elman/csrc` into one plain shared library that `elman.native` loads.

The library knows neither Python nor torch, so one build serves every version of both. Where there
is no C++ compiler, or it does not take the kernels, the package is built without them, works on
torch's and numpy's own code, and `elman.native.missing()` says why.

`CXX` names another compiler, `CXXFLAGS` adds to its flags. Objects stay in `build/kernels`, and
only what changed is compiled again.
"""

from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

CSRC = Path("elman/csrc")
LIBRARY = Path("elman/_native.so")
OBJECTS = Path("build/kernels")
# GCC's own header of AVX-512 functions is what would be called uninitialised.
FLAGS = ["-std=c++17", "-O3", "-fPIC", "-fvisibility=hidden", "-fno-math-errno",
         "-fno-trapping-math", "-Wall", "-Wextra", "-Wno-maybe-uninitialized",
         "-Wno-unknown-warning-option"]  # fmt: skip

# From the least to the most. The linker keeps the first of several equal functions, such as those
# of std::vector, and a processor must run what is linked for its own set.
ISAS: dict[str, list[str]] = {"baseline": []}
if platform.machine().lower() in ("x86_64", "amd64"):
    ISAS["avx2"] = ["-march=x86-64-v3"]
    ISAS["avx512"] = ["-march=x86-64-v4", "-mprefer-vector-width=512"]

HALF: dict[str, tuple[list[str], str]] = {}
"""Units that multiply bfloat16: flags, and a call that shows whether a compiler knows the unit."""
if "avx512" in ISAS:
    dots = [*ISAS["avx512"], "-mavx512bf16"]
    call = "__m512bh b{}; _mm512_storeu_ps(p, _mm512_dpbf16_ps(_mm512_loadu_ps(p), b, b))"
    HALF["dots"] = (dots, call)
    HALF["tiles"] = ([*dots, "-mamx-tile", "-mamx-bf16"], "_tile_dpbf16ps(0, 1, 2)")

ONCE = ("answer", "dispatch", "half_dispatch", "logistic", "sum", "text")
"""Files without vector code of their own, compiled for all processors."""


def compiler() -> list[str]:
    """Return the command that compiles C++."""
    if os.name == "nt":
        raise FileNotFoundError("they are not built on Windows")
    if named := os.environ.get("CXX"):
        return shlex.split(named)
    for name in ("c++", "g++", "clang++"):
        if shutil.which(name):
            return [name]
    raise FileNotFoundError("there is no C++ compiler (c++, g++, clang++, or CXX)")


def compile_one(source: Path, name: str, flags: list[str]) -> Path:
    """Compile a file, unless neither it, a header nor the command changed; return the object."""
    output = OBJECTS / f"{name}.o"
    command = [*compiler(), *FLAGS, *flags, "-c", str(source)]
    record = output.with_suffix(".command")
    if output.exists() and record.exists() and record.read_text() == shlex.join(command):
        changed = max(path.stat().st_mtime_ns for path in (source, *CSRC.glob("*.h")))
        if changed < output.stat().st_mtime_ns:
            return output
    # Renamed when whole: neither a kill nor a second build leaves half an object.
    fresh = f"{output}.{os.getpid()}"
    subprocess.check_call([*command, "-o", fresh])
    os.replace(fresh, output)
    record.write_text(shlex.join(command))
    return output


def knows(flags: list[str], call: str) -> bool:
    """Whether compiler and assembler take the flags and the instruction that they are for."""
    source = f"#include <immintrin.h>\nvoid f(float* p) {{ (void)p; {call}; }}\n"
    command = [*compiler(), *FLAGS, *flags, "-x", "c++", "-c", "-", "-o", os.devnull]
    return not subprocess.run(command, input=source.encode(), stderr=subprocess.DEVNULL).returncode


def build_library(target: Path) -> None:
    """Compile every kernel file once per instruction set, and link them with what is there once."""
    extra = shlex.split(os.environ.get("CXXFLAGS", ""))
    half = {unit: flags for unit, (flags, call) in HALF.items() if knows(flags, call)}
    has = [f"-DELMAN_HAS_{name.upper()}" for name in (*ISAS, *half)]
    jobs = [(CSRC / f"{name}.cpp", name, [*has, *extra]) for name in ONCE]
    for name, flags in {**ISAS, **half}.items():
        for source in sorted(CSRC.glob("half_*.cpp" if name in half else "*.cpp")):
            if source.stem not in ONCE:
                named = [*flags, f"-DELMAN_ISA={name}", *extra]
                jobs.append((source, f"{source.stem}-{name}", named))
    OBJECTS.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(lambda job: compile_one(*job), jobs))
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.check_call(
        [*compiler(), "-shared", *extra, *map(str, objects), "-o", str(target),
         "-lpthread", "-ldl"]
    )  # fmt: skip


class BuildNative(build_ext):
    """The library in the place of an extension module."""

    def get_ext_filename(self, fullname: str) -> str:
        return str(Path(*fullname.split("."))) + ".so"

    def build_extension(self, ext: Extension) -> None:
        target = Path(self.get_ext_fullpath(ext.name))
        # What an earlier build left in build/lib is of other sources.
        target.unlink(missing_ok=True)
        try:
            build_library(target)
        except (OSError, subprocess.CalledProcessError) as error:
            # In a checkout somebody works on the kernels: there a mistake in them is an error.
            if self.editable_mode and isinstance(error, subprocess.CalledProcessError):
                raise
            print(f"elman: built WITHOUT its C++ kernels: {error}", file=sys.stderr)

    def copy_extensions_to_source(self) -> None:
        """Put the library into a checkout in one step: no process ever loads half of it."""
        built = Path(self.build_lib, LIBRARY)
        if not built.exists():
            LIBRARY.unlink(missing_ok=True)
            return
        fresh = f"{LIBRARY}.{os.getpid()}.new"
        shutil.copy(built, fresh)
        os.replace(fresh, LIBRARY)


class PlatformWheel(bdist_wheel):
    """One wheel for every Python 3 of this platform, or without the library for every platform."""

    def get_tag(self) -> tuple[str, str, str]:
        built = Path(self.get_finalized_command("build_ext").build_lib, LIBRARY).exists()
        return "py3", "none", super().get_tag()[2] if built else "any"


def long_description() -> str:
    """README.md as an index shows it, where no other file of ours is.

    Links to such files lead to `Source` of [project.urls]; without one, their words stay alone.
    """
    source = re.search(r'^Source = "(.+?)/?"$', Path("pyproject.toml").read_text("utf-8"), re.M)

    def elsewhere(link: re.Match[str]) -> str:
        image, words, file = link.groups()
        if source is None:
            return "" if image else words
        return f"{image}[{words}]({source[1]}/{'raw' if image else 'blob'}/HEAD/{file})"

    links = r"(!?)\[([^\]]*)\]\(([\w/.-]+\.(?:md|svg|png)(?:#[\w-]+)?)\)"
    return re.sub(links, elsewhere, Path("README.md").read_text("utf-8"))


setup(
    long_description=long_description(),
    long_description_content_type="text/markdown",
    # The others hide the package from type checkers behind a hook of the import system.
    options={"editable_wheel": {"mode": "compat"}},
    ext_modules=[
        Extension("elman._native", [str(path) for path in CSRC.glob("*.cpp")], optional=True)
    ],
    cmdclass={"build_ext": BuildNative, "bdist_wheel": PlatformWheel},
)
