"""A sum of arrays of several processes of one machine, in memory that they share."""

from __future__ import annotations

import ctypes
from ctypes import byref
from typing import Any

from elman.native.library import library
from elman.native.structs import fields

__all__ = ["Sum"]


class Sum(ctypes.Structure):
    """One process's part of it: `Sum` of `csrc/sum.h`."""

    __slots__ = ()
    _fields_ = fields("rank size n round turns wrote shared own")

    def memory(self) -> int:
        """Bytes that are shared; they must be 0 at first."""
        lib: Any = library()
        return int(lib.elman_sum_size(byref(self)))

    def run(self) -> bool:
        """Write what is this process's, and sum up; False where others are not there yet."""
        lib: Any = library()
        return bool(lib.elman_sum(byref(self)))
