"""One signal as it was given, before it is steps."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Raw"]

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Raw:
    """One signal as it was given."""

    line: int
    name: str
    """The file, or what stands for it."""
    values: Floats
    """Samples `(T,)` at the model's rate, or rows `(T, C)`."""
    seconds: float
    label: str | None
    group: str | None
    part: str
    fields: dict[str, object] = field(default_factory=dict)
