"""What every explanation asks of a saved model: outputs, whole and after each part, and states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.attribution.trajectory import Source
from elman.runtime.arrays import Steps
from elman.runtime.chain import Chained
from elman.runtime.ensemble import Ensemble
from elman.runtime.linear import BesideLinear
from elman.runtime.model import BATCH_SIZE, Model

__all__ = [
    "outputs_after",
    "outputs_of",
    "states_of",
]


def outputs_of(model: Model, sequences: Sequence[Steps]) -> NDArray[np.float32]:
    """Return the outputs `(N, outputs)` of sequences, each as if it came alone."""
    # The trap of `padded_last` reads the padding that other rows bring.
    alone = "padded_last" in model.network.spec.pools
    return model.outputs(sequences, batch_size=1 if alone else BATCH_SIZE)


def outputs_after(
    model: Model, steps: Steps, ends: Sequence[int]
) -> tuple[NDArray[np.float32], Source]:
    """Return the outputs `(N, outputs)` after so many steps each, ascending, and how it was read:
    as a stream, or, by a network that reads both ways, as sequences that end there."""
    network: Any = model.network
    if network.spec.bidirectional:
        return outputs_of(model, [steps[:end] for end in ends]), "prefixes"
    state, read, begin = network.begin(), [], 0
    for end in ends:
        state, begin = network.advance(state, steps[begin:end]), end
        read.append(network.read(state))
    return np.stack(read), "stream"


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
