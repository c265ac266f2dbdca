"""Figures of tags: words that are right, known and unknown ones apart, and spans."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from elman.judging.interval import share_interval
from elman.judging.tags.schemes import Scheme, spans_of

__all__ = ["SpanCounts", "ratio_interval", "ratio_points", "span_counts"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class SpanCounts:
    """Spans of some sentences: `right`, `said` and `true` `(N,)`, and the same of each kind."""

    def __init__(self, sentences: int) -> None:
        self.right, self.said, self.true = np.zeros((3, sentences))
        self.of_kinds: dict[str, Counter[str]] = {"right": Counter(), "said": Counter()}
        self.of_kinds["true"] = Counter()

    @property
    def points(self) -> Floats:
        """`(N,)` whose mean is F1."""
        return ratio_points(2 * self.right, self.said + self.true)

    @property
    def f1(self) -> float:
        total = float(self.said.sum() + self.true.sum())
        return float(2 * self.right.sum()) / total if total else 0.0

    def per_kind(self) -> dict[str, dict[str, float]]:
        """Return precision, recall, F1 and support of each kind."""
        found = {}
        for kind in sorted(self.of_kinds["said"] | self.of_kinds["true"]):
            right, said, true = (self.of_kinds[part][kind] for part in ("right", "said", "true"))
            found[kind] = {
                "precision": right / max(said, 1),
                "recall": right / max(true, 1),
                "f1": 2 * right / max(said + true, 1),
                "support": true,
            }
        return found


def span_counts(
    truth: Sequence[Sequence[str]], said: Sequence[Sequence[str]], strict: Scheme | None = None
) -> SpanCounts:
    """Count the spans of true tags and of those said, as seqeval does by default or strictly.

    A span is right where kind, begin and end are.
    """
    counts = SpanCounts(len(truth))
    for n, (true, answer) in enumerate(zip(truth, said, strict=True)):
        wanted, found = spans_of(true, strict), spans_of(answer, strict)
        both = set(wanted) & set(found)
        counts.right[n], counts.said[n], counts.true[n] = len(both), len(found), len(wanted)
        for part, spans in (("right", both), ("said", found), ("true", wanted)):
            counts.of_kinds[part].update(span.kind for span in spans)
    return counts


def ratio_points(parts: Floats, wholes: Floats) -> Floats:
    """Return `(N,)` numbers whose mean is Σ parts / Σ wholes, one a sentence.

    Each is the ratio and what its sentence moves it by, to first order (the delta method). Words of
    a sentence hang together, so the spread of such numbers tells how sure the ratio is.
    """
    total = float(wholes.sum())
    if not total:
        return np.zeros(len(wholes))
    ratio = float(parts.sum()) / total
    return np.asarray(ratio + (parts - ratio * wholes) * (len(wholes) / total))


def ratio_interval(points: Floats) -> list[float]:
    """Return the 95 % interval of the mean of `ratio_points`, never outside of 0 to 1.

    Wilson's, for as many independent rows as would vary by so much; where nothing varies, for as
    many as there are sentences.
    """
    share = min(max(float(points.mean()), 0.0), 1.0)
    variance = float(points.var()) / len(points)
    rows = share * (1 - share) / variance if variance > 0 else len(points)
    # of a share of 0 or 1 that comes from numbers on both sides of it, no spread can be told
    rows = max(math.floor(rows), 1) if share * (1 - share) > 0 else len(points)
    return share_interval(share * rows, rows)
