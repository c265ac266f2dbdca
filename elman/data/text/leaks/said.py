"""Near-duplicates across parts, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import numpy as np
import numpy.typing as npt

from elman.data.text.leaks.near import Near

__all__ = ["near_warning"]

_NOTICED, _SHOWN = 0.005, 3
"""Share of a part from which it is warned of; pairs that are shown."""


def near_warning(
    near: Near, lines: npt.NDArray[np.int64], parts: Mapping[str, npt.NDArray[np.int64]]
) -> list[str]:
    """Say how many rows of the held-out parts are nearly a training row, and which the first are.

    Args:
        near: what was found.
        lines: `(N,)` where each row stands in its file.
        parts: the rows of each held-out part.
    """
    counts, shown = [], np.zeros(len(near.held), bool)
    for name, rows in parts.items():
        mine, looked_at = np.isin(near.held, rows), int(np.isin(near.looked_at, rows).sum())
        if mine.any() and mine.sum() >= _NOTICED * looked_at:
            counts.append(f"{mine.sum():,} of {looked_at:,} {name} rows")
            shown |= mine
    if not counts:
        return []
    found = zip(near.held[shown], near.like[shown], near.share[shown], strict=True)
    pairs = [
        f"{share:.0%} of line {lines[held]} is in training line {lines[like]}"
        for held, like, share in islice(found, _SHOWN)
    ]
    more = "; …" if shown.sum() > _SHOWN else ""
    sample = "" if near.whole else " (as far as a sample of the training rows shows)"
    return [
        f"{' and '.join(counts)} are nearly a training row{sample} ({'; '.join(pairs)}{more}), so "
        "the figures flatter; leave them out, or name with --group what such rows have in common"
    ]
