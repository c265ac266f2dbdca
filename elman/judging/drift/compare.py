"""Rows of now beside rows of then, measure by measure, and what follows from it.

With many rows every difference is more than chance explains, so it must be large enough as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elman.judging.drift.measure import Column, Measure
from elman.judging.drift.two_samples import holm

__all__ = ["FEWEST", "SURE", "compare", "verdict"]

FEWEST = 30
"""Rows with fewer of which nothing is told."""

SURE = 0.01
"""How often rows that are like those of then are called drift, over all measures together."""

NOTICEABLE, LARGE = 0.1, 0.25
"""Sizes of a difference: shares of rows, or of pairs, that changed sides; of shares Cohen's h."""


def compare(
    measures: Sequence[Measure], then: Mapping[str, Column], now: Mapping[str, Column]
) -> list[dict[str, Any]]:
    """Compare two sets of rows by their columns.

    Returns:
        For each measure its `name`, figures `now` and `then`, `p` (corrected for the number of
        measures), `size` from 0, whether that is `drift`, whether for the `worse`, and all
        that `said` in a sentence.

    Raises:
        ValueError: a column is missing, or does not hold what it should.
    """
    for measure in measures:
        if not then.get(measure.name):
            raise ValueError(f'"{measure.name}" is missing')
    found = [measure.compare(then[measure.name], now[measure.name]) for measure in measures]
    ps = holm([compared.difference.p for compared in found])
    told = []
    for measure, compared, p in zip(measures, found, ps, strict=True):
        size, sure = compared.difference.size, p < SURE
        drift = sure and size >= NOTICEABLE and not measure.followed
        said = f"{measure.called}: {compared.said} in the held-out rows: {_judged(size, sure=sure)}"
        if drift and compared.place:
            said += f" ({compared.place})"
        if sure and measure.followed:
            said += "; the model follows that"
        told.append(
            {
                "name": measure.name,
                "called": measure.called,
                "now": compared.now,
                "then": compared.then,
                "p": p,
                "size": size,
                "drift": drift,
                "worse": drift and compared.worse,
                "said": said,
            }
        )
    return told


def _judged(size: float, *, sure: bool) -> str:
    if not sure:
        return "no more than chance explains"
    if size < NOTICEABLE:
        return "more than chance explains, but small"
    return f"more than chance explains, and {'noticeable' if size < LARGE else 'large'}"


def verdict(measures: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return what to do, in a word and in a sentence: "nothing", "look" or "retrain"."""
    worse = [measure["called"] for measure in measures if measure["worse"]]
    moved = [measure["called"] for measure in measures if measure["drift"]]
    if worse:
        return "retrain", (
            f"Drift for the worse: {_listed(worse)}. Judge the model on some of the new rows with "
            "labels (elman evaluate), and train it again with them."
        )
    if moved:
        return "look", (
            f"Drift: {_listed(moved)}, which need not make answers worse. Look at the new rows, "
            "and judge the model on some with labels (elman evaluate)."
        )
    return "nothing", "Nothing to see: the new rows are like those that training held out."


def _listed(names: Sequence[str]) -> str:
    lower = [name[0].lower() + name[1:] for name in names]
    return " and ".join([", ".join(lower[:-1]), lower[-1]] if len(lower) > 1 else lower)
