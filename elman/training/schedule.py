"""The learning rate over a run: up, then down to zero along a cosine."""

from __future__ import annotations

import math

from elman.training.config import LoopConfig
from elman.training.problem import Progress

__all__ = ["rate_share"]


def rate_share(config: LoopConfig, progress: Progress) -> float:
    """Return the share of the full rate that the next step takes.

    With a time limit a run is as far as its steps or its time, whichever is further.
    """
    done = (progress.steps_done + 1) / (progress.steps_in_all + 1)
    if config.time_limit_s is not None:
        done = max(done, min(progress.elapsed_s / config.time_limit_s, 1.0))
    if done < config.warmup:
        return done / config.warmup
    if not config.decay:
        return 1.0
    return 0.5 + 0.5 * math.cos(math.pi * (done - config.warmup) / (1 - config.warmup))
