"""The truncation horizon: how many last steps give the same result as all of them.

Every example is judged at the same target, given its last n steps alone, from a fresh zero state.
The horizon at ε is the smallest n from which on the result stays within ε of the full one:

    accuracy         accuracy_n ≥ (1 − ε) · accuracy
    loss             loss_n − loss ≤ ε · (loss of the best constant − loss)
    without labels   the change of the answers ≤ ε: classes that differ; of values E‖y − y_n‖²/Var y

Tried are 1, 2, 3, 4, 6, 8, 12, 16, …, all, and then the middle between the horizon found and the n
tried below it, until they are neighbours. A curve need not be monotone: "from which on" is said of
every n that was tried.

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

from elman.judging.bootstrap import resampled_means
from elman.judging.estimate import Curve, Estimate, Floats, curve_of, estimate_of
from elman.memory.rows.examples import Examples

__all__ = ["Horizon", "lags_up_to", "truncation_horizon"]

FEWEST_ROWS = 30


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
    nothing: str = ""
    """Why nothing can be said of whether the model reads, if so."""


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
    full = examples.outputs(module)
    figure, whole = _figures(examples, full, full)
    tried = {longest: whole}

    def try_with(n: int) -> None:
        shortened = examples.of([x[-n:] for x in examples.x])
        tried[n] = _figures(examples, shortened.outputs(module), full)[1]

    for n in lags_up_to(longest)[:-1]:
        try_with(n)
    best = resampled_means(whole, seed)
    nothing = _nothing(examples)
    limits = [
        None if nothing else _allowed(examples, full, figure, best, share, seed)
        for share in (0.01, 0.05)
    ]
    for limit in limits:
        while limit is not None:
            below, found = _places(tried, limit, figure)
            if found - below < 2:
                break
            try_with((below + found) // 2)
    at = sorted(tried)
    drawings = resampled_means(np.stack([tried[n] for n in at], 1), seed)  # (1 + R, K)
    within = [None if limit is None else _first(at, drawings, limit, figure) for limit in limits]
    curve = curve_of(at, drawings)
    return Horizon(figure, curve, estimate_of(best), within[0], within[1], longest, nothing)


def _nothing(examples: Examples) -> str:
    """Why these rows cannot show whether a model reads them; empty if they can."""
    if examples.y is not None and len(torch.unique(examples.y, dim=0)) < 2:
        return "all rows have one target, so there is nothing to tell"
    if examples.y is not None and len(examples) < FEWEST_ROWS:
        return f"{len(examples)} rows are too few to tell; {FEWEST_ROWS} are the least"
    return ""


def _places(tried: dict[int, Floats], limit: Floats, figure: str) -> tuple[int, int]:
    """The n tried below the horizon (0 if none is), and the horizon on the rows as they are."""
    at = sorted(tried)
    means = resampled_means(np.stack([tried[n] for n in at], 1), 0)[:1]
    found = int(_first(at, means, limit[:1], figure).value)
    return max((n for n in at if n < found), default=0), found


def _figures(examples: Examples, outputs: torch.Tensor, full: torch.Tensor) -> tuple[str, Floats]:
    """Return what is judged, and it for each row `(N,)`."""
    if examples.kind == "class" and examples.loss is None:
        return "accuracy", examples.right(outputs)
    if examples.kind != "none":
        return "loss", np.asarray(examples.losses(outputs).double().numpy())
    return "agreement", 1.0 - examples.change(full, outputs)


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
