"""From what a network says of every word to tags, and the spans that they mark."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from elman.judging.tags.schemes import Scheme, Span, may_begin, may_end, may_follow, spans_of
from elman.schema import repeated

__all__ = ["TagDecision", "Tagging"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TEMPERATURES = (1e-3, 1e3)
"""As of classes."""

_LEAST = 1e-30


@dataclass(frozen=True)
class Tagging:
    """What the model says of the words of one text.

    `probabilities` are those of the tags said; `spans` are words[begin:end] of a kind, None where
    tags mark none.
    """

    words: tuple[str, ...]
    tags: tuple[str, ...]
    probabilities: tuple[float, ...]
    spans: tuple[Span, ...] | None = None


@dataclass(frozen=True)
class TagDecision:
    """How outputs become tags; the `output` section of a tagger's model.json.

    A softmax over the tags of each word. Where tags mark spans, those are chosen whose
    probabilities have the largest product among all that the scheme allows.
    """

    tags: tuple[str, ...]
    scheme: Literal["", "IOB1", "IOB2", "BIOES"] = ""
    """How tags mark spans; empty where they mark none."""
    temperature: float = 1.0
    """Fitted on the validation part (Guo et al. 2017, arXiv 1706.04599)."""

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each tag."""
        return {tag: n for n, tag in enumerate(self.tags)}

    def probabilities(self, outputs: NDArray[Any]) -> Floats:
        """Turn `(ΣT, K)` outputs into probabilities."""
        z = np.asarray(outputs, np.float64) / self.temperature
        e = np.exp(z - z.max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(e / e.sum(axis=1, keepdims=True))

    def choose(self, probabilities: Floats, lengths: Ints, *, apart: bool = False) -> Ints:
        """Return the number of each word's tag, `(ΣT,)`.

        Args:
            probabilities: `(ΣT, K)`.
            lengths: `(N,)` words of each sentence.
            apart: each word for itself, whatever the scheme: the words before are not there.
        """
        chosen: Ints = probabilities.argmax(axis=1)
        if apart or not self.scheme or not len(chosen):
            return chosen
        begins, follows, ends = self._allowed
        starts = np.cumsum(lengths) - lengths
        first, last = starts[lengths > 0], (starts + lengths - 1)[lengths > 0]
        wrong = np.zeros(len(chosen), bool)
        wrong[1:] = ~follows[chosen[:-1], chosen[1:]]
        wrong[first] = ~begins[chosen[first]]
        wrong[last] |= ~ends[chosen[last]]
        rows = np.repeat(np.arange(len(lengths)), lengths)
        for row in np.unique(rows[wrong]):
            words = slice(starts[row], starts[row] + lengths[row])
            chosen[words] = self._best(probabilities[words])
        return chosen

    def taggings(
        self, probabilities: Floats, words: Sequence[Sequence[str]], *, apart: bool = False
    ) -> list[Tagging]:
        """Turn probabilities into what the user reads; `apart` as of `choose`."""
        lengths = np.array([len(of) for of in words], np.int64)
        chosen = self.choose(probabilities, lengths, apart=apart)
        sure = probabilities[np.arange(len(chosen)), chosen].tolist()
        said = [self.tags[k] for k in chosen.tolist()]
        end, found = 0, []
        for of in words:
            begin, end = end, end + len(of)
            tags = tuple(said[begin:end])
            spans = tuple(spans_of(tags)) if self.scheme else None
            found.append(Tagging(tuple(of), tags, tuple(sure[begin:end]), spans))
        return found

    def check(self) -> None:
        """Raise ValueError where the parts do not fit together."""
        if len(self.tags) < 2:
            raise ValueError(f"output.tags: {len(self.tags)} tags, not two at least")
        twice = repeated(self.tags)
        if twice is not None:
            raise ValueError(f'output.tags: "{twice:.40}" stands twice')
        least, most = TEMPERATURES
        if not least <= self.temperature <= most:
            raise ValueError(
                f"output.temperature is {self.temperature}, not from {least:g} to {most:g}"
            )

    @cached_property
    def _allowed(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Which tags may begin a text, follow each other `(K, K)`, end a text."""
        scheme, K = cast(Scheme, self.scheme), len(self.tags)
        follows = [may_follow(a, b, scheme) for a, b in itertools.product(self.tags, repeat=2)]
        begins = [may_begin(tag, scheme) for tag in self.tags]
        ends = [may_end(tag, scheme) for tag in self.tags]
        return np.array(begins), np.array(follows).reshape(K, K), np.array(ends)

    def _best(self, probabilities: Floats) -> Ints:
        """Return the allowed tags of the largest product, `(T,)` (Viterbi 1967)."""
        begins, follows, ends = (np.where(allowed, 0, -np.inf) for allowed in self._allowed)
        logs = np.log(np.maximum(probabilities, _LEAST))
        score, back = begins + logs[0], []
        for step in logs[1:]:
            ways = score[:, None] + follows
            back.append(ways.argmax(axis=0))
            score = ways.max(axis=0) + step
        if not np.isfinite(final := score + ends).any():  # tags that no end allows: nothing is said
            final = score
        tag = int(final.argmax())
        chosen = [tag]
        for came in reversed(back):
            tag = int(came[tag])
            chosen.append(tag)
        return np.array(chosen[::-1])
