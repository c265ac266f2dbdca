"""What every explanation asks of a saved model: outputs, gradients of input vectors, states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from elman.models.network import RecurrentNetwork
from elman.models.saved import torch_module
from elman.runtime.arrays import Steps
from elman.runtime.ensemble import Ensemble
from elman.runtime.model import BATCH_SIZE, Model

__all__ = ["members_of", "outputs_of", "states_of", "vector_score"]

Floats = NDArray[np.float64]


def outputs_of(model: Model, sequences: Sequence[Steps]) -> NDArray[np.float32]:
    """Return the outputs `(N, outputs)` of sequences, each as if it came alone."""
    # The trap of `padded_last` reads the padding that other rows bring.
    alone = "padded_last" in model.network.spec.pools
    return model.outputs(sequences, batch_size=1 if alone else BATCH_SIZE)


def members_of(model: Model) -> list[RecurrentNetwork]:
    """Return the networks of a model in float64, so that a path's sums are not of rounding."""
    module = torch_module(model).double().requires_grad_(False)
    return [cast(RecurrentNetwork, member) for member in module.members]


def vector_score(
    members: Sequence[RecurrentNetwork], weights: Floats
) -> Callable[[Tensor], Tensor]:
    """Return the score of input vectors, those of the members side by side.

    Args:
        members: whose outputs are averaged.
        weights: `(outputs,)`, of the outputs in the score.

    Returns:
        From `(N, T, members·I)` to `(N,)`.
    """
    size, summed = members[0].spec.input_size, torch.as_tensor(weights)

    def score(vectors: Tensor) -> Tensor:
        lengths = torch.full(vectors.shape[:1], vectors.shape[1])
        outputs = [
            member.answers(vectors[:, :, n * size : (n + 1) * size], lengths)
            for n, member in enumerate(members)
        ]
        return torch.stack(outputs).mean(0) @ summed

    return score


def states_of(model: Model, steps: Steps) -> NDArray[np.float32]:
    """Return the last layer's state after every step, those of members side by side."""
    network = model.network
    members = network.members if isinstance(network, Ensemble) else [network]
    return np.concatenate([member.states(steps)[0] for member in members], axis=1)
