"""How long the gates hold on, from what they did on the data.

A unit that keeps the share f_t of its state at step t has the time-scale, in steps,

    T = −1 / mean_t ln f_t

f is the LSTM's forget gate, the GRU's z, minGRU's 1 − z, minLSTM's f/(f+i), the LRU's |λ|. The
mean is of logarithms because what is left after k steps is a product. A plain RNN has no gate.

But: it bounds what can be kept, and says nothing of what is used (arXiv 2111.03282).

References:
    Mahto et al., "Multi-timescale Representation Learning in LSTM Language Models", ICLR 2021,
    arXiv 2009.12727. Saturation at 0.1 and 0.9: Karpathy et al., 2015, arXiv 1506.02078.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from elman.judging.bootstrap import resampled_means
from elman.judging.estimate import Estimate, Floats, estimate_of
from elman.memory.measures.track import Track

__all__ = ["GateTimes", "gate_times"]


@dataclass(frozen=True)
class GateTimes:
    """Time-scales of the units of one layer and direction, in steps."""

    layer: str
    cell: str
    shortest: Estimate
    """5 % of the units are below."""
    median: Estimate
    longest: Estimate
    """5 % of the units are above."""
    open: Estimate
    """Share of gates above 0.9: keeping."""
    shut: Estimate
    """Share of gates below 0.1: forgetting."""


def gate_times(tracks: list[Track], *, seed: int) -> GateTimes | None:
    """Measure one layer and direction over several batches; None if it has no gate.

    Args:
        tracks: of the same layer and direction.
        seed: of the intervals.
    """
    logs, open_, shut = [], [], []
    for track in tracks:
        if track.keep is None:
            return None
        keep = track.keep.double().numpy()  # (B, T, H)
        there = np.arange(keep.shape[1]) < track.lengths.numpy()[:, None]
        n = np.maximum(there.sum(1), 1)
        with np.errstate(divide="ignore"):
            log = np.log(np.maximum(keep, 1e-300))
        logs.append(np.where(there[:, :, None], log, 0).sum(1) / n[:, None])
        open_.append(np.where(there, (keep > 0.9).mean(2), 0).sum(1) / n)
        shut.append(np.where(there, (keep < 0.1).mean(2), 0).sum(1) / n)
    means = resampled_means(np.concatenate(logs), seed)  # (1 + R, H)
    low, middle, high = np.quantile(means, [0.05, 0.5, 0.95], axis=1)
    return GateTimes(
        tracks[0].name,
        tracks[0].cell,
        *(estimate_of(_steps(part)) for part in (low, middle, high)),
        *(estimate_of(resampled_means(np.concatenate(part), seed)) for part in (open_, shut)),
    )


def _steps(log: Floats) -> Floats:
    """−1 / ln f; infinite where nothing is ever forgotten."""
    return np.where(log > -1e-12, np.inf, -1 / np.minimum(log, -1e-12))
