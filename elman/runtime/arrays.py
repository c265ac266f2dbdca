"""The kinds of arrays the runtime passes around, named once for the type checker."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Doubles", "Floats", "Integers", "Steps"]

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]
Steps = NDArray[Any]
"""One sequence as the network takes it: `(T,)` ids of tokens, or `(T, I)` float vectors."""
