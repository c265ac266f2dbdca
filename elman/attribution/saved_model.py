"""What every explanation asks of a saved model: outputs, gradients of input vectors, states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from elman.models.linear import own_ids
from elman.models.network import RecurrentNetwork
from elman.models.saved import MemberAverage, torch_module
from elman.runtime.arrays import Steps
from elman.runtime.chain import Chained
from elman.runtime.ensemble import Ensemble
from elman.runtime.linear import BesideLinear
from elman.runtime.model import BATCH_SIZE, Model

__all__ = ["module_of", "outputs_of", "states_of", "vector_score", "vectors_of"]

Floats = NDArray[np.float64]


def outputs_of(model: Model, sequences: Sequence[Steps]) -> NDArray[np.float32]:
    """Return the outputs `(N, outputs)` of sequences, each as if it came alone."""
    # The trap of `padded_last` reads the padding that other rows bring.
    alone = "padded_last" in model.network.spec.pools
    return model.outputs(sequences, batch_size=1 if alone else BATCH_SIZE)


def module_of(model: Model) -> MemberAverage:
    """Return the networks of a model in float64, so that a path's sums are not of rounding."""
    return torch_module(model).double().requires_grad_(False)


def vectors_of(module: MemberAverage, steps: Steps) -> Tensor:
    """Return the vector of every id of a sequence, `(T, columns, S)`.

    Those of the members stand side by side, and after them what the linear part has for the id.
    """
    spec = module.spec
    ids = torch.as_tensor(np.asarray(steps)).long()
    own = ids if module.linear is None else own_ids(spec, ids[None])[0]
    own, ids = own.reshape(len(ids), -1), ids.reshape(len(ids), -1)
    beyond = ids.shape[1] - own.shape[1]
    parts = []
    for member in module.members:
        rows = cast(RecurrentNetwork, member).embedding(own)
        parts.append(torch.nn.functional.pad(rows, (0, 0, 0, beyond)))
    if module.linear is not None:
        parts.append(torch.nn.functional.embedding(ids, module.linear.weight))
    return torch.cat(parts, dim=2)


def vector_score(module: MemberAverage, weights: Floats) -> Callable[[Tensor], Tensor]:
    """Return the score of vectors, as `vectors_of` gives them, added up over a step's ids.

    Args:
        module: a saved model.
        weights: `(outputs,)`, of the outputs in the score.

    Returns:
        From `(N, T, S)` to `(N,)`.
    """
    size, summed = module.spec.input_size, torch.as_tensor(weights)

    def score(vectors: Tensor) -> Tensor:
        lengths = torch.full(vectors.shape[:1], vectors.shape[1])
        outputs = [
            cast(RecurrentNetwork, member).answers(
                vectors[:, :, n * size : (n + 1) * size], lengths
            )
            for n, member in enumerate(module.members)
        ]
        both = [torch.stack(outputs).mean(0)] if outputs else []
        if module.linear is not None:
            both.append(module.linear.answers(vectors[:, :, len(outputs) * size :], lengths))
        return torch.stack(both).sum(0) @ summed

    return score


def states_of(model: Model, steps: Steps) -> NDArray[np.float32]:
    """Return the last layer's state after every step, those of members side by side."""
    network: Any = model.network
    if isinstance(network, Chained):
        network = network.below
    if isinstance(network, BesideLinear):
        steps, inner = network.linear.own(np.asarray(steps)), network.network
        if inner is None:
            return np.zeros((len(steps), 0), np.float32)
        network = inner
    members = network.members if isinstance(network, Ensemble) else [network]
    return np.concatenate([member.states(steps)[0] for member in members], axis=1)
