"""The arithmetic of a saved network that translates: what `TranslationSpec` says, in numpy.

Values equal those of the torch module that trained it. A sentence has the same bits whatever other
sentences come in the same call.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from elman.data.parallel.pieces import BEGIN, END
from elman.errors import InputError
from elman.runtime.arrays import Floats, Integers, Steps
from elman.runtime.inputs import check_ids
from elman.runtime.translation.rows import Linear, OneWay
from elman.runtime.translation.spec import TABLE, TranslationSpec, check

__all__ = ["Source", "State", "TranslationNetwork", "log_softmax"]

ROWS, STEPS = 64, 2**14
"""Most sentences that are read together, and most steps of them all, padding included."""


class Source(NamedTuple):
    """A sentence as the decoder sees it."""

    keys: Floats
    """`(S, H)`: what the attention compares."""
    values: Floats
    """`(S, H + E)`: what it brings."""
    begin: Floats
    """`(2H,)`: h of the decoder's two layers before the first step."""


class State(NamedTuple):
    """What the decoder carries from step to step, of R rows: `(4, R, H)`, h and c of each layer."""

    layers: Floats

    def taken(self, rows: Integers) -> State:
        """Return the state of some rows, in this order; one may come twice."""
        return State(self.layers[:, rows])


class TranslationNetwork:
    """A network ready to translate.

    Args:
        spec: what the network is.
        tensors: float32 arrays, named and shaped as `spec.tensor_shapes` says.

    Raises:
        ArtifactError: a tensor is missing, unknown, or of another shape or type.
    """

    def __init__(self, spec: TranslationSpec, tensors: Mapping[str, np.ndarray]) -> None:
        check(spec, tensors)
        self.spec = spec
        self.table = tensors[TABLE] * np.float32(math.sqrt(spec.input_size))
        self.encoder = [
            [OneWay(spec.cell, tensors, f"encoder.{k}", side) for side in ("", "_reverse")]
            for k in range(spec.encoder_layers)
        ]
        self.below = OneWay(spec.cell, tensors, "below")
        self.above = OneWay(spec.cell, tensors, "above")
        self.begin = Linear(tensors["begin.weight"], tensors["begin.bias"])
        self.key = Linear(tensors["key.weight"])
        # the scale of the product once, in the weight
        scale = np.float32(1 / math.sqrt(spec.hidden_size))
        self.query = Linear(np.asarray(tensors["query.weight"] * scale, np.float32))
        self.fc = Linear(tensors["fc.weight"], tensors["fc.bias"])
        self.out = Linear(tensors[TABLE], tensors["bias"])

    def read(self, sentences: Sequence[Steps]) -> list[Source]:
        """Read sentences with the encoder.

        Args:
            sentences: each `(S,)` numbers of pieces, at least one.

        Raises:
            InputError: one is empty, or holds numbers that this network has no pieces for.
        """
        checked = [self._checked(x, f"sentence {n}") for n, x in enumerate(sentences)]
        found: list[Source | None] = [None] * len(checked)
        for rows in _together([len(x) for x in checked]):
            for row, source in zip(rows, self._read([checked[r] for r in rows]), strict=True):
                found[row] = source
        return [source for source in found if source is not None]

    def start(self, sources: Sequence[Source]) -> State:
        """Return the state before the first step, of one row a source."""
        h = np.stack([source.begin for source in sources]).reshape(len(sources), 2, -1)
        h = h.swapaxes(0, 1)  # (2, R, H)
        return State(np.stack([h[0], np.zeros_like(h[0]), h[1], np.zeros_like(h[1])]))

    def step(
        self, sources: Sequence[Source], state: State, pieces: Integers
    ) -> tuple[Floats, State, list[Floats]]:
        """Take one step.

        Args:
            sources: n sentences.
            state: of R rows, R/n for each sentence, those of one together.
            pieces: `(R,)`, the newest of each row.

        Returns:
            Scores of the next piece, `(R, V)`, unnormalised; the state; and for each sentence how
            its rows attend to it, `(R/n, S)`, in shares.
        """
        n, R = len(sources), len(pieces)
        t = self.table[pieces]  # (R, E)
        h, c = self.below.step(t, state.layers[0], state.layers[1])
        query = self.query(h).reshape(n, R // n, -1)
        attention = [_softmax(q @ s.keys.T) for q, s in zip(query, sources, strict=True)]
        brought = np.concatenate(
            [a @ s.values for a, s in zip(attention, sources, strict=True)]
        )  # (R, H + E)
        h_2, c_2 = self.above.step(
            np.concatenate([h, brought], axis=1), state.layers[2], state.layers[3]
        )
        said = np.tanh(self.fc(np.concatenate([h_2 + h, brought, t], axis=1)))
        return self.out(said), State(np.stack([h, c, h_2, c_2])), attention

    def forced(self, source: Steps, target: Steps) -> tuple[Floats, Floats]:
        """Return the scores of a given translation, `(T + 1, V)`, and the attention, `(T + 1, S)`.

        Row t has the scores of piece t after those before it; the last those of the end.
        """
        sources = self.read([source])
        state, scores, attention = self.start(sources), [], []
        wanted = check_ids(target, (), self.spec.pieces, "target")
        for piece in [BEGIN, *wanted.tolist()]:
            said, state, (attended,) = self.step(sources, state, np.array([piece]))
            scores.append(said[0])
            attention.append(attended[0])
        return np.stack(scores), np.stack(attention)

    def log_probability(self, source: Steps, target: Steps) -> float:
        """Return the logarithm of the probability of a given translation, its end included."""
        scores, _ = self.forced(source, target)
        wanted = np.append(np.asarray(target, np.int64), END)
        return float(log_softmax(scores)[np.arange(len(wanted)), wanted].sum(dtype=np.float64))

    def _checked(self, sentence: Steps, where: str) -> Steps:
        ids = check_ids(sentence, (), self.spec.pieces, where)
        if not len(ids):
            raise InputError(f"{where}: holds nothing to translate; expected at least one piece.")
        return ids

    def _read(self, sentences: Sequence[Steps]) -> Iterator[Source]:
        """Read sentences of similar length together."""
        lengths = np.array([len(x) for x in sentences], dtype=np.int64)
        ids = np.zeros((int(lengths.max()), len(sentences)), dtype=np.int64)
        for row, sentence in enumerate(sentences):
            ids[: len(sentence), row] = sentence
        vectors = self.table[ids]  # (T, R, E)
        y = vectors
        for k, layer in enumerate(self.encoder):
            both = np.concatenate([way.whole(y, lengths) for way in layer], axis=2)
            y = both + y if k else both
        each = [np.ascontiguousarray(y[: len(x), row]) for row, x in enumerate(sentences)]  # (S, H)
        keys = np.split(self.key(np.concatenate(each)), np.cumsum(lengths)[:-1])
        means = np.stack([states.mean(axis=0) for states in each])
        begin = np.tanh(self.begin(means))
        for row, (states, own) in enumerate(zip(each, keys, strict=True)):
            values = np.concatenate([states, vectors[: len(states), row]], axis=1)
            yield Source(np.ascontiguousarray(own), values, begin[row])


def log_softmax(scores: Floats) -> Floats:
    """Return the logarithms of shares along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return np.asarray(shifted)


def _softmax(scores: Floats) -> Floats:
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    return np.asarray(shares)


def _together(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield which sentences are read together: of similar length, longest first."""
    rows: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if rows and (len(rows) == ROWS or (len(rows) + 1) * lengths[rows[0]] > STEPS):
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows
