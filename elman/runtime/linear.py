"""The linear part of a network: every id of a step speaks for itself, or every float of a window.

What it says of T steps of ids is Σ W[id] / √T + b, summed over all ids of all steps: between the
mean, in which a strong word of a long text drowns, and the sum, in which long texts shout. A sum is
all that a stream has to keep.

Where every step is answered, it says of a step Σ W[place, id] + b, over the ids of the steps at
places around it.

What it says of vectors is x W + b of the last of their floats, oldest first; of those that are not
there yet, nothing. Or of what convolutions say of all of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from elman.errors import OptionError
from elman.runtime.arrays import Floats, Integers, Steps
from elman.runtime.compiled import Compiled, InOneCall, compiles
from elman.runtime.convolutions import Convolutions, Kept
from elman.runtime.inputs import Vectors, check_ids, own_steps
from elman.runtime.spec import NetworkSpec
from elman.runtime.streams import keeping

__all__ = ["BesideLinear", "Recurrent"]


class Recurrent(Protocol):
    """What stands beside a linear part: a network, or an ensemble."""

    compiled: Compiled | None

    @property
    def pattern(self) -> Any: ...
    def forward(self, sequences: Sequence[Steps]) -> Floats: ...
    def begin(self) -> Any: ...
    def advance(self, state: Any, steps: Steps) -> Any: ...
    def read(self, state: Any) -> Floats: ...


class Sum(NamedTuple):
    """What a stream keeps of ids: how many steps there were, and what they said together."""

    steps: int
    total: NDArray[np.float64]


class OfIds:
    """The linear part of steps that are ids.

    Args:
        spec: whose it is.
        weight: `(ids, outputs)`.
        bias: `(outputs,)`.
    """

    def __init__(self, spec: NetworkSpec, weight: Floats, bias: Floats) -> None:
        self.spec, self.weight, self.bias = spec, weight, bias
        columns = spec.ids_per_step + spec.linear_ids
        self.shape = (columns,) if columns > 1 else ()

    def check(self, sequence: Steps, where: str) -> Steps:
        """Return a sequence as ids, or say what is wrong with it."""
        return check_ids(sequence, self.shape, len(self.weight), where)

    def own(self, steps: Steps) -> Steps:
        """Return the steps as the recurrence reads them."""
        return own_steps(self.spec, steps)

    def forward(self, sequences: Sequence[Steps]) -> Floats:
        """Return what is said of whole sequences, `(N, outputs)`."""
        return _each(self, sequences)

    def begin(self) -> Any:
        return Sum(0, np.zeros(len(self.bias)))

    def advance(self, state: Any, steps: Steps) -> Any:
        rows = self.weight.take(steps.ravel(), axis=0)
        return Sum(state.steps + len(steps), state.total + rows.sum(axis=0, dtype=np.float64))

    def read(self, state: Any) -> Floats:
        return np.asarray(state.total / math.sqrt(max(state.steps, 1)) + self.bias, np.float32)


class Around(NamedTuple):
    """What a stream keeps where every step is answered: the ids before, and what was said last."""

    before: Any
    said: Floats


class OfSteps(OfIds):
    """The linear part of every step, by the ids around it; arguments as of `OfIds`."""

    def __init__(self, spec: NetworkSpec, weight: Floats, bias: Floats) -> None:
        super().__init__(spec, weight, bias)
        self.table = weight.copy()
        self.table[:: spec.linear] = 0  # of a step that is not there nothing is said
        self.shape = (max(spec.ids_per_step + spec.linear_ids, 1),)
        # one look-up for all places: which step, which of its ids, and where their rows begin
        read = np.array(
            [(place, column) for place in range(spec.places) for column in self._columns(place)]
        )
        places, self.columns = read[:, 0], read[:, 1]
        self.away, self.first = places - spec.linear_before, places * spec.linear

    def check(self, sequence: Steps, where: str) -> Steps:
        one = self.shape == (1,)
        ids = check_ids(sequence, () if one else self.shape, self.spec.linear, where)
        return ids.reshape(len(ids), *self.shape)

    def own(self, steps: Steps) -> Steps:
        return own_steps(self.spec, steps[:, 0] if self.shape == (1,) else steps)

    def forward(self, sequences: Sequence[Steps]) -> Floats:
        """Return what is said of every step of whole sequences, `(ΣT, outputs)`."""
        gap = np.zeros((self.spec.places - 1, *self.shape), np.int64)
        apart = [part for sequence in sequences for part in (sequence, gap)]
        lengths = np.array([len(sequence) for sequence in sequences], np.int64)
        rows = np.repeat(np.arange(1, len(lengths) + 1), lengths)
        own = np.arange(len(rows)) + rows * len(gap)
        return self._said(np.concatenate([gap, *apart]), own)

    @property
    def pattern(self) -> Around:
        """What states are like, as `keeping.like` reads it."""
        begun = self.begin()
        return begun._replace(before=keeping.Below(begun.before, self.spec.linear))

    def begin(self) -> Around:
        if self.spec.linear_after:
            raise OptionError(
                f"This model reads {self.spec.linear_after} steps ahead of each, so it cannot "
                "stream. Use `predict`, or train a model that reads left to right."
            )
        before = np.zeros((self.spec.linear_before, *self.shape), np.int64)
        return Around(before, np.zeros((0, len(self.bias)), np.float32))

    def advance(self, state: Around, steps: Steps) -> Around:
        ids = np.concatenate([state.before, steps])
        own = np.arange(len(state.before), len(ids))
        return Around(ids[len(steps) :], self._said(ids, own))

    def read(self, state: Around) -> Floats:
        return state.said

    def _said(self, ids: Steps, own: Integers) -> Floats:
        """Return what is said of the steps that stand at `own` in ids `(n, columns)`."""
        rows = ids[own[:, None] + self.away, self.columns] + self.first
        return np.asarray(self.table.take(rows, axis=0).sum(axis=1) + self.bias)

    def _columns(self, place: int) -> Sequence[int]:
        """Which ids of the step at a place are read."""
        spec = self.spec
        if place != spec.linear_before and spec.linear_around:
            return spec.linear_around
        return range(max(spec.ids_per_step + spec.linear_ids, 1))


class OfWindow:
    """The linear part of steps that are vectors; a stream keeps the floats that it reads.

    Args:
        spec: whose it is.
        weight: `(floats, outputs)`.
        bias: `(outputs,)`.
    """

    def __init__(self, spec: NetworkSpec, weight: Floats, bias: Floats) -> None:
        self.weight, self.bias = weight.astype(np.float64), bias
        self.vectors = Vectors(spec.input_size)

    def check(self, sequence: Steps, where: str) -> Steps:
        """Return a sequence as vectors, or say what is wrong with it."""
        return self.vectors.check(sequence, where)

    def own(self, steps: Steps) -> Steps:
        return steps

    def forward(self, sequences: Sequence[Steps]) -> Floats:
        """Return what is said of whole sequences, `(N, outputs)`."""
        return _each(self, sequences)

    def begin(self) -> Floats:
        return np.zeros(0, np.float32)

    def advance(self, state: Floats, steps: Steps) -> Floats:
        return np.concatenate([state, steps.ravel()])[-len(self.weight) :]

    def read(self, state: Floats) -> Floats:
        said = state.astype(np.float64) @ self.weight[len(self.weight) - len(state) :]
        return np.asarray(said + self.bias, np.float32)


class OfConvolutions:
    """The linear part of what convolutions say of steps that are vectors.

    Args:
        spec: whose it is.
        tensors: with all those named `linear.`.
    """

    def __init__(self, spec: NetworkSpec, tensors: Mapping[str, np.ndarray]) -> None:
        self.convolutions = Convolutions.of(spec.dilations, tensors)
        # thousands of terms that cancel: of float32 their sum keeps too few digits
        self.weight = tensors["linear.weight"].astype(np.float64)
        self.bias = tensors["linear.bias"]
        self.vectors = Vectors(spec.input_size)

    def check(self, sequence: Steps, where: str) -> Steps:
        """Return a sequence as vectors, or say what is wrong with it."""
        return self.vectors.check(sequence, where)

    def own(self, steps: Steps) -> Steps:
        return steps

    def forward(self, sequences: Sequence[Steps]) -> Floats:
        """Return what is said of whole sequences, `(N, outputs)`."""
        return _each(self, sequences)

    def begin(self) -> Kept:
        return self.convolutions.begin()

    def advance(self, state: Any, steps: Steps) -> Kept:
        return self.convolutions.advance(state, steps)

    def read(self, state: Any) -> Floats:
        return np.asarray(self.convolutions.read(state) @ self.weight + self.bias, np.float32)


class State(NamedTuple):
    """What a stream keeps: of the linear part, and of the network beside it."""

    linear: Any
    beside: Any


class BesideLinear(InOneCall):
    """A linear part, and the network whose outputs are added to its own, if there is one."""

    def __init__(
        self, spec: NetworkSpec, tensors: Mapping[str, np.ndarray], network: Recurrent | None
    ) -> None:
        self.spec, self.network = spec, network
        if spec.dilations:
            self.linear: Any = OfConvolutions(spec, tensors)
            return
        of_ids = OfSteps if spec.per_step else OfIds
        self.linear = (of_ids if spec.vocabulary else OfWindow)(
            spec, tensors["linear.weight"], tensors["linear.bias"]
        )
        if compiles(spec):
            members = network.compiled.members if network and network.compiled else []
            self.compiled = Compiled(spec, members, self.linear.weight, self.linear.bias)

    @property
    def pattern(self) -> Any:
        """What states of a stream are like, as `keeping.like` reads it."""
        begun = self.begin()
        return begun._replace(linear=self.linear.pattern) if self.spec.per_step else begun

    def _forward(self, sequences: Sequence[Steps]) -> Floats:
        linear = self.linear
        checked = [linear.check(x, f"sequence {n}") for n, x in enumerate(sequences)]
        said: Floats = linear.forward(checked)
        if self.network is not None:
            said += self.network.forward([linear.own(steps) for steps in checked])
        return said

    def _begin(self) -> State:
        return State(self.linear.begin(), None if self.network is None else self.network.begin())

    def _advance(self, state: State, steps: Steps) -> State:
        checked, beside = self.linear.check(steps, "stream"), state.beside
        if self.network is not None:
            beside = self.network.advance(beside, self.linear.own(checked))
        return State(self.linear.advance(state.linear, checked), beside)

    def _read(self, state: State) -> Floats:
        said: Floats = self.linear.read(state.linear)
        if self.network is not None:
            said = said + self.network.read(state.beside)
        return said


def _each(linear: Any, sequences: Sequence[Steps]) -> Floats:
    said = np.empty((len(sequences), len(linear.bias)), np.float32)
    for n, steps in enumerate(sequences):
        said[n] = linear.read(linear.advance(linear.begin(), steps))
    return said
