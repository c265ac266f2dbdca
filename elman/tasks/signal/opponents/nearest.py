"""The training row that is nearest under dynamic time warping, on few and short rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from elman.runtime.arrays import Steps
from elman.tasks.signal.rows.rows import Prepared

__all__ = ["nearest", "warped", "worth_asking"]

Floats = NDArray[np.float64]

_MOST_CELLS = 4e8
"""Pairs of steps that are compared in all, at most: a minute or so."""
_MOST_ROWS = 2000
_WINDOW = 0.2
"""Share of the longer row by which a step may be set against an earlier or later one."""
_AGREE = 0.9
"""Probability of the answer: a neighbour says a class and not how sure it is."""


def worth_asking(prepared: Prepared) -> bool:
    """Say whether there are few and short rows enough."""
    rows, lengths = prepared.rows, np.diff(prepared.offsets)
    known = np.concatenate([rows.train, rows.validation])
    cells = float(lengths[known].sum()) * float(lengths[rows.test].sum())
    return len(known) <= _MOST_ROWS and cells <= _MOST_CELLS


def nearest(prepared: Prepared) -> Floats:
    """Return probabilities `(len(test), K)`: of the neighbour's class 0.9, the rest shared."""
    rows = prepared.rows
    known = np.concatenate([rows.train, rows.validation])
    K = len(rows.decision.classes)
    others = prepared.steps(known)
    answers = np.full((len(rows.test), K), (1 - _AGREE) / (K - 1))
    for n, steps in enumerate(prepared.steps(rows.test)):
        distances = warped(steps, others)
        answers[n, rows.truth[known[int(distances.argmin())]]] = _AGREE
    return answers


def warped(steps: Steps, others: Sequence[Steps]) -> Floats:
    """Return the distances `(N,)` of one row to others under dynamic time warping.

    The squared distances of steps set against each other, added up along the cheapest way, which
    leaves the diagonal by no more than a fifth of the longer row.
    """
    lengths = np.array([len(other) for other in others])
    T, S = len(steps), int(lengths.max(initial=1))
    y = np.zeros((len(others), S, steps.shape[1]))
    for n, other in enumerate(others):
        y[n, : len(other)] = other
    x = np.asarray(steps, np.float64)
    # |x - y|² of all pairs at once
    cost = (x * x).sum(1)[None, :, None] + (y * y).sum(2)[:, None, :]
    cost -= 2 * np.einsum("tc,nsc->nts", x, y)
    slope = lengths / max(T, 1)
    reach = np.maximum(_WINDOW * np.maximum(lengths, T), 1 + np.abs(slope))
    places = np.arange(S)
    row = np.full((len(others), S + 1), np.inf)
    row[:, 0] = 0
    for t in range(T):
        far = np.abs(places[None] - t * slope[:, None]) > reach[:, None]
        least = np.minimum(row[:, :-1], row[:, 1:])
        new = np.full_like(row, np.inf)
        for s in range(S):
            step = np.minimum(least[:, s], new[:, s]) + cost[:, t, s]
            new[:, s + 1] = np.where(far[:, s], np.inf, step)
        row = new
    return np.asarray(row[np.arange(len(others)), lengths])
