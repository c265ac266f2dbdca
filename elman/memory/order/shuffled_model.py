"""What a trained model loses on shuffled rows that it was not trained for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from elman.judging.bootstrap import resampled_means
from elman.judging.estimate import Curve, Estimate, Floats, curve_of
from elman.memory.order.shuffle import shuffled, windows_up_to
from elman.memory.order.worth import figure_of, mean_of, worth_of
from elman.memory.rows.examples import Examples

__all__ = ["ShuffledModel", "judge_shuffled"]


@dataclass(frozen=True)
class ShuffledModel:
    """Points that the model under the card loses on shuffled rows it was not trained for."""

    figure: str
    windows: Curve
    """Within windows of w steps."""
    whole: Estimate


def judge_shuffled(module: nn.Module, examples: Examples, *, seed: int) -> ShuffledModel:
    """Shuffle the rows that a trained module is given."""
    full = worth_of(examples, examples.outputs(module))
    at = windows_up_to(int(examples.lengths.max()))

    def lost(window: int | None) -> Floats:
        generator = torch.Generator().manual_seed(seed)
        rows = [(x[None], torch.tensor([len(x)])) for x in examples.x]
        mixed = examples.of([shuffled(*row, generator, window)[0] for row in rows])
        return full - worth_of(examples, mixed.outputs(module))

    whole = mean_of(lost(None)[:, None], seed)
    drawings = (
        resampled_means(np.stack([lost(w) for w in at], 1), seed) if at else np.zeros((401, 0))
    )
    return ShuffledModel(figure_of(examples), curve_of(at, drawings), whole)
