"""Sections of pages that several tasks have."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from elman.judging.yardstick import Numbers
from elman.runtime.model import Model
from elman.web.blocks import Block, Curve, Line, Matrix, Section, Table

__all__ = [
    "RIGHT",
    "WORST",
    "apart",
    "asked",
    "differ",
    "each_class",
    "named",
    "percent",
    "quoted",
    "reads_on",
    "reliability",
]

_MOST_CLASSES = 30

WORST = "The surest of its wrong answers on the {} that were held out."
RIGHT = (
    "Of its right answers on the {} that were held out: the surest, of two classes where there are "
    "such, and last the one it was least sure of."
)
"""What is shown of rows, by which rule."""


def apart(truth: Numbers, numbers: Numbers) -> float:
    """Return the largest difference, of numbers beyond 1 as a share of the largest."""
    known = np.isfinite(truth)
    if truth.shape != numbers.shape or not np.array_equal(known, np.isfinite(numbers)):
        return float("inf")
    scale = max(1.0, float(np.abs(truth[known]).max(initial=0.0)))
    return float(np.abs(truth - numbers)[known].max(initial=0.0) / scale)


def differ(apart: float, rows: int, changed: int) -> str:
    """Say how far probabilities are apart, and how many decisions are other ones."""
    decided = f"{changed} of {rows:,} decided otherwise" if changed else "the same decision on all"
    return (
        "answers with them are those of the saved model"
        if not apart and not changed
        else f"probabilities with them are at most {apart:.2g} from those of the saved model; "
        f"{decided}"
    )


def quoted(text: object) -> str:
    """Return a text as Python has it, between double quotes where that is as easy to read."""
    return json.dumps(str(text), ensure_ascii=False)


def asked(example: str) -> tuple[str, str]:
    """Return how a text is asked about, in the shell and in Python; of none a file's texts."""
    if not example:
        return "--input FILE", "model.predict(texts)"
    return shlex.quote(example), f"model.predict([{quoted(example)}])"


def reads_on(model: Model) -> bool:
    """Say whether a model answers before the end: it does not read both ways."""
    return not getattr(model.network.spec, "bidirectional", False)


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
            [name, *(percent(one[key]) for key in ("precision", "recall", "f1")), one["support"]]
            for name, one in list(per.items())[:_MOST_CLASSES]
        ]
        blocks.append(Table((called, "precision", "recall", "F1", counted), rows))
    if confusion and len(labels) <= _MOST_CLASSES:
        blocks.append(Matrix(labels, confusion))
    return [Section(title, blocks)] if blocks else []


def reliability(details: Mapping[str, Any]) -> list[Section]:
    """Return how often answers to the held-out rows are right, by how sure they are."""
    told = details.get("reliability")
    if not told:
        return []
    low, high = zip(*(one["right_ci95"] for one in told), strict=True)
    said, right = [one["said"] for one in told], [one["right"] for one in told]
    caption = "On the dashed line answers are right as often as they say; shaded, 95 % intervals."
    line = Line("this model", said, right, low, high)
    curve = Curve("said probability", "share that is right", [line], diagonal=True, caption=caption)
    return [Section("Is it as sure as it says?", [curve])]


def named(label: Any) -> str:
    """Return an answer in words: a class, several, or that it is not known."""
    if label is None:
        return "don't know"
    return label if isinstance(label, str) else ", ".join(map(str, label)) or "(none)"


def percent(share: float) -> str:
    """Write a share as the page's script does, in one piece."""
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"
