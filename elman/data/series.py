from dataclasses import dataclass
import numpy as np


@dataclass(frozen=True)
class Series:
    name: str
    dates: tuple[str, ...] | None
    values: np.ndarray
    season: int
    frequency: str
    notes: tuple[str, ...]
