"""Sections of pages that several tasks have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from elman.judging.yardstick import Numbers
from elman.web.blocks import Block, Curve, Line, Matrix, Section, Table

__all__ = ["apart", "each_class", "named", "reliability"]

_BINS, _FEWEST = 10, 5
"""Of a reliability curve: stretches of probability, and answers in one that is drawn."""
_MOST_CLASSES = 30


def apart(truth: Numbers, numbers: Numbers) -> float:
    """Return the largest difference, of numbers beyond 1 as a share of the largest."""
    known = np.isfinite(truth)
    if truth.shape != numbers.shape or not np.array_equal(known, np.isfinite(numbers)):
        return float("inf")
    scale = max(1.0, float(np.abs(truth[known]).max(initial=0.0)))
    return float(np.abs(truth - numbers)[known].max(initial=0.0) / scale)


def each_class(
    title: str,
    called: str,
    counted: str,
    per: Mapping[str, Mapping[str, float]],
    labels: Sequence[str],
    confusion: Sequence[Sequence[int]],
) -> list[Section]:
    """Return precision, recall and F1 of each class, and what is taken for what; none of nothing.

    Args:
        title: of the section.
        called: what a class is called, as "tag".
        counted: what `support` counts, as "words".
        per: figures by class.
        labels: of the rows of the confusion.
        confusion: `(K, K)` counts, or none.
    """
    blocks: list[Block] = []
    if per:
        rows: list[list[str | float | None]] = [
            [name, *(_percent(one[key]) for key in ("precision", "recall", "f1")), one["support"]]
            for name, one in list(per.items())[:_MOST_CLASSES]
        ]
        blocks.append(Table((called, "precision", "recall", "F1", counted), rows))
    if confusion and len(labels) <= _MOST_CLASSES:
        blocks.append(Matrix(labels, confusion))
    return [Section(title, blocks)] if blocks else []


def reliability(held_out: Mapping[str, Sequence[Any]]) -> list[Section]:
    """Return how often answers to the held-out rows are right, by how sure they are."""
    truths, labels, sure = (held_out.get(key, ()) for key in ("truth", "label", "probability"))
    known = [n for n, label in enumerate(labels) if isinstance(label, str)]
    if not known or len(truths) != len(labels) or len(sure) != len(labels):
        return []
    p = np.array([sure[n] for n in known], np.float64)
    right = np.array([truths[n] == labels[n] for n in known], np.float64)
    which = np.minimum((p * _BINS).astype(int), _BINS - 1)
    filled = [n for n in range(_BINS) if (which == n).sum() >= _FEWEST]
    if len(filled) < 2:
        return []
    line = Line(
        "this model",
        [float(p[which == n].mean()) for n in filled],
        [float(right[which == n].mean()) for n in filled],
    )
    caption = "On the dashed line answers are right as often as they say."
    curve = Curve("said probability", "share that is right", [line], diagonal=True, caption=caption)
    return [Section("Is it as sure as it says?", [curve])]


def named(label: Any) -> str:
    """Return an answer in words: a class, several, or that it is not known."""
    if label is None:
        return "don't know"
    return label if isinstance(label, str) else ", ".join(map(str, label)) or "(none)"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
