"""Tags judged word by word, and as spans; sentences are what varies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from elman.judging.reliability import calibration_error, reliability
from elman.judging.tags.decision import TagDecision
from elman.judging.tags.metrics import ratio_interval, ratio_points, span_counts
from elman.judging.yardstick import Wording

__all__ = ["TagYardstick"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CONFUSED = 20
"""Pairs of tags that are shown of a confusion."""


@dataclass(frozen=True)
class TagYardstick:
    """Sentences with their true tags. A row is a sentence, and `numbers` are `(ΣT, K)`.

    Args:
        decision: how probabilities become tags.
        tags: of every sentence; some may be none of the decision's, and then nobody is right.
        known: `(ΣT,)` whether a word stands in the training part.
    """

    decision: TagDecision
    tags: Sequence[Sequence[str]]
    known: NDArray[np.bool_]
    higher_is_better: ClassVar[bool] = True
    block: ClassVar[int] = 1
    wording: ClassVar[Wording] = Wording(
        "the recurrent model", "points above", "points below", row="sentence"
    )

    def __len__(self) -> int:
        return len(self.tags)

    @property
    def headline(self) -> str:
        return "span_f1" if self.decision.scheme else "accuracy"

    @cached_property
    def lengths(self) -> Ints:
        """`(N,)` words of each sentence."""
        return np.array([len(tags) for tags in self.tags], np.int64)

    @cached_property
    def truth(self) -> Ints:
        """`(ΣT,)` numbers of the true tags; -1 for one that is none of the decision's."""
        numbers = self.decision.numbers
        return np.array([numbers.get(tag, -1) for tags in self.tags for tag in tags], np.int64)

    def deciding(self, output: object) -> TagYardstick:
        assert isinstance(output, TagDecision)
        return replace(self, decision=output)

    def figures(self, numbers: Floats) -> dict[str, Any]:
        chosen = self.decision.choose(numbers, self.lengths)
        right = chosen == self.truth
        found: dict[str, Any] = {
            "accuracy": float(right.mean()) if len(right) else 0.0,
            "accuracy_ci95": ratio_interval(self._shares_right(right)),
        }
        for name, words in (("known", self.known), ("unknown", ~self.known)):
            if words.any():
                found[f"accuracy_{name}"] = float(right[words].mean())
        if self.decision.scheme:
            said = self._named(chosen)
            spans = span_counts(self.tags, said)
            strict = span_counts(self.tags, said, self.decision.scheme)
            found |= {"span_f1": spans.f1, "span_f1_ci95": ratio_interval(spans.points)}
            found["span_f1_strict"] = strict.f1
        found["ece"] = calibration_error(self._sure(numbers, chosen), right)
        return found

    def details(self, numbers: Floats) -> dict[str, Any]:
        """Return figures of each tag and kind of span, what is taken for what, and reliability."""
        chosen, K = self.decision.choose(numbers, self.lengths), len(self.decision.tags)
        seen = self.truth >= 0
        pairs = np.bincount(self.truth[seen] * K + chosen[seen], minlength=K * K).reshape(K, K)
        said = np.bincount(chosen, minlength=K)
        per_tag = {
            tag: {
                "precision": float(pairs[k, k] / max(said[k], 1)),
                "recall": float(pairs[k, k] / max(pairs[k].sum(), 1)),
                "f1": float(2 * pairs[k, k] / max(said[k] + pairs[k].sum(), 1)),
                "support": int(pairs[k].sum()),
            }
            for k, tag in enumerate(self.decision.tags)
        }
        wrong = pairs - np.diag(np.diag(pairs))
        most = np.argsort(-wrong, axis=None, kind="stable")[:_CONFUSED]
        confused = [
            {
                "truth": self.decision.tags[n // K],
                "answer": self.decision.tags[n % K],
                "words": int(wrong.flat[n]),
            }
            for n in most.tolist()
            if wrong.flat[n]
        ]
        found: dict[str, Any] = {"per_tag": per_tag, "confused": confused}
        found["reliability"] = reliability(self._sure(numbers, chosen), chosen == self.truth)
        if K <= 2 * _CONFUSED:
            found["confusion"] = pairs.tolist()
        if self.decision.scheme:
            found["per_kind"] = span_counts(self.tags, self._named(chosen)).per_kind()
        return found

    def points(self, numbers: Floats) -> Floats:
        """Return `(N,)` whose mean is the headline."""
        chosen = self.decision.choose(numbers, self.lengths)
        if self.decision.scheme:
            return span_counts(self.tags, self._named(chosen)).points
        return self._shares_right(chosen == self.truth)

    def intervals(self, points: Floats) -> dict[str, Any]:
        return {f"{self.headline}_ci95": ratio_interval(points)}

    def _shares_right(self, right: NDArray[np.bool_]) -> Floats:
        rows = np.repeat(np.arange(len(self.lengths)), self.lengths)
        parts = np.asarray(np.bincount(rows, right, len(self.lengths)), np.float64)
        return ratio_points(parts, self.lengths.astype(np.float64))

    def _named(self, chosen: Ints) -> list[list[str]]:
        names = [self.decision.tags[k] for k in chosen.tolist()]
        ends = np.cumsum(self.lengths).tolist()
        return [names[end - n : end] for end, n in zip(ends, self.lengths.tolist(), strict=True)]

    def _sure(self, numbers: Floats, chosen: Ints) -> Floats:
        """Return `(ΣT,)` the probability of each tag that was said."""
        return np.asarray(np.take_along_axis(numbers, chosen[:, None], axis=1)[:, 0])
