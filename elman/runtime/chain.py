"""A linear-chain conditional random field on top of the answers to every step.

The score of labels y of T steps is begin[y_1] + Σ logits[t, y_t] + Σ weight[y_t-1, y_t]; their
probability is its share of the exponentials over all y (Lafferty, McCallum & Pereira 2001). What
comes out are the logarithms of posterior marginals p(y_t | all steps), by the forward-backward
algorithm (Rabiner 1989, with scaled probabilities). There is no weight for the end, so the newest
step of a stream is answered as the last step of that sequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from elman.runtime.arrays import Doubles, Floats, Integers, Steps
from elman.runtime.linear import Recurrent
from elman.runtime.spec import NetworkSpec
from elman.runtime.streams import keeping

__all__ = ["LEAST", "TINY", "Chained", "marginals", "odds_of"]

LEAST = 1e-30
"""Probability below which a label is called impossible, so that its logarithm is a number."""

TINY = np.finfo(np.float64).tiny

_ROWS, _STEPS = 256, 2**14
"""Rows that are walked side by side, and steps of all of them, padding included."""


class State(NamedTuple):
    """What a stream keeps: of what stands below, the newest label's probabilities, the answers."""

    below: Any
    label: Any
    """`(K,)` float64; None before the first step."""
    said: Floats


class Chained:
    """A network of steps whose answers hang together, with the methods of a `Network`.

    Args:
        spec: what the network is.
        weight: `(outputs, outputs)`.
        begin: `(outputs,)`.
        below: whose outputs are the logits.
    """

    def __init__(self, spec: NetworkSpec, weight: Floats, begin: Floats, below: Recurrent) -> None:
        self.spec, self.below = spec, below
        self.weight, self.start = weight, begin
        self.first, self.next = odds_of(weight, begin)

    def forward(self, sequences: Sequence[Steps]) -> Floats:
        """Log marginals of every step of whole sequences, `(ΣT, outputs)`."""
        lengths = np.array([len(sequence) for sequence in sequences], np.int64)
        return marginals(self.below.forward(sequences), lengths, self.weight, self.start)

    def begin(self) -> State:
        """The state of a stream that has seen nothing yet."""
        return State(self.below.begin(), None, np.zeros((0, self.spec.outputs), np.float32))

    @property
    def pattern(self) -> State:
        """What states of a stream are like, as `keeping.like` reads it."""
        K = self.spec.outputs
        return State(self.below.pattern, keeping.Maybe(np.zeros(K)), np.zeros((0, K), np.float32))

    def advance_all(self, states: Sequence[State], pieces: Sequence[Steps]) -> list[State]:
        """Take some more steps of each of several streams."""
        return [self.advance(state, x) for state, x in zip(states, pieces, strict=True)]

    def advance(self, state: State, steps: Steps) -> State:
        """Take some more steps; `state` itself stays as it is."""
        below, label, said = self.below.advance(state.below, steps), state.label, []
        for odds in _odds(self.below.read(below)):
            label = _share((self.first if label is None else _onward(label, self.next)) * odds)
            said.append(label)
        return State(below, label, _logs(np.reshape(said, (-1, self.spec.outputs))))

    def read(self, state: State) -> Floats:
        """Log marginals `(T, outputs)` of the steps of the last `advance`, by what came so far."""
        return state.said


def marginals(logits: Floats, lengths: Integers, weight: Floats, begin: Floats) -> Floats:
    """Return log p(y_t | all steps), `(ΣT, K)`.

    Args:
        logits: `(ΣT, K)`.
        lengths: `(N,)` steps of each row.
        weight: `(K, K)`.
        begin: `(K,)`.
    """
    first, onward = odds_of(weight, begin)
    starts = np.cumsum(lengths) - lengths
    said = np.empty_like(logits)
    order = np.argsort(-lengths, kind="stable")
    row = 0
    while row < len(order):
        together = max(min(_ROWS, _STEPS // max(int(lengths[order[row]]), 1)), 1)
        rows = order[row : row + together]
        row += together
        t = np.arange(lengths[rows].max(initial=0))
        real = t < lengths[rows][:, None]  # (S, T)
        places = np.where(real, starts[rows][:, None] + t, 0)
        if real.any():
            said[places[real]] = _logs(_walked(_odds(logits[places]), real, first, onward)[real])
    return said


def _walked(odds: Doubles, real: Any, first: Doubles, onward: Doubles) -> Doubles:
    """Return `(S, T, K)` probabilities of labels: from the beginning, and from the end."""
    T = odds.shape[1]
    before = np.empty_like(odds)
    before[:, 0] = _share(first * odds[:, 0])
    for t in range(1, T):
        before[:, t] = _share(_onward(before[:, t - 1], onward) * odds[:, t])
    after = np.ones_like(odds)
    for t in range(T - 2, -1, -1):
        back = _share(_onward(after[:, t + 1] * odds[:, t + 1], onward.T))
        after[:, t] = np.where(real[:, t + 1, None], back, 1.0)
    return _share(before * after)


def odds_of(weight: Floats, begin: Floats) -> tuple[Doubles, Doubles]:
    """Return the exponentials `(K,)` of `begin` and `(K, K)` of `weight`, the largest 1."""
    onward = np.exp(_centred(weight.reshape(1, -1))).reshape(weight.shape)
    return np.exp(_centred(begin[None]))[0], onward


def _onward(labels: Doubles, weight: Doubles) -> Doubles:
    """`(…, K)` from one step to its neighbour; a row adds up alike in any company."""
    return np.asarray((labels[..., :, None] * weight).sum(axis=-2))


def _share(odds: Doubles) -> Doubles:
    total = odds.sum(axis=-1, keepdims=True)
    return np.asarray(odds / np.maximum(total, TINY))


def _odds(logits: Floats) -> Doubles:
    return np.exp(_centred(logits))


def _centred(logits: Floats) -> Doubles:
    wide = logits.astype(np.float64)
    return np.asarray(wide - wide.max(axis=-1, keepdims=True, initial=-np.inf))


def _logs(shares: Doubles) -> Floats:
    return np.log(np.maximum(shares, LEAST)).astype(np.float32)
