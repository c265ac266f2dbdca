"""What the model will not see: words beyond the length limit, and words it does not know."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from elman.data.large import spans
from elman.data.text.diagnosis import Diagnosis
from elman.data.text.vocabulary import UNKNOWN

__all__ = ["measure_coverage"]

LOSS_SHARE = 0.1
"""Share of words cut off or unknown that calls for a warning."""


def measure_coverage(
    diagnosis: Diagnosis,
    encoded: npt.NDArray[np.int32],
    offsets: npt.NDArray[np.int64],
    *,
    max_length: int,
    rows: npt.NDArray[np.int64] | None = None,
    lost: bool = True,
) -> Diagnosis:
    """Add what the model will not see: words beyond the length limit and unknown ones.

    Args:
        diagnosis: from `examine`; a new one is returned.
        encoded: `(words,)` vocabulary ids of all rows.
        offsets: `(N + 1,)` where each row begins.
        max_length: words of a row that the model reads.
        rows: numbers of the rows to measure, by default all; best some that the vocabulary was not
            made from.
        lost: whether what the recurrence does not see is lost, or read by the linear part.
    """
    rows = np.arange(len(offsets) - 1) if rows is None else rows
    lengths = offsets[rows + 1] - offsets[rows]
    unknown = sum(int((encoded[places] == UNKNOWN).sum()) for places, _ in spans(offsets, rows))
    words = max(int(lengths.sum()), 1)
    cut_share = float(np.maximum(lengths - max_length, 0).sum() / words)
    unknown_share = unknown / words
    warnings = list(diagnosis.warnings)
    if lost and cut_share > LOSS_SHARE:
        cut = float((lengths > max_length).mean())
        warnings.append(
            f"{cut_share:.1%} of the words are beyond the limit of {max_length:,} words a row "
            f"({cut:.1%} of the rows are cut)"
        )
    if lost and unknown_share > LOSS_SHARE:
        warnings.append(
            f"{unknown_share:.1%} of the words are unknown to the vocabulary; a larger vocabulary "
            "or more rows would help"
        )
    return dataclasses.replace(
        diagnosis, cut_share=cut_share, unknown_share=unknown_share, warnings=warnings
    )
