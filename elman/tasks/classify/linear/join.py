"""The linear part and the recurrent network as one network, or the linear part alone."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from elman.judging.classes.calibration import INVERSE_TEMPERATURES
from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import log_loss
from elman.runtime.spec import NO_CELL, NetworkSpec
from elman.tasks.classify.linear.part import LinearPart

__all__ = ["alone", "joined", "mixture"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Tensors = dict[str, NDArray[np.float32]]

_MOST_LINEAR = 0.99
"""Who insists on a recurrence gets one that is heard, if only just."""


def mixture(
    decision: Decision, linear: Floats, recurrent: NDArray[Any], truth: Ints
) -> tuple[float, float]:
    """Return how much the linear and the recurrent logits count, by log loss on held-out rows.

    The two are shares, none below 0: they say nothing of how sure the sum sounds. That is left to
    its temperature, with the bounds of any other, or else few rows without an error would ask for
    certainty, and the sum would seem better than either for no other reason.
    """

    def loss(parts: Floats) -> float:
        scale, share = parts
        logits = scale * (share * linear + (1 - share) * recurrent)
        return log_loss(decision.probabilities(logits), truth)

    bounds = (INVERSE_TEMPERATURES, (0.0, _MOST_LINEAR))
    share = float(minimize(loss, (1.0, 0.5), method="Nelder-Mead", bounds=bounds).x[1])
    return share, 1 - share


def joined(
    spec: NetworkSpec, tensors: Tensors, part: LinearPart, parts: tuple[float, float]
) -> tuple[NetworkSpec, Tensors]:
    """Return the network whose outputs are parts[0] · linear + parts[1] · its own."""
    a, b = parts
    both = dict(tensors)
    for name, tensor in tensors.items():
        if name.endswith(("fc.weight", "fc.bias")):
            both[name] = (b * tensor).astype(np.float32)
    return dataclasses.replace(spec, linear=len(part.weights), linear_ids=1), both | _own(part, a)


def alone(spec: NetworkSpec, part: LinearPart) -> tuple[NetworkSpec, Tensors]:
    """Return the network that is the linear part and nothing else.

    Args:
        spec: of the network that would stand beside it, for what a step is.
        part: the linear part.
    """
    nothing = NetworkSpec(
        cell=NO_CELL,
        hidden_size=0,
        num_layers=0,
        pools=(),
        outputs=spec.outputs,
        vocabulary=spec.vocabulary,
        ids_per_step=spec.ids_per_step,
        linear=len(part.weights),
        linear_ids=1,
    )
    return nothing, _own(part, 1.0)


def _own(part: LinearPart, share: float) -> Tensors:
    return {
        "linear.weight": (share * part.weights).astype(np.float32),
        "linear.bias": (share * part.bias).astype(np.float32),
    }
