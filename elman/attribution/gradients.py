"""Integrated gradients: what each input adds to a score, so that the shares sum to its change.

The score is followed along the straight line from a baseline x' to the input x; input i gets
(x_i - x'_i) times the mean of its derivative on the way. Over a panel of the line the shares must
sum to the change of the score over that panel, which is known. So the error of every panel is known
too, and the panels that are worst are halved until all errors together are small enough. Nets with
a maximum in them have kinks on the way, which no fixed number of points finds.

But: that the sum is right over a panel does not say that each share is. Errors of two shares that
cancel in every panel are not seen; with many panels there is little room for it.

References:
    Sundararajan, Taly & Yan 2017, "Axiomatic attribution for deep networks", arXiv 1703.01365,
    equation 1; completeness is their proposition 1. Unlike there, the number of points is found.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from elman.attribution.explained import Shares
from elman.errors import WorkError

__all__ = ["PathShares", "integrated_gradients"]

Score = Callable[[Tensor], Tensor]
"""From `(N, T, I)` to `(N,)`; rows know nothing of each other."""

_FIRST = 4
"""Panels to begin with. In a single one, errors of two kinks could hide each other."""

_STEPS_AT_A_TIME = 20_000
"""Steps of a recurrence run together; it bounds memory."""


class PathShares(NamedTuple):
    """What each part of the input adds to the score."""

    shares: Tensor
    """`(T, k)`; they sum to `end - start`, to `error`."""
    start: float
    """The score of the baseline."""
    end: float
    """The score of the input."""
    error: float
    """Errors of all panels added up, none against another, as a share of |end - start|."""
    points: int
    """Gradients that were taken."""

    def told(self, values: NDArray[np.float64], *, baseline: str) -> Shares:
        """Return them as shares of words.

        Args:
            values: `(T,)`, the shares of its parts added up for every word.
            baseline: what the path begins at, in words.
        """
        return Shares(
            values,
            start=self.start,
            end=self.end,
            baseline=baseline,
            error=self.error,
            error_kind="errors along the path, none against another",
            evaluations=self.points,
        )


class _Panel(NamedTuple):
    """A piece of the line, from a to b."""

    a: float
    b: float
    shares: Tensor
    """`(T, k)`, of the piece alone."""
    error: float

    def halves(self) -> list[tuple[float, float]]:
        middle = (self.a + self.b) / 2
        return [(self.a, middle), (middle, self.b)]


def integrated_gradients(
    score: Score,
    baseline: Tensor,
    parts: Tensor,
    *,
    tolerance: float = 0.005,
    points: int = 4,
    most_points: int = 32_768,
) -> PathShares:
    """Integrate the gradient of `score` from `baseline` to the input, `baseline + parts.sum(1)`.

    Args:
        score: the function; float64 parameters keep rounding out of the sums.
        baseline: `(T, I)`, what says nothing.
        parts: `(T, k, I)`, how each step differs from the baseline, in k parts that get a share
            each.
        tolerance: the error allowed, as a share of the change of the score.
        points: Gauss–Legendre points of a panel.
        most_points: about as many gradients are taken at most. `error` then says what was reached.

    Raises:
        WorkError: a score or a gradient is not finite.
    """
    nodes, weights = (torch.as_tensor(v) for v in np.polynomial.legendre.leggauss(points))
    step = parts.sum(1)  # (T, I)

    def evaluate(line: Tensor, *, gradients: bool) -> tuple[Tensor, Tensor]:
        """Scores `(N,)`, and gradients `(N, T, I)` if asked for, at places on the line `(N,)`."""
        scores, slopes = [], []
        rows = max(1, _STEPS_AT_A_TIME // max(1, len(step)))
        for n in range(0, len(line), rows):
            at = baseline + line[n : n + rows].to(step)[:, None, None] * step  # (N, T, I)
            with torch.set_grad_enabled(gradients):
                at.requires_grad_(gradients)
                value = score(at)
                if gradients:
                    slopes.append(torch.autograd.grad(value.sum(), at)[0])
            scores.append(value.detach())
        return torch.cat(scores), torch.cat(slopes) if slopes else step.new_zeros(0)

    def panels_of(cuts: list[tuple[float, float]]) -> list[_Panel]:
        a, b = torch.tensor(cuts, dtype=torch.float64).T  # (P,)
        places = torch.cat([(a + b) / 2 + (b - a) / 2 * node for node in nodes])
        _, slopes = evaluate(places, gradients=True)  # (points·P, T, I)
        widths = (weights[:, None] * (b - a) / 2).to(step)  # (points, P)
        slopes = slopes.reshape(points, len(cuts), *step.shape)
        shares = torch.einsum("np,npti,tki->ptk", widths, slopes, parts)
        at_a, at_b = evaluate(torch.cat([a, b]), gradients=False)[0].chunk(2)
        wrong = (shares.sum((1, 2)) - (at_b - at_a)).abs()
        return [
            _Panel(*cut, own, float(e)) for cut, own, e in zip(cuts, shares, wrong, strict=True)
        ]

    start, end = evaluate(torch.tensor([0.0, 1.0]), gradients=False)[0].tolist()
    allowed = tolerance * abs(end - start)
    panels = panels_of([(n / _FIRST, (n + 1) / _FIRST) for n in range(_FIRST)])
    taken = _FIRST * points
    while (wrong := sum(p.error for p in panels)) > allowed and taken < most_points:
        panels.sort(key=lambda p: p.error)
        least = panels[-1].error / 2
        halved = [p for p in panels if p.error >= least]
        panels = [p for p in panels if p.error < least]
        panels += panels_of([cut for p in halved for cut in p.halves()])
        taken += 2 * points * len(halved)
    shares = torch.stack([p.shares for p in panels]).sum(0)
    if not (torch.isfinite(shares).all() and np.isfinite([start, end]).all()):
        raise WorkError(
            "a score or its gradient is not finite: weights or inputs are too large. Train again "
            "with a smaller learning rate."
        )
    return PathShares(shares, start, end, wrong / max(abs(end - start), 1e-12), taken)
