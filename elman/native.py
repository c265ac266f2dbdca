"""The C++ library of kernels through ctypes: found, checked, and called with addresses.

It knows neither torch nor Python, so one build serves every version of both. An install without a
C++ compiler lacks it; everything then runs on torch's and numpy's own code, and `missing()` says
why. `ELMAN_NATIVE=off` leaves it out, `ELMAN_NATIVE=avx2` (or another of `ISAS`) takes that
instruction set instead of the best the processor has.
"""

from __future__ import annotations

import ctypes
import os
import struct
import weakref
from collections.abc import Sequence
from functools import cache
from pathlib import Path

__all__ = ["ISAS", "Packed", "fma_peak", "isa", "library", "missing", "use_isa"]

ISAS = ("avx512", "avx2", "baseline")
"""Instruction sets the library may hold, best first."""

CELLS = {"rnn": 0, "rnn_relu": 1, "gru": 2, "lstm": 3}
"""Cells by their number in `csrc/elman.h`."""

PATH = Path(__file__).with_name("_native.so")

_ABI = 4
"""Of `csrc/elman.h`; a library left over from another version is not called."""


_FORWARD_FIELDS, _ALL_FIELDS = struct.Struct("28q"), struct.Struct("47q")
"""Of `Layer` in `csrc/elman.h`: those up to `bias_hh`, and all."""


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
    lib.elman_pack.restype = ctypes.c_void_p
    lib.elman_packed_forward.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    lib.elman_drop.argtypes = [ctypes.c_void_p]
    lib.elman_reserve_size.restype = ctypes.c_int64
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


def fma_peak(threads: int, seconds: float) -> float | None:
    """Measure float32 operations per second of multiply-adds alone; None without the library.

    Nothing is read or written and the chains are independent: no product in the library can be
    faster with the same instruction set and threads. Another process on a core lowers it.
    """
    lib = library()
    if lib is None:
        return None
    lib.elman_fma_peak.restype = ctypes.c_double
    lib.elman_fma_peak.argtypes = [ctypes.c_int64, ctypes.c_double]
    return float(lib.elman_fma_peak(threads, seconds))


def reserve_size(cell: str, hidden_size: int) -> int:
    """Floats that forward keeps for backward, for every real step and direction."""
    lib = library()
    assert lib is not None
    return int(lib.elman_reserve_size(CELLS[cell], ctypes.c_int64(hidden_size)))


def layer_forward(fields: Sequence[int], *, half: bool = False) -> None:
    """Run one layer; `fields` are those of `Layer` in `csrc/elman.h` up to `bias_hh`, in order.

    Numbers and addresses of float32 or int64 memory; 0 is a null pointer. With `half`, `weight_ih`
    and `weight_hh` are bfloat16.

    Raises:
        ValueError: lengths below 0 or beyond T; nothing was computed.
    """
    lib, _ = _load()
    assert lib is not None
    run = lib.elman_layer_forward_half if half else lib.elman_layer_forward
    if run(_FORWARD_FIELDS.pack(*fields)):
        raise ValueError("lengths must be between 0 and the steps of the input")


class Packed:
    """The weights of a layer, packed once for many short calls of forward.

    They are freed with this object, and stay with the instruction set they were packed for.

    Args:
        fields: those of `Layer` up to `bias_hh`; only sizes and weights are read, and not kept.
    """

    def __init__(self, fields: Sequence[int]) -> None:
        lib = library()
        assert lib is not None
        self._forward = lib.elman_packed_forward
        self._address = lib.elman_pack(_FORWARD_FIELDS.pack(*fields))
        weakref.finalize(self, lib.elman_drop, self._address)

    def forward(self, fields: Sequence[int]) -> None:
        """Run the layer as `layer_forward` does; the addresses of weights are not read.

        Raises:
            ValueError: lengths below 0 or beyond T; nothing was computed.
        """
        if self._forward(_FORWARD_FIELDS.pack(*fields), self._address):
            raise ValueError("lengths must be between 0 and the steps of the input")


def layer_backward(fields: Sequence[int]) -> None:
    """Run one layer backward; `fields` are all of `Layer` in `csrc/elman.h`, in order.

    Raises:
        ValueError: lengths below 0 or beyond T; nothing was computed.
    """
    lib, _ = _load()
    assert lib is not None
    if lib.elman_layer_backward(_ALL_FIELDS.pack(*fields)):
        raise ValueError("lengths must be between 0 and the steps of the input")
