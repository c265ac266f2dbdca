"""How to train: every option of the loop with its default, once."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LoopConfig"]


@dataclass(frozen=True)
class LoopConfig:
    """How to train. Units: steps are optimizer steps, epochs are passes over the training part."""

    epochs: int
    batch_size: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 0.0
    warmup: float = 0.05
    """Share of all steps over which the rate rises."""
    decay: bool = True
    """Whether the rate then falls to zero along a cosine, or stays."""
    rates: tuple[tuple[str, float], ...] = ()
    """Factors on the rate of some parameters, by the first part of their name."""
    beta2: float = 0.999
    """Adam's memory of squared gradients; shorter suits runs of a few hundred steps."""
    clip_norm: float = 1.0
    """Gradients with a larger norm are scaled to it (Pascanu et al. 2013, arXiv 1211.5063)."""
    unclipped: tuple[str, ...] = ()
    """Parameters left out of the norm and of the clipping, by the first part of their name."""
    average: float = 0.0
    """Decay per step of an exponential average of the weights, validated and kept; 0 is none."""
    patience: int = 0
    """Epochs without a better score before stopping; 0 trains to the end."""
    seed: int = 0
    threads: int = 1
    """Threads of torch's kernels; 0 takes all cores. Part of what makes runs repeatable."""
    max_nonfinite: int = 10
    time_limit_s: float | None = None
    time_share: float = 1.0
    """Share of the time that is left which this run may take, where several follow each other."""
    checkpoint_every_s: float = 5.0
