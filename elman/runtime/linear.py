"""The linear part of a network: every id of a step speaks for itself.

What it says of T steps is Σ W[id] / √T + b, summed over all ids of all steps: between the mean, in
which a strong word of a long text drowns, and the sum, in which long texts shout. A sum is all that
a stream has to keep.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from elman.runtime.arrays import Floats, Steps
from elman.runtime.inputs import check_ids
from elman.runtime.spec import NetworkSpec

__all__ = ["PADDING", "UNKNOWN", "BesideLinear", "Linear", "Recurrent", "own_steps"]

UNKNOWN, PADDING = 1, 0
"""As what the recurrence reads an id that only the linear part knows."""


class Recurrent(Protocol):
    """What stands beside a linear part: a network, or an ensemble."""

    def forward(self, sequences: Sequence[Steps]) -> Floats: ...
    def begin(self) -> Any: ...
    def advance(self, state: Any, steps: Steps) -> Any: ...
    def read(self, state: Any) -> Floats: ...


class Linear:
    """The weights of the linear part.

    Args:
        weight: `(ids, outputs)`.
        bias: `(outputs,)`.
        columns: ids of a step.
    """

    def __init__(self, weight: Floats, bias: Floats, columns: int) -> None:
        self.weight, self.bias = weight, bias
        self.shape = (columns,) if columns > 1 else ()

    def check(self, sequence: Steps, where: str) -> Steps:
        """Return a sequence as ids, or say what is wrong with it."""
        return check_ids(sequence, self.shape, len(self.weight), where)

    def sum(self, steps: Steps) -> NDArray[np.float64]:
        """Return what the ids of some steps say together, `(outputs,)`."""
        rows = self.weight.take(steps.ravel(), axis=0)
        return np.asarray(rows.sum(axis=0, dtype=np.float64))

    def outputs(self, total: NDArray[np.float64], steps: int) -> Floats:
        """Return the outputs of so many steps with that sum."""
        return np.asarray(total / math.sqrt(max(steps, 1)) + self.bias, np.float32)


class State(NamedTuple):
    """What a stream keeps: the sum and its steps, and the state of the network beside it."""

    steps: int
    total: NDArray[np.float64]
    beside: Any


class BesideLinear:
    """A linear part, and the network whose outputs are added to its own, if there is one.

    It has the methods of a `Network` that a model and a stream need, and the same promises: the
    same bits in any company, memory that does not grow with a stream.
    """

    def __init__(
        self, spec: NetworkSpec, tensors: Mapping[str, np.ndarray], network: Recurrent | None
    ) -> None:
        self.spec, self.network = spec, network
        columns = spec.ids_per_step + spec.linear_ids
        self.linear = Linear(tensors["linear.weight"], tensors["linear.bias"], columns)

    def forward(self, sequences: Sequence[Steps]) -> Floats:
        """Outputs of whole sequences, `(N, outputs)`."""
        checked = [self.linear.check(x, f"sequence {n}") for n, x in enumerate(sequences)]
        said = np.empty((len(checked), self.spec.outputs), np.float32)
        for n, steps in enumerate(checked):
            said[n] = self.linear.outputs(self.linear.sum(steps), len(steps))
        if self.network is not None:
            said += self.network.forward([own_steps(self.spec, steps) for steps in checked])
        return said

    def begin(self) -> State:
        """The state of a stream that has seen nothing yet."""
        beside = None if self.network is None else self.network.begin()
        return State(0, np.zeros(self.spec.outputs), beside)

    def advance(self, state: State, steps: Steps) -> State:
        """Take some more steps; `state` itself stays as it is."""
        checked = self.linear.check(steps, "stream")
        beside = state.beside
        if self.network is not None:
            beside = self.network.advance(beside, own_steps(self.spec, checked))
        total = state.total + self.linear.sum(checked)
        return State(state.steps + len(checked), total, beside)

    def read(self, state: State) -> Floats:
        """Outputs `(outputs,)` after the steps so far."""
        said = self.linear.outputs(state.total, state.steps)
        if self.network is not None:
            said += self.network.read(state.beside)
        return said


def own_steps(spec: NetworkSpec, steps: Steps) -> Steps:
    """Return the ids of steps, `(T,)` or `(T, columns)`, as the recurrence reads them."""
    if steps.ndim == 1:
        return np.where(steps < spec.vocabulary, steps, UNKNOWN)
    first = np.where(steps[:, 0] < spec.vocabulary, steps[:, 0], UNKNOWN)
    if spec.ids_per_step == 1:
        return first
    others = steps[:, 1 : spec.ids_per_step]
    others = np.where(others < spec.vocabulary, others, PADDING)
    return np.column_stack([first, others])
