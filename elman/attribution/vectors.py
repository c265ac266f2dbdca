"""A saved model as a function of its input vectors, for gradients. Needs torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from elman.models.linear import own_ids
from elman.models.network import RecurrentNetwork
from elman.models.saved import MemberAverage, torch_module
from elman.runtime.arrays import Steps
from elman.runtime.model import Model

__all__ = ["module_of", "vector_score", "vectors_of"]

Floats = NDArray[np.float64]


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
