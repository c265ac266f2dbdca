"""The C++ library of kernels through ctypes: found, checked, and called with structs by field name.

It knows neither torch nor Python, so one build serves every version of both.
"""

from elman.native.answers import SAID, Answer
from elman.native.library import (
    HALVES,
    ISAS,
    PATH,
    cores,
    fma_peak,
    half,
    isa,
    missing,
    threads,
    use_half,
    use_isa,
    use_threads,
)
from elman.native.logistic import Logistic
from elman.native.structs import (
    CELLS,
    Layer,
    Packed,
    Pool,
    Scan,
    Step,
    half_reserve_size,
    reserve_size,
)
from elman.native.sums import Sum
from elman.native.texts import APART, DIGIT, SIGN, SPACE, WORD, Lexicon, Text, Words, cut

__all__ = [
    "APART",
    "CELLS",
    "DIGIT",
    "HALVES",
    "ISAS",
    "PATH",
    "SAID",
    "SIGN",
    "SPACE",
    "WORD",
    "Answer",
    "Layer",
    "Lexicon",
    "Logistic",
    "Packed",
    "Pool",
    "Scan",
    "Step",
    "Sum",
    "Text",
    "Words",
    "cores",
    "cut",
    "fma_peak",
    "half",
    "half_reserve_size",
    "isa",
    "missing",
    "reserve_size",
    "threads",
    "use_half",
    "use_isa",
    "use_threads",
]
