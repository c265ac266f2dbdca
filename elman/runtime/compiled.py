"""A network that reads ids, run in one call of C++: from the ids of many rows, or of the next words
of a stream, to what is said of them.

Embedding, recurrent layers, pooling and linear, of one or several members, and the linear part
beside them. What it says equals what the parts say one after another to about 1e-6, and a stream
equals the whole to the bit.

But: of networks that answer every step, read both ways, or pool padding or their inputs, the parts
run one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman import native
from elman.data.ragged import Ragged, joined
from elman.runtime.arrays import Floats, Steps
from elman.runtime.inputs import check_ids
from elman.runtime.spec import NetworkSpec

__all__ = ["POOLING", "Compiled", "InOneCall", "Member", "compiles"]

POOLING = {"last": 0, "mean": 1, "max": 2}
"""Pools by their numbers in `csrc/answer.h`."""


class Member(NamedTuple):
    """One network."""

    embedding: Floats
    """`(V, E)`."""
    cells: tuple[Any, ...]
    """A `NativeCell` for each layer."""
    weight: Floats
    """`(outputs, P)`."""
    bias: Floats
    """`(outputs,)`."""


class State(NamedTuple):
    """All that a stream remembers. A step makes a new one, so keeping the old one is a copy."""

    steps: int
    kept: bytes
    """With what is said of the steps so far."""


def compiles(spec: NetworkSpec) -> bool:
    """Say whether such a network runs in one call."""
    return (
        not native.missing()
        and spec.vocabulary > 0
        and not (spec.bidirectional or spec.per_step or spec.input_pools)
        and {*spec.pools} <= POOLING.keys()
    )


class Compiled:
    """The weights of a network of ids, ready to run.

    Args:
        spec: what `compiles`.
        members: its networks; none where it is a linear part alone.
        weight: `(ids, outputs)` of the linear part, if there is one.
        bias: `(outputs,)`.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        members: Sequence[Member],
        weight: Floats | None = None,
        bias: Floats | None = None,
    ) -> None:
        self.members = members
        self._made_of = spec, members, weight, bias
        columns = spec.ids_per_step + spec.linear_ids
        self._shape = (columns,) if columns > 1 else ()
        self._known = spec.vocabulary if weight is None else len(weight)
        self._outputs = spec.outputs
        self._kept: list[np.ndarray] = []
        self._answer = native.Answer(
            columns=columns,
            outputs=spec.outputs,
            members=len(members),
            layers=spec.num_layers,
            vocabulary=spec.vocabulary,
            E=spec.input_size,
            read=spec.ids_per_step,
        )
        answer = self._answer
        if members:
            answer.cell, answer.H = native.CELLS[spec.cell], spec.hidden_size
            answer.pools = len(spec.pools)
            answer.pooling = self._of(np.array([POOLING[pool] for pool in spec.pools], np.int64))
            answer.embedding = self._all(member.embedding for member in members)
            answer.weight = self._all(member.weight for member in members)
            answer.bias = self._all(member.bias for member in members)
            packed = [cell.packed.address for member in members for cell in member.cells]
            answer.packed = self._of(np.array(packed, np.int64))
        if weight is not None and bias is not None:
            answer.linear = len(weight)
            answer.linear_weight = self._of(_floats(weight))
            answer.linear_bias = self._of(_floats(bias))
        self._size = answer.state_size()
        self._begun = self.advance(State(0, b""), np.zeros((0, *self._shape), np.int32))

    def __reduce__(self) -> tuple[Any, ...]:
        # Addresses belong to one object of one process.
        return Compiled, self._made_of

    def _of(self, array: NDArray[Any]) -> int:
        self._kept.append(array)
        return int(array.ctypes.data)

    def _all(self, arrays: Any) -> int:
        return self._of(np.array([self._of(_floats(array)) for array in arrays], np.int64))

    def forward(self, sequences: Sequence[Steps]) -> Floats:
        """Return what is said of whole sequences, `(N, outputs)`."""
        if len(sequences) == 1:
            return self.read(self.advance(self._begun, sequences[0], "sequence 0"))[None].copy()
        if not (isinstance(sequences, Ragged) and self._fits(sequences.values)):
            sequences = [
                x if self._fits(x) else self._checked(x, f"sequence {n}")
                for n, x in enumerate(sequences)
            ]
        ids, ends = joined(sequences, self._shape)
        said = np.empty((len(ends), self._outputs), np.float32)
        call = native.Answer.from_buffer_copy(self._answer)
        call.N, call.threads = len(ends), native.threads()
        call.ids, call.ends = ids.ctypes.data, ends.ctypes.data
        call.said = said.ctypes.data
        if not call.run():
            for n, sequence in enumerate(sequences):
                check_ids(sequence, self._shape, self._known, f"sequence {n}")
        return said

    def begin(self) -> State:
        """The state of a stream that has seen nothing yet."""
        return self._begun

    def advance(self, state: State, steps: Steps, where: str = "stream") -> State:
        """Take some more steps; `state` itself stays as it is."""
        ids = steps if self._fits(steps) else self._checked(steps, where)
        kept = self._answer.onward(state.kept, ids, self._size)
        if kept is None:
            check_ids(ids, self._shape, self._known, where)
        assert kept is not None
        return State(state.steps + len(ids), kept)

    def advance_all(self, states: Sequence[State], pieces: Sequence[Steps]) -> list[State]:
        """Take some more steps of each of several streams; as `advance`, to the same bits."""
        checked = [x if self._fits(x) else self._checked(x, "stream") for x in pieces]
        ids, ends = joined(checked, self._shape)
        every = self._answer.all_onward([state.kept for state in states], ids, ends)
        if every is None:
            for x in checked:
                check_ids(x, self._shape, self._known, "stream")
        assert every is not None
        rows = zip(states, checked, every, strict=True)
        return [State(state.steps + len(x), kept) for state, x, kept in rows]

    def read(self, state: State) -> Floats:
        """Return what is said of the steps so far, `(outputs,)`."""
        return np.frombuffer(state.kept, np.float32, self._outputs, native.SAID)

    def _fits(self, steps: Any) -> bool:
        """Say whether steps are as the kernel reads them, but for their numbers."""
        return (
            isinstance(steps, np.ndarray)
            and steps.dtype == np.int32
            and steps.ndim == 1 + len(self._shape)
            and steps.shape[1:] == self._shape
        )

    def _checked(self, sequence: Steps, where: str) -> NDArray[np.int32]:
        return check_ids(sequence, self._shape, self._known, where).astype(np.int32)


def _floats(array: Floats) -> Floats:
    return np.require(array, np.float32, ["C", "ALIGNED"])


class InOneCall:
    """A network that is run in one call where that can be, and part by part elsewhere.

    A row's outputs are the same to the last bit whatever other rows, in whatever order, come in the
    same call; the memory of a stream does not grow.
    """

    compiled: Compiled | None = None

    def forward(self, sequences: Sequence[Steps]) -> Floats:
        """Outputs of whole sequences, `(N, outputs)`; of every step, `(ΣT, outputs)`.

        Args:
            sequences: each `(T,)` or `(T, columns)` ids, or `(T, input_size)` vectors; T may
                differ, and may be 0.

        Raises:
            InputError: a sequence is not what the network takes.
        """
        if self.compiled is not None:
            return self.compiled.forward(sequences)
        return self._forward(sequences)

    def begin(self) -> Any:
        """The state of a stream that has seen nothing yet.

        Raises:
            OptionError: the network goes both ways.
        """
        return self._begin() if self.compiled is None else self.compiled.begin()

    @property
    def pattern(self) -> Any:
        """What states of a stream are like, as `keeping.like` reads it."""
        return self.begin()

    def advance(self, state: Any, steps: Steps) -> Any:
        """Take some more steps, none perhaps; `state` itself stays as it is."""
        if self.compiled is not None:
            return self.compiled.advance(state, steps)
        return self._advance(state, steps)

    def advance_all(self, states: Sequence[Any], pieces: Sequence[Steps]) -> Sequence[Any]:
        """Take some more steps of each of several streams: as `advance`, to the same bits."""
        if self.compiled is not None:
            return self.compiled.advance_all(states, pieces)
        return [self._advance(state, x) for state, x in zip(states, pieces, strict=True)]

    def read(self, state: Any) -> Floats:
        """Outputs `(outputs,)` after the steps so far: what `forward` says of that sequence.

        Where every step is answered, `(T, outputs)` of those of the last `advance`.

        Equal to about 1e-6, not to the bit: one row may be multiplied in another order than many.
        A stream has no padding, so `padded_last` reads here as `last`.
        """
        return self._read(state) if self.compiled is None else self.compiled.read(state)

    def _forward(self, sequences: Sequence[Steps]) -> Floats:
        raise NotImplementedError

    def _begin(self) -> Any:
        raise NotImplementedError

    def _advance(self, state: Any, steps: Steps) -> Any:
        raise NotImplementedError

    def _read(self, state: Any) -> Floats:
        raise NotImplementedError
