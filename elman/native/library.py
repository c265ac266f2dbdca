"""The shared library beside the package: found, checked, loaded, and its instruction set.

An install without a C++ compiler lacks it; everything then runs on torch's and numpy's own code,
and `missing()` says why. `ELMAN_NATIVE=off` leaves it out, `ELMAN_NATIVE=avx2` (or another of
`ISAS`) takes that instruction set instead of the best the processor has, and then no unit for
bfloat16.
"""

from __future__ import annotations

import ctypes
import os
import struct
from functools import cache
from pathlib import Path

__all__ = [
    "HALVES",
    "ISAS",
    "PATH",
    "cores",
    "fma_peak",
    "half",
    "isa",
    "library",
    "missing",
    "threads",
    "use_half",
    "use_isa",
    "use_threads",
]

ISAS = ("avx512", "avx2", "baseline")
"""Instruction sets the library may hold, best first."""

HALVES = ("tiles", "dots", "emulated")
"""Units that multiply bfloat16, best first: AMX, vdpbf16ps, and tiles in plain C++, for tests."""

PATH = Path(__file__).parents[1] / "_native.so"

_ABI = 9
"""Of `csrc/elman.h`; a library left over from another version is not called."""


@cache
def _load() -> tuple[ctypes.CDLL | None, str]:
    """The library, or None and the reason."""
    wish = os.environ.get("ELMAN_NATIVE", "")
    if wish == "off":
        return None, "it was left out by ELMAN_NATIVE=off"
    if not PATH.exists():
        return None, (
            "this install has no C++ kernels: no C++ compiler was found that takes them. Install "
            "one (Debian: apt install g++) and then elman again, with pip's "
            "--force-reinstall --no-deps --no-cache-dir"
        )
    try:
        if _cut_short(PATH):
            return None, f"the C++ kernels are damaged: {PATH} ends too early; reinstall elman"
        lib = ctypes.CDLL(str(PATH))
        lib.elman_abi.restype = ctypes.c_int64
    except (OSError, AttributeError) as error:
        return None, f"the C++ kernels could not be loaded: {error}; reinstall elman"
    if lib.elman_abi() != _ABI:
        return None, (
            f"the C++ kernels were built for another version of elman "
            f"({lib.elman_abi()}, not {_ABI}); reinstall elman"
        )
    lib.elman_isa.restype = ctypes.c_char_p
    lib.elman_use_isa.argtypes = [ctypes.c_char_p]
    lib.elman_reserve_size.restype = ctypes.c_int64
    lib.elman_reserve_size.argtypes = [ctypes.c_int64, ctypes.c_int64]
    lib.elman_half.restype = ctypes.c_char_p
    lib.elman_use_half.argtypes = [ctypes.c_char_p]
    lib.elman_half_reserve_size.restype = ctypes.c_int64
    lib.elman_half_reserve_size.argtypes = [ctypes.c_int64, ctypes.c_int64]
    lib.elman_pack.restype = ctypes.c_void_p
    lib.elman_packed_forward.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    lib.elman_drop.argtypes = [ctypes.c_void_p]
    lib.elman_step_forward.restype = lib.elman_step_backward.restype = None
    lib.elman_words.restype = ctypes.c_void_p
    lib.elman_forget.argtypes = [ctypes.c_void_p]
    lib.elman_forget.restype = None
    lib.elman_read.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    lib.elman_cut.argtypes = [ctypes.c_void_p]
    lib.elman_number.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int64, ctypes.c_void_p]
    lib.elman_number.restype = ctypes.c_int64
    lib.elman_words_size.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    lib.elman_words_size.restype = ctypes.c_int64
    lib.elman_words_copy.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    lib.elman_words_copy.restype = None
    lib.elman_logistic.restype = None
    lib.elman_state_size.restype = lib.elman_sum_size.restype = ctypes.c_int64
    lib.elman_fma_peak.restype = ctypes.c_double
    lib.elman_fma_peak.argtypes = [ctypes.c_int64, ctypes.c_double]
    if wish and lib.elman_use_isa(wish.encode()):
        return None, f'ELMAN_NATIVE="{wish}" is not an instruction set of this processor'
    return lib, ""


def _cut_short(path: Path) -> bool:
    """Whether an ELF file lacks its end, as after a full disk: to load it would kill the process.

    The table of sections comes last; the header says where and how long it is.
    """
    with path.open("rb") as file:
        header = file.read(64)
    if len(header) < 64 or not header.startswith(b"\x7fELF\x02\x01"):
        return False
    (sections,) = struct.unpack_from("<Q", header, 40)
    each, count = struct.unpack_from("<HH", header, 58)
    return bool(sections + each * count > path.stat().st_size)


def library() -> ctypes.CDLL | None:
    """Return the loaded library, or None; `missing()` then says why."""
    return _load()[0]


def missing() -> str | None:
    """Return why there are no C++ kernels, or None where there are."""
    lib, reason = _load()
    return None if lib else reason


def isa() -> str | None:
    """Return the instruction set in use, one of `ISAS`, or None without the library."""
    lib = library()
    return None if lib is None else str(lib.elman_isa().decode())


def use_isa(name: str) -> bool:
    """Switch to another instruction set; False where processor or build do not have it."""
    lib = library()
    return lib is not None and lib.elman_use_isa(name.encode()) == 0


def half() -> str | None:
    """Return the unit that multiplies bfloat16, one of `HALVES`, or None where there is none."""
    lib = library()
    return None if lib is None else str(lib.elman_half().decode()) or None


def use_half(unit: str | None) -> bool:
    """Switch to another unit, None for the best; False where processor or build do not have it."""
    lib = library()
    return lib is not None and lib.elman_use_half((unit or "").encode()) == 0


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_threads = 1


def threads() -> int:
    """Return how many threads answers to many texts may take, where nothing else is said."""
    return _threads


def use_threads(number: int) -> None:
    """Let answers to many texts take so many threads; no bit of them depends on it."""
    global _threads
    _threads = number


def fma_peak(threads: int, seconds: float) -> float | None:
    """Measure float32 operations per second of multiply-adds alone; None without the library.

    Nothing is read or written and the chains are independent: no product in the library can be
    faster with the same instruction set and threads. Another process on a core lowers it.
    """
    lib = library()
    return None if lib is None else float(lib.elman_fma_peak(threads, seconds))
