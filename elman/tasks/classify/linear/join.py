"""The linear part and the recurrent network as one network, or the linear part alone."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from elman.runtime.spec import NO_CELL, NetworkSpec
from elman.tasks.classify.linear.part import LinearPart

__all__ = ["alone", "joined"]

Tensors = dict[str, NDArray[np.float32]]


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
