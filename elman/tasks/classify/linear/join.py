"""The linear path and the recurrent network as one network.

How much each counts is fitted on the validation part. In the saved network the path's weights are
further columns of the embedding that the recurrence does not read and the head takes from the
pooled inputs: the runtime knows nothing of it.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import log_loss
from elman.runtime.spec import NetworkSpec
from elman.tasks.classify.linear.path import LinearPath

__all__ = ["mixture", "with_linear_path"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def mixture(
    decision: Decision, linear: Floats, recurrent: NDArray[Any], truth: Ints
) -> tuple[float, float]:
    """Return how much the linear and the recurrent logits count, by log loss on held-out rows."""

    def loss(parts: Floats) -> float:
        a, b = np.exp(parts)  # neither is turned round
        return log_loss(decision.probabilities(a * linear + b * recurrent), truth)

    found = minimize(loss, np.log([0.5, 0.5]), method="Nelder-Mead")
    a, b = np.exp(found.x)
    return float(a), float(b)


def with_linear_path(
    spec: NetworkSpec,
    tensors: dict[str, NDArray[np.float32]],
    path: LinearPath,
    parts: tuple[float, float],
) -> tuple[NetworkSpec, dict[str, NDArray[np.float32]]]:
    """Return the network whose outputs are parts[0] · linear + parts[1] · its own."""
    K, a, b = spec.outputs, *parts
    wide = dict(tensors)
    for prefix in [f"{member}." for member in range(spec.members)] if spec.members > 1 else [""]:
        embedding = tensors[f"{prefix}embedding.weight"]
        columns = np.zeros((len(embedding), K), np.float32)
        columns[: len(path.weights)] = path.weights
        wide[f"{prefix}embedding.weight"] = np.hstack([embedding, columns])
        for name in ("rnn.weight_ih_l0", "rnn.weight_ih_l0_reverse"):
            if prefix + name in tensors:
                weight = tensors[prefix + name]
                blind = np.zeros((len(weight), K), np.float32)
                wide[prefix + name] = np.hstack([weight, blind])
        head = np.float32(b) * tensors[f"{prefix}fc.weight"]
        wide[f"{prefix}fc.weight"] = np.hstack([head, np.float32(a) * np.eye(K, dtype=np.float32)])
        bias = b * tensors[f"{prefix}fc.bias"] + a * path.bias
        wide[f"{prefix}fc.bias"] = bias.astype(np.float32)
    return dataclasses.replace(spec, input_size=spec.input_size + K), wide
