"""Logistic regression on sparse rows in one call of C++."""

from __future__ import annotations

import ctypes
from ctypes import byref
from typing import Any

from elman.native.library import library
from elman.native.structs import fields

__all__ = ["Logistic"]


class Logistic(ctypes.Structure):
    """A regression and its rows: `Logistic` of `csrc/logistic.h`."""

    __slots__ = ()
    _fields_ = fields(
        "N columns ends ids values order strengths enough passes seed weights",
    )

    def run(self) -> None:
        """Fit, into `weights`."""
        lib: Any = library()
        lib.elman_logistic(byref(self))
