"""The C++ library of kernels through ctypes: found, checked, and called with structs by field name.

It knows neither torch nor Python, so one build serves every version of both.
"""

from elman.native.library import ISAS, PATH, fma_peak, isa, missing, use_isa
from elman.native.structs import CELLS, Layer, Packed, Pool, Scan, Step, reserve_size

__all__ = [
    "CELLS",
    "ISAS",
    "PATH",
    "Layer",
    "Packed",
    "Pool",
    "Scan",
    "Step",
    "fma_peak",
    "isa",
    "missing",
    "reserve_size",
    "use_isa",
]
