"""The search for a good translation: the best few beginnings are gone on with, step by step.

A beam of one is greedy decoding. Beginnings of one sentence stand together, `width` rows of it from
the first step to the last, so that a sentence has the same bits in any company.

But: it finds good translations, not the best one, and its scores do not tell how sure the network
is of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from elman.data.parallel.pieces import BEGIN, END, PADDING
from elman.errors import OptionError
from elman.runtime.arrays import Floats, Integers, Steps
from elman.runtime.translation.network import Source, TranslationNetwork, log_softmax

__all__ = ["Found", "Search", "search"]

TOGETHER = 256
"""Rows of the sentences that are decoded at a time."""


@dataclass(frozen=True)
class Search:
    """How translations are looked for.

    Args:
        width: beginnings kept; 1 is greedy.
        penalty: what a translation is ranked by is its logarithmic probability divided by
            ((5 + T) / 6) to this power, T its pieces and its end (Wu et al. 2016, arXiv 1609.08144,
            equation 14); 0 favours short ones.
        longest: pieces a translation may have, at most; and twice those of the source and ten more.

    Raises:
        OptionError: a number that says nothing.
    """

    width: int = 5
    penalty: float = 1.0
    longest: int = 200

    def __post_init__(self) -> None:
        if not 1 <= self.width <= 64:
            raise OptionError(f"beam: expected 1 to 64 beginnings, found {self.width}.")
        if not 0 <= self.penalty <= 5:
            raise OptionError(f"length penalty: expected 0 to 5, found {self.penalty}.")
        if self.longest < 1:
            raise OptionError(f"longest: expected at least one piece, found {self.longest}.")

    def steps(self, source: int) -> int:
        """Return how many steps a source of so many pieces may take."""
        return min(2 * source + 10, self.longest)

    def ranked(self, log_probability: float, steps: int) -> float:
        """Return what translations are ranked by."""
        return log_probability / float(((5 + steps) / 6) ** self.penalty)


@dataclass(frozen=True)
class Found:
    """One translation of a sentence."""

    pieces: tuple[int, ...]
    """Numbers, without the end."""
    log_probability: float
    """Of the pieces and the end, natural."""
    score: float
    """What it was ranked by; higher is better."""
    attention: Floats
    """`(T, S)`: which share of its look each piece, and not the end, has at each of the source."""
    ended: bool = True
    """Whether the network ended it; else it was cut off where it had grown too long."""


def search(
    network: TranslationNetwork, sentences: Sequence[Steps], how: Search
) -> list[list[Found]]:
    """Translate sentences.

    Args:
        network: that translates.
        sentences: each `(S,)` numbers of pieces; an empty one has an empty translation.
        how: translations are looked for.

    Returns:
        For each up to `width` translations, the best first.
    """
    order = sorted((i for i, x in enumerate(sentences) if len(x)), key=lambda i: len(sentences[i]))
    found = [[Found((), 0.0, 0.0, np.zeros((0, 0), np.float32))] for _ in sentences]
    most = max(TOGETHER // how.width, 1)
    for start in range(0, len(order), most):
        rows = order[start : start + most]
        sources = network.read([sentences[row] for row in rows])
        for row, best in zip(rows, _decoded(network, sources, how), strict=True):
            found[row] = best
    return found


class _Beam:
    """The beginnings of one sentence: `width` rows of it."""

    def __init__(self, source: Source, how: Search) -> None:
        self.source, self.how, self.steps = source, how, 0
        self.sums = np.full(how.width, -np.inf)
        """`(width,)` logarithmic probabilities; at first there is one beginning, the empty one."""
        self.sums[0] = 0.0
        self.pieces = np.zeros((how.width, 0), np.int64)
        self.attention = np.zeros((how.width, 0, len(source.keys)), np.float32)
        self.ended: list[Found] = []

    def advance(self, logs: Floats, attention: Floats) -> Integers | None:
        """Choose the next beginnings; return which each one continues, or None at the end.

        Args:
            logs: `(width, V)` of the next piece.
            attention: `(width, S)`.
        """
        self.steps += 1
        width, V = logs.shape
        totals = (self.sums[:, None] + logs).ravel()
        # as many may end as go on, so twice as many are looked at
        best = np.argpartition(-totals, 2 * width - 1)[: 2 * width]
        best = best[np.lexsort((best, -totals[best]))]
        best = best[np.isfinite(totals[best])]
        ends = best % V == END
        for where in best[:width][ends[:width]]:
            row = where // V
            self._keep(self.pieces[row], totals[where], self.attention[row], ended=True)
        live = best[~ends][:width]
        last = self.steps >= self.how.steps(len(self.source.keys))
        if last and not self.ended:
            row = live[0] // V
            pieces = np.append(self.pieces[row], live[0] % V)
            looked = np.concatenate([self.attention[row], attention[row][None]])
            self._keep(pieces, totals[live[0]], looked, ended=False)
        if last or len(self.ended) >= width:
            return None
        rows = np.resize(live // V, width)  # fewer than `width`: the others are dead
        added = np.resize(live % V, width)
        self.sums = np.full(width, -np.inf)
        self.sums[: len(live)] = totals[live]
        self.pieces = np.concatenate([self.pieces[rows], added[:, None]], axis=1)
        self.attention = np.concatenate([self.attention[rows], attention[rows][:, None]], axis=1)
        return rows

    def best(self) -> list[Found]:
        """Return the translations found, the best first."""
        return sorted(self.ended, key=lambda found: -found.score)[: self.how.width]

    def _keep(self, pieces: Integers, total: Any, attention: Floats, *, ended: bool) -> None:
        score = self.how.ranked(float(total), len(pieces) + ended)
        found = Found(tuple(pieces.tolist()), float(total), score, attention.copy(), ended=ended)
        self.ended.append(found)


def _decoded(
    network: TranslationNetwork, sources: Sequence[Source], how: Search
) -> Iterator[list[Found]]:
    """Decode sentences side by side; those that have ended make room."""
    beams = [_Beam(source, how) for source in sources]
    live, width = list(beams), how.width
    state = network.start(sources).taken(np.repeat(np.arange(len(sources)), width))
    newest = np.full(len(sources) * width, BEGIN)
    while live:
        scores, state, attention = network.step([beam.source for beam in live], state, newest)
        scores[:, [PADDING, BEGIN]] = -np.inf
        logs = log_softmax(scores).reshape(len(live), width, -1)
        going: list[_Beam] = []
        taken: list[Integers] = []
        for n, (beam, own, looked) in enumerate(zip(live, logs, attention, strict=True)):
            rows = beam.advance(own, looked)
            if rows is not None:
                going.append(beam)
                taken.append(n * width + rows)
        live = going
        if live:
            state = state.taken(np.concatenate(taken))
            newest = np.concatenate([beam.pieces[:, -1] for beam in live])
    for beam in beams:
        yield beam.best()
