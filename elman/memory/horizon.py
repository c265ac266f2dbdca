"""The truncation horizon: how many last steps give the same result as all of them.

Every example is judged at the same target, given its last n steps alone, from a fresh zero state.
The horizon at ε is the smallest n from which on the result stays within ε of the full one:

    accuracy         accuracy_n ≥ (1 − ε) · accuracy
    loss             loss_n − loss ≤ ε · (loss of the best constant − loss)
    without labels   the change of the answers ≤ ε: classes that differ; of values E‖y − y_n‖²/Var y

A loss is held against what there was to gain, and not against itself as a perplexity is, because a
task that is solved has a loss of nearly 0.

References:
    M1 of docs/memory.md: Khandelwal et al., "Sharp Nearby, Fuzzy Far Away", ACL 2018,
    arXiv 1805.04623, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from elman.memory.estimate import (
    Curve,
    Estimate,
    Floats,
    curve_of,
    estimate_of,
    resampled_means,
)
from elman.memory.examples import Examples

__all__ = ["Horizon", "lags_up_to", "truncation_horizon"]


@dataclass(frozen=True)
class Horizon:
    """The result against the number n of last steps given."""

    figure: str
    """`accuracy`, `loss`, or `agreement` with the answers to the whole."""
    curve: Curve
    full: Estimate
    within_1: Estimate | None
    """Smallest n within 1 % of the full result; None where the model gains nothing by reading."""
    within_5: Estimate | None
    longest: int


def lags_up_to(longest: int) -> list[int]:
    """Return 1, 2, 3, 4, 6, 8, 12, 16, … and the longest itself."""
    grid = {1, longest}
    power = 2
    while power <= longest:
        grid |= {power, power + power // 2}
        power *= 2
    return sorted(n for n in grid if 1 <= n <= longest)


def truncation_horizon(module: nn.Module, examples: Examples, *, seed: int) -> Horizon:
    """Measure the horizon of a module on examples, labelled or not."""
    longest = int(examples.lengths.max())
    full = examples.answers(module)
    figure, whole = _figures(examples, full, full)
    at, rows = [], []
    for n in lags_up_to(longest):
        shortened = examples.of([x[-n:] for x in examples.x])
        at.append(n)
        rows.append(
            whole if n == longest else _figures(examples, shortened.answers(module), full)[1]
        )
    drawings = resampled_means(np.stack(rows, 1), seed)  # (1 + R, K)
    best = resampled_means(whole, seed)

    def within(share: float) -> Estimate | None:
        allowed = _allowed(examples, full, figure, best, share, seed)
        return None if allowed is None else _first(at, drawings, allowed, figure)

    curve = curve_of(at, drawings)
    return Horizon(figure, curve, estimate_of(best), within(0.01), within(0.05), longest)


def _figures(examples: Examples, answers: torch.Tensor, full: torch.Tensor) -> tuple[str, Floats]:
    """Return what is judged, and it for each row `(N,)`."""
    if examples.kind == "class" and examples.loss is None:
        return "accuracy", examples.right(answers)
    if examples.kind != "none":
        return "loss", np.asarray(examples.losses(answers).double().numpy())
    return "agreement", 1.0 - examples.change(full, answers)


def _allowed(
    examples: Examples,
    full: torch.Tensor,
    figure: str,
    best: Floats,
    share: float,
    seed: int,
) -> Floats | None:
    """Return the worst result that still counts as the full one, `(1 + R,)`."""
    if figure == "agreement":
        return np.full_like(best, 1 - share)
    if figure == "accuracy":
        assert examples.y is not None
        guess = int(torch.mode(examples.y).values)
        majority = resampled_means((examples.y == guess).double().numpy(), seed)
        return None if estimate_of(best - majority).low <= 0 else (1 - share) * best
    assert examples.y is not None
    constant = _constant(examples, full)
    gain = resampled_means(constant, seed) - best
    return None if estimate_of(gain).low <= 0 else best + share * gain


def _constant(examples: Examples, full: torch.Tensor) -> Floats:
    """Loss of each row `(N,)` of the best answer that does not look at the sequence."""
    assert examples.y is not None
    if examples.loss is not None:
        answer = full.mean(0, keepdim=True)  # the loss's own best constant is not known
    elif examples.kind == "value":
        answer = examples.y.mean(0, keepdim=True)
    else:
        answer = torch.bincount(examples.y).double().div(len(examples)).log()[None]
    return np.asarray(examples.losses(answer.expand(len(examples), -1)).double().numpy())


def _first(at: list[int], drawings: Floats, allowed: Floats, figure: str) -> Estimate:
    """The smallest n from which on the curve keeps within what is allowed."""
    outside = drawings > allowed[:, None] if figure == "loss" else drawings < allowed[:, None]
    outside[:, -1] = False  # the whole is the whole
    places = np.array([(np.flatnonzero(row)[-1] + 1) if row.any() else 0 for row in outside])
    return estimate_of(np.array(at, np.float64)[places])
