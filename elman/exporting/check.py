"""A graph held against the runtime, in ONNX Runtime, before anybody gets it.

With rows of random steps: batches and lengths that no constant of the graph has, padded with what
must not be read, empty rows among them; whole, and in pieces of random lengths whose states go on;
and with no rows at all.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.exporting.graph import INT32, INT64, OPSET
from elman.runtime.arrays import Floats, Steps
from elman.runtime.convolutions import TAPS
from elman.runtime.spec import NetworkSpec

__all__ = ["TOLERANCE", "Found", "Session", "apart", "compared", "of_no_rows", "padded", "unseen"]

TOLERANCE = 1e-5
"""Beside 1, or the size of an output: the same products of float32, added up in another order."""


class Session:
    """A graph as ONNX Runtime runs it, on one thread.

    Args:
        data: the file's content.
    """

    def __init__(self, data: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            data, options, providers=["CPUExecutionProvider"]
        )
        self.outputs = [output.name for output in self.session.get_outputs()]
        shapes = {given.name: given.shape for given in self.session.get_inputs()}
        self.state_size: int = shapes["state"][1] if "state" in shapes else 0

    def __call__(
        self, steps: Steps, lengths: Sequence[int], state: NDArray[np.float64] | None = None
    ) -> dict[str, Any]:
        """Return its outputs by name; without a state it begins with zeros."""
        fed: dict[str, Any] = {"steps": steps, "lengths": np.array(lengths, np.int64)}
        if self.state_size:
            begin = np.zeros((len(lengths), self.state_size))
            fed["state"] = begin if state is None else state
        return self.run(fed)

    def run(self, fed: Mapping[str, Any]) -> dict[str, Any]:
        """Return its outputs by name, of inputs by name."""
        return dict(zip(self.outputs, self.session.run(None, fed), strict=True))


class Found(NamedTuple):
    """How far the graph is from the runtime, beside 1 or the size of an output."""

    whole: float
    streamed: float | None
    """None of a graph that does not stream."""
    batches: tuple[tuple[int, int], ...]
    """Rows and longest of each batch that was tried."""


def compared(
    network: Any, model: Any, *, seed: int = 0, batches: int = 3, longest: int = 30
) -> Found:
    """Hold a graph against the network that it is of.

    Args:
        network: as the runtime has it.
        model: the graph, an `onnx.ModelProto`.
        seed: of the steps.
        batches: how many are tried.
        longest: steps of the first one, or more; others are shorter.
    """
    random, spec = np.random.default_rng(seed), network.spec
    session = Session(model.SerializeToString())
    sizes, lengths = unseen(model), unseen(model, first=_reach(spec) + longest)
    whole, streamed, tried = 0.0, 0.0, []
    for _ in range(batches):
        rows, most = next(sizes), next(lengths)
        wanted = [most, *random.integers(1, most, rows - 2), 0]
        lengths = unseen(model, first=3 * rows)  # shorter ones from now on
        sequences = [_random_steps(spec, int(n), random) for n in wanted]
        tried.append((rows, most))
        whole = max(whole, _whole(network, session, sequences, random))
        if session.state_size:
            # what reads padding answers otherwise in other company: its rows go one by one
            alone = "padded_last" in spec.pools
            for together in [[x] for x in sequences] if alone else [sequences]:
                streamed = max(streamed, _streamed(network, session, together, random))
        for time in (0, most):
            said = session(_random_steps(spec, time, random)[None][:0], [])
            whole = max(whole, of_no_rows(said))
    return Found(whole, streamed if session.state_size else None, tuple(tried))


def unseen(*models: Any, first: int = 3) -> Iterator[int]:
    """Yield numbers, ascending, that are no size and no constant of some graphs."""
    from onnx import numpy_helper

    known = {OPSET}
    for tensor in (tensor for model in models for tensor in model.graph.initializer):
        known |= {*tensor.dims}
        if tensor.data_type in (INT32, INT64) and len(tensor.dims) < 2:
            known |= {*numpy_helper.to_array(tensor).ravel().tolist()}
    return (n for n in itertools.count(first) if n not in known)


def _reach(spec: NetworkSpec) -> int:
    """Return how many steps back a network reads by itself, past its state."""
    if spec.dilations:
        return (TAPS - 1) * spec.dilations[-1]
    return 0 if spec.vocabulary else spec.linear // spec.input_size


def padded(spec: NetworkSpec, sequences: Sequence[Steps], longest: int) -> Steps:
    """Return sequences as one array, filled up with what must not be read."""
    trap = max(spec.vocabulary, spec.linear) - 1 if spec.vocabulary else np.nan
    kind = np.int64 if spec.vocabulary else np.float32
    filled = np.full((len(sequences), longest, *sequences[0].shape[1:]), trap, kind)
    for row, steps in zip(filled, sequences, strict=True):
        row[: len(steps)] = steps
    return filled


def _random_steps(spec: NetworkSpec, steps: int, random: np.random.Generator) -> Steps:
    if not spec.vocabulary:
        return random.normal(size=(steps, spec.input_size)).astype(np.float32)
    columns = spec.ids_per_step + spec.linear_ids
    shape = (steps, columns) if columns > 1 else (steps,)
    return random.integers(0, max(spec.vocabulary, spec.linear), shape)


def _whole(
    network: Any, session: Session, sequences: list[Steps], random: np.random.Generator
) -> float:
    spec, lengths = network.spec, [len(x) for x in sequences]
    longest = max(lengths) + int(random.integers(0, 3))
    said = session(padded(spec, sequences, longest), lengths)["outputs"]
    if spec.per_step:
        said = np.concatenate([row[:n] for row, n in zip(said, lengths, strict=True)])
    return apart(said, network.forward(sequences))


def _streamed(
    network: Any, session: Session, sequences: list[Steps], random: np.random.Generator
) -> float:
    spec, worst, state = network.spec, 0.0, None
    own = [network.begin() for _ in sequences]
    left = list(sequences)
    name = "outputs_so_far" if spec.chain else "outputs"
    most = max(map(len, left)) // 4 + 1
    while any(map(len, left)):
        cuts = [int(random.integers(0, min(len(x), most) + 1)) for x in left]
        pieces = [x[:cut] for x, cut in zip(left, cuts, strict=True)]
        left = [x[cut:] for x, cut in zip(left, cuts, strict=True)]
        found = session(padded(spec, pieces, max(cuts)), cuts, state)
        state = found["next_state"]
        for row, piece in enumerate(pieces):
            own[row] = network.advance(own[row], piece)
            said = found[name][row]
            said = said[: len(piece)] if spec.per_step else said
            worst = max(worst, apart(said, network.read(own[row])))
    return worst


def of_no_rows(said: Mapping[str, Floats]) -> float:
    """Return 0 of outputs that have no rows, else infinity."""
    return np.inf if any(map(len, said.values())) else 0.0


def apart(found: Floats, expected: Floats) -> float:
    """Return the largest difference, beside 1 or the size of what is expected."""
    if found.shape != expected.shape or not np.isfinite(found).all():
        return np.inf
    wide = expected.astype(np.float64)
    return float((np.abs(found - wide) / np.maximum(np.abs(wide), 1)).max(initial=0.0))
